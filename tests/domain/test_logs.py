"""The log: one line an event, whatever stands in it."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable

from fakes import hireflix_faults as faults
from fakes.client import Client
from fakes.desk import MakeDesk
from fakes.hireflix import FakeHireflix
from for_each import for_each
from tener_interview.domain.sessions.status import Status
from tener_interview.system import logs

NASTY = 'a b\nlevel=error "x" \u202e \x1b[31m \u2028'


def written(style: str, say: Callable[[], None]) -> str:
    stream = io.StringIO()
    logs.set_up(stream, style)
    say()
    return stream.getvalue()


def test_human_log_lines_are_readable_text() -> None:
    line = written(
        "human", lambda: logs.log_event("request", method="GET", route="/i/{token}", status=200, ms=1.26, no=None)
    )
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO request method=GET route=/i/\{token\} status=200 ms=1\.3\n", line
    )


def test_json_log_lines_have_level_event_and_fields() -> None:
    line = json.loads(written("json", lambda: logs.log_event("request", logging.WARNING, status=200, ms=1.26)))
    assert line.pop("time").endswith("Z")
    assert line == {"level": "warning", "event": "request", "status": 200, "ms": 1.3}


def test_log_values_of_every_type_are_written_as_json() -> None:
    given: dict[str, logs.Value] = {
        "text": NASTY, "state": Status.SCORED, "count": -3, "yes": True, "no": False, "none": None, "ms": 1234.56,
        "zero": 0.0,
    }
    line = written("json", lambda: logs.log_event("x", **given))  # type: ignore[arg-type]
    assert line == json.dumps({**json.loads(line), **given, "ms": 1234.6}) + "\n"


def test_logs_to_a_pipe_are_json_by_default() -> None:
    assert written("auto", lambda: logs.log_event("x")).startswith("{")


@for_each("style", ["human", "json"])
def test_log_values_cannot_start_a_new_line(style: str) -> None:
    logged = written(style, lambda: logs.log_event("x", value=NASTY))
    logged += written(style, lambda: logging.getLogger("tener_interview").info("%s", NASTY))
    assert logged.count("\n") == 2
    assert logged.isascii()
    assert "\x1b" not in logged


def test_a_logged_exception_has_its_location_but_not_its_message() -> None:
    def fail() -> None:
        try:
            raise ValueError("jane.doe@example.com")
        except ValueError as fault:
            logs.log_event("failed", logging.ERROR, fault)

    line = json.loads(written("json", fail))
    assert line["fault"] == "ValueError"
    assert "test_logs.py" in line["raised_at"]
    assert "jane" not in json.dumps(line)


def test_a_well_formed_request_id_of_the_client_is_logged(client: Client) -> None:
    for given in ("trace-0123456789", "a" * 64):
        assert client.get("/health", X_Request_Id=given).headers["x-request-id"] == given
    for given in ("short", "a" * 65, "with space in it", "\u00e9" * 10, "semi;colon;semi", ""):
        assert re.fullmatch(r"[0-9a-f]{16}", client.get("/health", X_Request_Id=given).headers["x-request-id"])


def test_parallel_upstream_calls_are_counted_in_the_request_log(make_desk: MakeDesk) -> None:
    desk = make_desk()
    for candidate_id in range(1, 31):
        desk.started(candidate_id)
    stream = io.StringIO()
    logs.set_up(stream, "json")
    desk.client.post("/api/admin/jobs/1/sessions/refresh", {"force": True})
    line = json.loads(stream.getvalue().splitlines()[-1])
    assert (line["event"], line["upstream_calls"]) == ("request", 2)
    assert logs.current.get() is None


def test_the_log_has_no_personal_data(make_desk: MakeDesk, fake: FakeHireflix) -> None:
    """The whole flow with somebody who is easy to find, with what goes wrong on the way."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.JsonFormatter())
    level = logs.LOGGER.level
    logs.LOGGER.addHandler(handler)
    logs.LOGGER.setLevel(logging.DEBUG)
    try:
        desk = make_desk()
        session_id = desk.started(42, candidate_name="Zebedee Quux", candidate_email="zebedee@quux.example")
        token = desk.read_session(session_id)["entry_url"].rsplit("/", 1)[1]
        desk.open(session_id)
        fake.fail_next(faults.status(503), times=9)
        desk.refresh(session_id)
        fake.heal()
        desk.clock.advance(hours=1)
        desk.finish(session_id, ["Xylophone repairs were my responsibility for four years."] * 4)
        desk.refresh(session_id)
        desk.scorecard(session_id)
        desk.client.get("/i/unknown-zebedee-token")
        desk.client.get("/api/interviews/sessions?status=zebedee@quux.example")
        desk.client.request("DELETE", "/api/candidates/42")
    finally:
        logs.LOGGER.removeHandler(handler)
        logs.LOGGER.setLevel(level)
    logged = out.getvalue().lower()
    assert session_id in logged
    assert logged.count('"event": "request"') >= 8
    for secret in ("zebedee", "quux", "xylophone", token.lower(), fake.api_key.lower()):
        assert secret not in logged
