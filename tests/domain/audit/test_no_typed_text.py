"""What people type never gets into the audit log, be it one word: it may be a name."""

from __future__ import annotations

from fakes.desk import Desk
from fakes.front_door import SESSIONS
from fakes.reviews import rate


def test_no_text_typed_by_users_is_in_the_audit_log(desk: Desk) -> None:
    session_id = desk.scored(42, candidate_name="Kowalski", candidate_email="kowalski@example.com")
    session, words = f"{SESSIONS}/{session_id}", ("Kowalski", "pregnant", "Nowak", "strong_yes", "O.K.")
    for word in words:
        replies = (
            desk.client.request("PUT", f"{session}/decision", body={"decision": "hold", "note": word}),
            desk.client.request("DELETE", f"{session}/decision", body={"note": word}),
            desk.client.post("/api/candidates/42/corrections", {"session_id": session_id, "text": word}),
            desk.client.request("PUT", "/api/jobs/1/notice", body={"texts": [{"language": "en", "text": word}]}),
            desk.client.request("PUT", f"{session}/override", body={"score": 50, "reason": word}),
            desk.client.request("PUT", f"{session}/consent", body={"given": True, "note": word}),
            desk.client.request("PATCH", session, body={"candidate_name": word}),
            rate(desk.client, session_id, 3, reason=word, recommendation="no"),
        )
        assert [reply.status for reply in replies if reply.status not in (200, 201)] == [], word
    log = desk.client.get("/api/audit-log?limit=500").text
    assert [word for word in words if word in log] == []
