"""Databases of earlier versions: after the migration, whatever is stored can be read over the API."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fakes.client import Client
from fakes.front_door import MakeApp
from fakes.running_service import PROJECT

FIXTURES = sorted((PROJECT / "tests/store/sqlite/fixtures").glob("schema_*.sql"))
OF_SESSION = ("", "/events", "/scorecard", "/results", "/reviews", "/decisions", "/consent", "/override")
OF_JOB = (
    "interview-leaderboard", "interview-leaderboard?format=csv", "funnel", "plan", "plan/versions", "settings",
    "shares", "recommendations", "agreement", "notice",
)
OTHERS = ("messages", "message-templates", "users", "tokens", "endpoints", "decision-reasons", "audit-log", "today")


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_everything_in_an_earlier_database_can_be_read(make_app: MakeApp, tmp_path: Path, fixture: Path) -> None:
    path = tmp_path / "earlier.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(fixture.read_text("utf-8"))
    client = Client(make_app(
        TENER_INTERVIEW_DB_PATH=path, TENER_HIREFLIX_API_KEY="key", TENER_HIREFLIX_BASE_URL="http://127.0.0.1:9/me",
        TENER_HIREFLIX_POSITION_ID="65a000000000000000000001",
    ))
    sessions = client.get("/api/interviews/sessions?limit=500").json["items"]
    assert sessions
    addresses = [f"/api/{name}" for name in OTHERS]
    for session in sessions:
        addresses += [f"/api/interviews/sessions/{session['session_id']}{part}" for part in OF_SESSION]
        addresses += [f"/api/jobs/{session['job_id']}/{part}" for part in OF_JOB]
        addresses.append(f"/api/candidates/{session['candidate_id']}/export")
    statuses = {address: client.get(address).status for address in addresses}
    assert {address: status for address, status in statuses.items() if status != 200} == {}
