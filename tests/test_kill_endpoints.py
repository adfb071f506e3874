"""kill -9 between any two steps of telling another system: every event arrives, under one id however often it comes."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from fakes.databases import database_of, plain_connection
from fakes.forked_service import ForkedService
from fakes.front_door import START as START_SESSION
from fakes.killing import SHORT_CLAIMS, assert_undamaged
from fakes.process import Died, altered, environ
from fakes.receiver import Receiver
from fakes.waiting import eventually

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OUTBOX = "tener_interview.store.tables.outbox:Outbox"
POST = "tener_interview.outbound.endpoint_client:EndpointClient.__call__"
#: Where it is killed: on a server, only where it decides what is left.
PLACES_ON_SERVER = (
    f"kill-after {OUTBOX}.add 1", f"kill-before {OUTBOX}.claim 1", f"kill-after {OUTBOX}.confirm_send 1",
    f"kill-after {OUTBOX}.finish 1",
)
PLACES = {
    "sqlite": (*PLACES_ON_SERVER, f"kill-before {POST} 1", f"kill-after {POST} 1"),
    "postgres": PLACES_ON_SERVER,
}

pytestmark = pytest.mark.usefixtures("database")


def test_every_webhook_event_arrives_whenever_the_service_is_killed(tmp_path: Path, store_kind: str) -> None:
    places = PLACES[store_kind]
    with Receiver() as receiver:
        settings = environ(
            tmp_path, TENER_INTERVIEW_WEBHOOK_URL=receiver.url, TENER_INTERVIEW_WEBHOOK_SECRET=SECRET,
        )
        with ForkedService(settings) as service:
            for number, place in enumerate(places, start=1):
                body = {"job_id": 1, "candidate_id": number}
                service.start(altered(place, *SHORT_CLAIMS))
                with suppress(Died):
                    service.post(START_SESSION, body)
                assert service.wait() == -9, place
                assert_undamaged(tmp_path)
                service.start(altered(*SHORT_CLAIMS))
                # Whoever got no answer asks again, as the main system does.
                session_id = service.post(START_SESSION, body).json["session_id"]
                eventually(partial(_ids, receiver, session_id))
                # Nothing is left for the next that dies.
                eventually(lambda: _open_rows(tmp_path) == 0)
                assert service.terminate() == 0
            ids = [_ids(receiver, item.json["data"]["session_id"]) for item in receiver.received]
            assert {len(set(each)) for each in ids} == {1}
            assert len({event.json["data"]["candidate_id"] for event in receiver.received}) == len(places)
            assert all(event.is_signed_by(SECRET) for event in receiver.received)
            # Only what was being handed over comes twice.
            assert len(receiver.received) <= len(places) + 2


def _open_rows(folder: Path) -> int:
    with plain_connection(database_of(folder)) as db:
        return len(db.execute("SELECT 1 FROM outbox WHERE finished_at IS NULL").fetchall())


def _ids(receiver: Receiver, session_id: str) -> list[str]:
    return [event.message_id for event in receiver.received if event.json["data"]["session_id"] == session_id]
