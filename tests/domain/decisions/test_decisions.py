"""People decide about candidates: what can be decided, by whom, undone, and in bulk."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import tener_interview
from fakes.client import Reply
from fakes.desk import Desk
from fakes.front_door import SESSIONS, refused
from fakes.parsed import nodes
from for_each import for_each
from tener_interview import actor
from tener_interview.actor import Actor, ActorKind, Role
from tener_interview.domain.decisions.decisions import DecisionChoice, decide
from tener_interview.domain.human_only import HUMAN_KINDS
from tener_interview.domain.privacy.erase import erase_candidate
from tener_interview.domain.reviews.content import NOTHING_WRITTEN
from tener_interview.domain.reviews.overrides import remove_override, set_override
from tener_interview.domain.reviews.reviewing import save_draft, submit
from tener_interview.errors import Problem

PACKAGE = Path(tener_interview.__file__).parent
NOTHING: dict[str, Any] = {"decision": None, "decided_at": None, "decision_revision": 0}


REASONS = "/api/decision-reasons"


def put(desk: Desk, session_id: str, decision: Any, **more: Any) -> Reply:
    return desk.client.request("PUT", f"{SESSIONS}/{session_id}/decision", body={"decision": decision, **more})


def put_reasons(desk: Desk, reasons: list[Any], **more: Any) -> Reply:
    return desk.client.request("PUT", REASONS, body={"reasons": reasons, **more})


def run_together(calls: list[Callable[[], Reply]]) -> list[Reply]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def undo(desk: Desk, session_id: str, revision: int | None = None) -> Reply:
    query = "" if revision is None else f"?if_revision={revision}"
    return desk.client.request("DELETE", f"{SESSIONS}/{session_id}/decision{query}")


def steps(desk: Desk, session_id: str) -> list[Any]:
    items: list[Any] = desk.client.get(f"{SESSIONS}/{session_id}/decisions").json["items"]
    return items


def expired(desk: Desk, candidate_id: int) -> str:
    session_id = desk.started(candidate_id, ttl_hours=1)
    desk.clock.advance(hours=2)
    return session_id


def canceled(desk: Desk, candidate_id: int) -> str:
    session_id = desk.started(candidate_id)
    desk.cancel(session_id)
    return session_id


def opened(desk: Desk, candidate_id: int) -> str:
    session_id = desk.started(candidate_id)
    desk.open(session_id)
    return session_id


def test_a_decision_is_made_changed_undone_and_remembered(desk: Desk) -> None:
    session_id = desk.scored(1)
    assert {name: desk.read_session(session_id)[name] for name in NOTHING} == NOTHING
    first = put(desk, session_id, "advance", note="Ärger? No: <b>great</b>.").json
    assert (first["decision"], first["decision_revision"], first["changed"]) == ("advance", 1, True)
    at_first = first["decided_at"]
    desk.clock.advance(hours=1)
    assert put(desk, session_id, "advance", note="Ärger? No: <b>great</b>.").json["changed"] is False
    second = put(desk, session_id, "reject", reason_id="salary", if_revision=1).json
    assert (second["decision"], second["decision_revision"]) == ("reject", 2)
    assert second["decided_at"] > at_first
    # What was before counts again, from when it was decided.
    third = undo(desk, session_id, 2).json
    assert (third["decision"], third["decided_at"], third["decision_revision"]) == ("advance", at_first, 3)
    assert undo(desk, session_id, 2).json["changed"] is False
    refused(undo(desk, session_id, 1), "DECISION_CHANGED")
    fourth = undo(desk, session_id).json
    assert (fourth["decision"], fourth["decided_at"], fourth["decision_revision"]) == (None, None, 4)
    assert undo(desk, session_id).json["changed"] is False
    history = steps(desk, session_id)
    assert [(step["decision"], step["undoes"], step["counts"]) for step in history] == [
        ("advance", None, False), ("reject", None, False), ("advance", 2, False), (None, 1, False),
    ]
    assert history[0]["note"] == "Ärger? No: <b>great</b>."
    assert history[1]["reason"] == "Salary expectation"
    assert {step["decided_by"]["kind"] for step in history} == {"local"}
    assert desk.event_names(session_id)[-4:] == ["decided", "decided", "decision_undone", "decision_undone"]
    with desk.service.store.read() as tx:
        audited = tx.audit.entries(0, limit=1000)
    assert [entry.action for entry in audited if entry.action.startswith("decision.")] == [
        "decision.made", "decision.made", "decision.undone", "decision.undone",
    ]
    assert not any("great" in entry.details for entry in audited)


def test_open_sessions_allow_only_the_decision_withdrawn(desk: Desk) -> None:
    for session_id in (desk.started(10), opened(desk, 11)):
        for decision, reason in (("advance", None), ("hold", None), ("hired", None), ("reject", "salary")):
            reply = put(desk, session_id, decision, **({"reason_id": reason} if reason else {}))
            assert refused(reply, "INTERVIEW_STILL_OPEN") == {"status": desk.status(session_id)}
            assert "can still answer" in reply.json["error"]
        assert put(desk, session_id, "withdrawn").json["decision"] == "withdrawn"
        assert undo(desk, session_id).json["decision"] is None
    for session_id in (canceled(desk, 20), expired(desk, 21), desk.scored(22)):
        assert put(desk, session_id, "reject", reason_id="no_answer").json["decision"] == "reject"


def test_a_rejection_needs_a_reason_of_its_decision(desk: Desk) -> None:
    session_id = desk.scored(1)
    wrong: tuple[tuple[str, Any], ...] = (
        ("reject", None), ("reject", "x"), ("reject", "took_other_offer"), ("advance", "salary"), ("hold", ""),
        ("hired", 7), ("reject", "'; DROP TABLE decisions"),
    )
    for decision, reason in wrong:
        body = {} if reason is None else {"reason_id": reason}
        problem = refused(put(desk, session_id, decision, **body), "VALIDATION_FAILED")
        assert "reason_id" in problem["fields"], (decision, reason)
    for unknown in ("rejected", "none", "", None, 1):
        refused(put(desk, session_id, unknown), "VALIDATION_FAILED")
    refused(put(desk, session_id, "hold", note="x" * 2001), "VALIDATION_FAILED")
    refused(put(desk, session_id, "hold", note="a\0b"), "VALIDATION_FAILED")
    refused(put(desk, "iv_unknown", "hold"), "INTERVIEW_SESSION_NOT_FOUND")
    assert steps(desk, session_id) == []


def test_decisions_about_replaced_or_erased_sessions_are_refused(desk: Desk) -> None:
    first = canceled(desk, 1)
    second = desk.started(1)
    problem = refused(put(desk, first, "withdrawn"), "INTERVIEW_SESSION_REPLACED")
    assert problem["session_id"] == second
    decided = desk.scored(2)
    put(desk, decided, "reject", reason_id="other", note="Told us of an illness")
    erase_candidate(desk.service, 2)
    for reply in (put(desk, decided, "hold"), undo(desk, decided)):
        refused(reply, "CANDIDATE_ERASED")
    assert steps(desk, decided) == []
    assert desk.read_session(decided)["decision"] is None
    export = desk.client.get("/api/candidates/2/export").text
    assert "illness" not in export
    assert "other" not in {event["details"].get("reason_id") for event in desk.events(decided)}


def test_the_candidate_export_includes_decisions(desk: Desk) -> None:
    session_id = desk.scored(3)
    put(desk, session_id, "reject", reason_id="location", note="No permit for Genève")
    (session,) = desk.client.get("/api/candidates/3/export").json["sessions"]
    (row,) = session["decisions"]
    assert (row["decision"], row["reason_id"], row["note"]) == ("reject", "location", "No permit for Genève")
    assert (session["decision"], session["decision_revision"]) == ("reject", 1)


@for_each("who", [
    actor.SYSTEM, actor.CLIENT_KEY, Actor(ActorKind.API_TOKEN, Role.ADMIN, "to_1"),
    Actor(ActorKind.CANDIDATE, id="iv_1"), Actor(ActorKind.SHARE, id="sh_1"),
], ids=lambda who: str(who.kind.value))
def test_only_people_can_decide_review_or_override(desk: Desk, who: Actor) -> None:
    for judge in (
        partial(decide, desk.service, who, "iv_any", DecisionChoice("advance")),
        partial(save_draft, desk.service, who, "iv_any", NOTHING_WRITTEN, 0),
        partial(submit, desk.service, who, "iv_any", 1),
        partial(set_override, desk.service, who, "iv_any", 50.0, "Better."),
        partial(remove_override, desk.service, who, "iv_any"),
    ):
        with pytest.raises(Problem, match="Only a person decides"):
            judge()


def test_only_the_decision_module_writes_decision_columns() -> None:
    """The columns are written in one place, which asks for a person, and cleared by an erasure."""
    assert ActorKind.SYSTEM not in HUMAN_KINDS
    assert ActorKind.CLIENT_KEY not in HUMAN_KINDS
    writers = set()
    writing = re.compile(r"\bdecision\s*=|decisions\s*\.\s*add\b")
    for path in PACKAGE.rglob("*.py"):
        for node in nodes(path) if writing.search(path.read_text("utf-8")) else ():
            if not isinstance(node, ast.Call):
                continue
            names_it = any(keyword.arg == "decision" for keyword in node.keywords)
            if names_it or getattr(node.func, "attr", "") == "add":
                function = ast.unparse(node.func)
                writes = function.endswith(("sessions.update_if", "sessions.add", "transition"))
                if (names_it and writes) or function.endswith("decisions.add"):
                    writers.add(path.relative_to(PACKAGE).as_posix())
    assert writers == {"domain/decisions/decisions.py"}
    callers = {
        path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")
        if "decisions.decisions import" in path.read_text("utf-8")
    }
    assert not {caller for caller in callers if caller.startswith(("domain/refresh", "scor", "providers", "sources"))}


def test_scoring_refreshing_and_time_do_not_change_a_decision(desk: Desk) -> None:
    session_id = desk.scored(1)
    put(desk, session_id, "hold", reason_id="waiting_for_team")
    desk.refresh(session_id, force=True)
    desk.client.post("/api/admin/jobs/1/rescore", {})
    desk.clock.advance(hours=24 * 400)
    desk.refresh_job(force=True)
    assert desk.read_session(session_id)["decision"] == "hold"
    open_session = desk.started(2)
    put(desk, open_session, "withdrawn")
    desk.finish(open_session)
    desk.refresh(open_session)
    assert desk.read_session(open_session)["decision"] == "withdrawn"
    untouched = desk.scored(3)
    assert desk.read_session(untouched)["decision"] is None


def test_the_later_of_two_concurrent_decisions_is_refused_as_outdated(desk: Desk) -> None:
    session_id = desk.scored(1)
    choices = ("advance", "hold", "hired", "withdrawn")
    replies = run_together([partial(put, desk, session_id, choice, if_revision=0) for choice in choices])
    assert sorted(reply.status for reply in replies) == [200, 409, 409, 409]
    winner = next(reply.json["decision"] for reply in replies if reply.status == 200)
    for reply in replies:
        if reply.status == 409:
            problem = refused(reply, "DECISION_CHANGED")
            assert problem == {"decision": winner, "decision_revision": 1}
            assert winner in reply.json["error"]
    assert [step["decision"] for step in steps(desk, session_id)] == [winner]
    # Without a revision all are stored, one after the other.
    run_together([partial(put, desk, session_id, choice) for choice in choices * 2])
    history = steps(desk, session_id)
    assert [step["revision"] for step in history] == list(range(1, len(history) + 1))
    assert desk.read_session(session_id)["decision"] == history[-1]["decision"]


def test_decisions_about_many_candidates_are_previewed_and_then_made(desk: Desk) -> None:
    one, two = desk.scored(1), desk.scored(2)
    still_open, gone, elsewhere = desk.started(3), desk.scored(4), desk.scored(5, job_id=2)
    put(desk, two, "reject", reason_id="salary")
    erase_candidate(desk.service, 4)
    ids = [one, two, still_open, gone, elsewhere, "iv_nobody"]
    body = {"session_ids": ids, "decision": "reject", "reason_id": "salary"}
    look = desk.client.post("/api/jobs/1/decisions", {**body, "dry_run": True})
    expected = ["changed", "unchanged", "refused", "refused", "refused", "refused"]
    assert [item["outcome"] for item in look.json["items"]] == expected
    assert [item["error"] and item["error"]["code"] for item in look.json["items"]] == [
        None, None, "INTERVIEW_STILL_OPEN", "CANDIDATE_ERASED", "INTERVIEW_SESSION_NOT_FOUND",
        "INTERVIEW_SESSION_NOT_FOUND",
    ]
    assert desk.read_session(one)["decision"] is None
    revisions = [item["decision_revision"] or 0 for item in look.json["items"]]
    done = desk.client.post("/api/jobs/1/decisions", {**body, "if_revisions": revisions})
    assert [item["outcome"] for item in done.json["items"]] == expected
    assert done.json["counts"] == {"changed": 1, "unchanged": 1, "refused": 4}
    again = desk.client.post("/api/jobs/1/decisions", {**body, "if_revisions": revisions})
    assert again.json["counts"] == {"changed": 0, "unchanged": 2, "refused": 4}
    assert len(steps(desk, one)) == 1
    # Somebody decides between the look and the deed.
    put(desk, two, "hold")
    late = {"session_ids": [one, two], "decision": "advance", "if_revisions": [1, 1]}
    assert [item["outcome"] for item in desk.client.post("/api/jobs/1/decisions", late).json["items"]] == [
        "changed", "refused",
    ]
    back = desk.client.post("/api/jobs/1/decisions", {"session_ids": [one, two], "undo": True, "if_revisions": [2, 2]})
    assert [item["after"] for item in back.json["items"]] == ["reject", "reject"]
    for wrong in (
        {**body, "session_ids": []}, {**body, "session_ids": [one, one]}, {**body, "undo": True},
        {"session_ids": [one]}, {**body, "if_revisions": [1]}, {**body, "reason_id": None},
        {**body, "session_ids": [str(number) for number in range(501)]},
    ):
        refused(desk.client.post("/api/jobs/1/decisions", wrong), "VALIDATION_FAILED")


def test_lists_filter_and_count_by_decision(desk: Desk) -> None:
    decisions = {1: "advance", 2: "advance", 3: "hold", 4: None}
    sessions = {number: desk.scored(number) for number in decisions}
    desk.started(5)
    for number, decision in decisions.items():
        if decision:
            put(desk, sessions[number], decision)
    counts = {"advance": 2, "hold": 1, "reject": 0, "hired": 0, "withdrawn": 0, "none": 2}
    board = "/api/jobs/1/interview-leaderboard"
    whole = desk.client.get(f"{board}?offset=0&decision=hold").json
    assert (whole["decisions"], whole["total"]) == (counts, 1)
    assert desk.client.get("/api/jobs/1/funnel").json["decisions"] == counts
    for decision, expected in (("advance", {1, 2}), ("hold", {3}), ("hired", set()), ("none", {4, 5})):
        ranked = desk.client.get(f"{board}?decision={decision}").json["items"]
        assert {item["candidate_id"] for item in ranked} == expected
        assert {item["decision"] or "none" for item in ranked} <= {decision}
        assert {item["candidate_id"] for item in desk.sessions(decision=decision)} == expected
    assert len(desk.sessions(decision="advance", status="scored", job_id=1)) == 2
    sheet = desk.client.get(f"{board}?format=csv&decision=hold").text.splitlines()
    assert "Decision" in sheet[0].split(",")
    assert ",hold," in sheet[1]
    refused(desk.client.get(f"{board}?decision=maybe"), "VALIDATION_FAILED")


def test_changing_the_decision_reasons_keeps_those_of_past_decisions(desk: Desk) -> None:
    session_id = desk.scored(1)
    put(desk, session_id, "reject", reason_id="salary")
    before = desk.client.get(REASONS).json
    assert {reason["decision"] for reason in before["reasons"] if reason["required"]} == {"reject"}
    new: list[dict[str, Any]] = [
        {"decision": "reject", "label": "Überqualifiziert"},
        {"decision": "reject", "label": "Gone", "reason_id": "location", "active": False},
        {"decision": "hired", "label": "Referral <script>"},
    ]
    after = put_reasons(desk, new, if_revision=before["revision"]).json
    # "Salary" was used, so it stays, out of use; unused ones are gone.
    assert [(reason["label"], reason["active"]) for reason in after["reasons"]] == [
        ("Überqualifiziert", True), ("Gone", False), ("Referral <script>", True), ("Salary expectation", False),
    ]
    refused(put_reasons(desk, [new[0]], if_revision=before["revision"]), "DECISION_REASONS_CHANGED")
    assert desk.client.get(REASONS).json == after
    assert put_reasons(desk, [
        {name: reason[name] for name in ("decision", "label", "reason_id", "active")} for reason in after["reasons"]
    ], if_revision="old").json == after
    other = desk.scored(2)
    for reason_id in ("salary", "location", "missing_skill"):
        refused(put(desk, other, "reject", reason_id=reason_id), "VALIDATION_FAILED")
    put(desk, other, "reject", reason_id=after["reasons"][0]["reason_id"])
    assert steps(desk, session_id)[0]["reason"] == "Salary expectation"
    for wrong in (
        [], [new[2]], [{**new[0], "active": False}], [new[0], {**new[0], "label": "ÜBERQUALIFIZIERT"}],
        [{**new[0], "reason_id": "nobody_knows"}], [new[0], {**new[1], "decision": "hold", "reason_id": "salary"}],
        [{**new[0], "label": ""}], [{**new[0], "label": "x" * 121}], [{**new[0], "decision": "none"}], [new[0]] * 101,
    ):
        refused(put_reasons(desk, wrong), "VALIDATION_FAILED")
    assert desk.client.get(REASONS).json == after


def test_the_later_of_two_concurrent_changes_of_the_reasons_is_refused(desk: Desk) -> None:
    revision = desk.client.get(REASONS).json["revision"]
    replies = run_together([
        partial(put_reasons, desk, [{"decision": "reject", "label": label}], if_revision=revision)
        for label in ("One", "Two", "Three")
    ])
    assert sorted(reply.status for reply in replies) == [200, 409, 409]
    assert len(desk.client.get(REASONS).json["reasons"]) == 1
