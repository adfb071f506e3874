"""The names of entries in the audit log, and what finds the routes that write and leave none: see tests/conftest.py."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import tener_interview
from fakes.audit_coverage import UNAUDITED, WRITING, AuditCoverage
from fakes.parsed import nodes
from tener_interview.domain.audit.actions import ACTIONS

PACKAGE = Path(tener_interview.__file__).parent


def appended_actions() -> dict[str, set[str]]:
    """The names of actions in the code, by the files that use them."""
    found: dict[str, set[str]] = {}
    any_name = re.compile("|".join(map(re.escape, ACTIONS)))
    for path in PACKAGE.rglob("*.py"):
        if path.name == "actions.py" or not any_name.search(path.read_text("utf-8")):
            continue
        for node in nodes(path):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ACTIONS:
                found.setdefault(node.value, set()).add(str(path.relative_to(PACKAGE)))
    return found


def test_every_audit_action_in_the_code_is_in_the_table_of_actions() -> None:
    """What is appended with a name that the table lacks."""
    unknown = []
    appending = re.compile(r"audit\s*\.\s*append")
    for path in PACKAGE.rglob("*.py"):
        if not appending.search(path.read_text("utf-8")):
            continue
        for node in nodes(path):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            is_append = node.func.attr == "append" and isinstance(node.func.value, ast.Attribute) \
                and node.func.value.attr == "audit"
            name = node.args[1] if is_append and len(node.args) > 1 else None
            if isinstance(name, ast.Constant) and name.value not in ACTIONS:
                unknown.append((path.name, name.value))
    assert unknown == []


def test_every_audit_action_of_the_table_is_used_in_the_code() -> None:
    appended = appended_actions()
    for action in (
        "session.started", "session.canceled", "session.scored", "session.rescored", "session.corrected",
        "plan.published", "share.created", "share.revoked", "candidate.erased", "retention.erased", "export.made",
        "consent.given", "consent.refused", "consent.recorded", "notice.changed", "database.restored",
        "review.submitted", "decision.made",
    ):
        assert action in appended, action
    assert set(ACTIONS) - set(appended) == set(), "the table promises entries that nothing appends"
    assert all(text.endswith(".") for text in ACTIONS.values())


def test_a_route_is_audited_if_the_log_grew_while_it_succeeded() -> None:
    class Log:
        written: object = None

        def write_pending(self) -> None:
            self.written = object()

    class Service:
        def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
            if environ["entry"]:
                Log().write_pending()
            start_response(f"{environ['status']} Done", [])
            return []

    coverage = AuditCoverage(succeeded=WRITING, audited=WRITING - set(UNAUDITED))
    assert coverage.faults() == []
    coverage.succeeded.clear()
    coverage.audited.clear()
    coverage.watch(Service, Log)
    for method, path, status, entry in (
        ("DELETE", "/api/candidates/1", 200, True), ("DELETE", "/api/candidates/1", 200, False),
        ("PUT", "/api/decision-reasons", 200, False), ("POST", "/api/endpoints", 400, True),
        ("POST", "/api/notifications/seen", 200, True), ("GET", "/api/today", 200, True),
    ):
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "status": status, "entry": entry}
        Service()(environ, lambda *_: None)
    Log().write_pending()
    faults = coverage.faults()
    assert "PUT /api/decision-reasons never left an entry in the audit log" in faults
    assert "POST /api/endpoints never succeeded in a test" in faults
    assert "POST /api/notifications/seen is excused, and left an entry in the audit log" in faults
    assert not [fault for fault in faults if fault.startswith("DELETE /api/candidates/{candidate_id} ")]


def test_every_excused_route_exists_and_writes() -> None:
    assert set(UNAUDITED) <= WRITING
