"""kill -9 at every step of what goes back to Hireflix: each interview is moved, rated and commented on once."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path

from fakes.forked_service import ForkedService
from fakes.front_door import SESSIONS
from fakes.front_door import START as START_SESSION
from fakes.hireflix import FakeHireflix
from fakes.killing import SHORT_CLAIMS
from fakes.process import Died, altered, hireflix_environ
from fakes.waiting import eventually

OUTBOX = "tener_interview.store.tables.outbox:Outbox"
PROVIDER = "tener_interview.providers.hireflix.provider:HireflixProvider"

POINTS = (
    f"kill-after {OUTBOX}.claim 1",
    f"kill-after {PROVIDER}.evaluation 1",
    f"kill-after {OUTBOX}.confirm_send 1",
    f"kill-after {PROVIDER}.set_placement 1",
    f"kill-after {OUTBOX}.finish 1",
    f"kill-after {PROVIDER}.comment 1",
)


def is_updated(fake: FakeHireflix, session_id: str) -> bool:
    (record,) = [record for record in fake.interviews if record.external_id == session_id]
    return record.stage == "shortlisted" and bool(record.comments)


def test_each_hireflix_update_arrives_once_whenever_the_service_is_killed(tmp_path: Path) -> None:
    with FakeHireflix() as fake, ForkedService(hireflix_environ(tmp_path, fake)) as service:
        service.start()
        service.call("PATCH", "/api/jobs/1/settings", body={"provider_updates": True})
        sessions = []
        for number in range(len(POINTS)):
            started = service.post(START_SESSION, {
                "job_id": 1, "candidate_id": number + 1, "candidate_name": f"Person {number}",
                "candidate_email": f"person{number}@example.test",
            })
            sessions.append(started.json["session_id"])
            fake.finish(fake.interviews[-1].interview_id, ["An answer of some words, which is long enough."] * 4)
            service.post(f"{SESSIONS}/{sessions[-1]}/refresh", {})
        for session_id, point in zip(sessions, POINTS, strict=True):
            service.kill()
            service.start(altered(*SHORT_CLAIMS, point))
            with suppress(Died):
                service.call("PUT", f"{SESSIONS}/{session_id}/decision", body={"decision": "advance"})
            assert service.wait() == -9, point
            service.start(altered(*SHORT_CLAIMS))
            eventually(partial(is_updated, fake, session_id))
        assert [(record.stage, len(record.comments)) for record in fake.interviews] == [
            ("shortlisted", 1)
        ] * len(POINTS)
        assert service.terminate() == 0
