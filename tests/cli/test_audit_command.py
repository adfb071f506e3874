"""`audit verify` and `audit export`, and what `doctor` says: through the front door, with a restored backup."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cli.conftest import Command
from fakes.client import Client
from fakes.front_door import SESSIONS
from fakes.stored import opened


def test_the_audit_log_is_verified_exported_and_survives_a_restore(
    command: Command, make_app: Callable[..., Any], environ: dict[str, str], tmp_path: Path
) -> None:
    app = make_app()
    client = Client(app)
    started = client.post(f"{SESSIONS}/start", {"job_id": 1, "candidate_id": 7, "candidate_name": "Zuleika Pérez"})
    assert started.status == 201
    session_id = started.json["session_id"]
    assert client.post(f"{SESSIONS}/{session_id}/cancel", {}).status == 200
    assert client.get("/api/candidates/7/export").status == 200
    page = client.get("/api/audit-log?subject_kind=session&limit=1").json
    assert [item["action"] for item in page["items"]] == ["session.canceled"]
    older = client.get(f"/api/audit-log?subject_kind=session&before={page['next_before']}").json
    assert [item["action"] for item in older["items"]] == ["session.started"]
    assert older["items"][0]["details"]["candidate_id"] == 7
    assert client.get("/api/audit-log?since=yesterday").status == 400
    shown = client.request("GET", "/audit-log?action=session.", headers={"Accept": "text/html"})
    assert "session.canceled" in shown.text
    assert "Zuleika" not in shown.text
    # Who, what and what changed are in words; what the log holds is folded, and an interview is one press away.
    assert "<div>Somebody on this computer</div>" in shown.text
    assert f'Interview <a class="id" href="/dashboard?job=1&amp;session={session_id}">{session_id}</a>' in shown.text
    assert client.request("PATCH", "/api/jobs/1/settings", body={"blind_review": False}).status == 200
    changed = client.request("GET", "/audit-log?action=job.", headers={"Accept": "text/html"}).text
    assert "<div>blind review: true → false<details><summary>As it is stored</summary>" in changed
    here = client.get("/api/audit-log?address=127.0.0.1").json["items"]
    assert {item["action"] for item in here} >= {"session.started", "export.made"}
    app.close()

    backup = tmp_path / "backup.sqlite3"
    assert command("backup", str(backup)).status == 0
    assert command("erase", "7", "--yes").status == 0
    noted = command("audit", "verify", "--json").json
    assert noted["ok"], noted
    assert command("restore", str(backup)).status == 0
    again = command("audit", "verify", "--json").json
    assert (again["ok"], again["notes"]) == (True, ["A backup was restored: entry 5."])
    assert not command("audit", "verify", "--head", noted["head_hash"], "--json").json["ok"]
    lines = [json.loads(line) for line in command("audit", "export", "--action", "database.").out.splitlines()]
    assert [line["action"] for line in lines] == ["database.restored"]
    assert lines[0]["details"]["abandoned"]["hash"] == noted["head_hash"]

    with opened(Path(environ["TENER_INTERVIEW_DB_PATH"])) as db:
        db.execute("UPDATE audit_head SET number = 2")
    refused = command("audit", "verify")
    assert refused.status == 1
    assert "The log ends with entry 5, and not with entry 2" in refused.out
    findings = command("doctor", "--json").json["checks"]
    assert any("audit log" in finding.values() and finding["status"] == "fault" for finding in findings)
