"""The log: one line an event, whatever stands in it."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable

import pytest

from fakes.client import Client
from fakes.desk import MakeDesk
from tener_interview import logs

NASTY = 'a b\nlevel=error "x" \u202e \x1b[31m \u2028'


def written(style: str, say: Callable[[], None]) -> str:
    stream = io.StringIO()
    logs.set_up(stream, style)
    say()
    return stream.getvalue()


def test_a_line_for_a_person() -> None:
    line = written("human", lambda: logs.say("request", method="GET", route="/i/{token}", status=200, ms=1.26, no=None))
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO request method=GET route=/i/\{token\} status=200 ms=1\.3\n", line
    )


def test_a_line_for_a_program() -> None:
    line = json.loads(written("json", lambda: logs.say("request", logging.WARNING, status=200, ms=1.26)))
    assert line.pop("time").endswith("Z")
    assert line == {"level": "warning", "event": "request", "status": 200, "ms": 1.3}


def test_a_pipe_gets_json_by_itself() -> None:
    assert written("auto", lambda: logs.say("x")).startswith("{")


@pytest.mark.parametrize("style", ["human", "json"])
def test_nothing_breaks_out_of_its_line(style: str) -> None:
    said = written(style, lambda: logs.say("x", value=NASTY))
    said += written(style, lambda: logging.getLogger("tener_interview").info("%s", NASTY))
    assert said.count("\n") == 2
    assert said.isascii()
    assert "\x1b" not in said


def test_a_fault_says_where_it_arose_and_nothing_of_what_it_says() -> None:
    def fail() -> None:
        try:
            raise ValueError("jane.doe@example.com")
        except ValueError as fault:
            logs.say("failed", logging.ERROR, fault)

    line = json.loads(written("json", fail))
    assert line["fault"] == "ValueError"
    assert "test_logs.py" in line["raised_at"]
    assert "jane" not in json.dumps(line)


def test_a_request_id_from_outside_follows_the_request_if_it_is_well_formed(client: Client) -> None:
    for given in ("trace-0123456789", "a" * 64):
        assert client.get("/health", X_Request_Id=given).headers["x-request-id"] == given
    for given in ("short", "a" * 65, "with space in it", "\u00e9" * 10, "semi;colon;semi", ""):
        assert re.fullmatch(r"[0-9a-f]{16}", client.get("/health", X_Request_Id=given).headers["x-request-id"])


def test_what_is_asked_side_by_side_counts_for_the_request(make_desk: MakeDesk) -> None:
    desk = make_desk()
    for candidate_id in range(1, 31):
        desk.started(candidate_id)
    stream = io.StringIO()
    logs.set_up(stream, "json")
    desk.client.post("/api/admin/jobs/1/sessions/refresh", {"force": True})
    line = json.loads(stream.getvalue().splitlines()[-1])
    assert (line["event"], line["upstream_calls"]) == ("request", 2)
    assert logs.current.get() is None
