"""Every route that writes leaves an entry in the audit log, or there is a reason why not."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import tener_interview
from tener_interview.__main__ import ROUTES
from tener_interview.domain.audit.actions import ACTIONS

PACKAGE = Path(tener_interview.__file__).parent


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


#: Routes that write nothing, or nothing that a person decides, and why.
REASONS = {
    ("POST", "/i/{token}/start"): "beginning is an event of the session; an agreement is an entry",
    ("POST", "/demo/interview/{hash}"): "the pretend Hireflix; scoring the answers is an entry",
    ("POST", "/api/jobs/{job_id}/plan/try"): "stores nothing",
    ("POST", "/api/admin/jobs/{job_id}/candidates/read-list"): "stores nothing",
    ("POST", "/api/admin/jobs/{job_id}/assessment/prepare"): "a plan that it publishes is an entry",
    ("POST", "/api/interviews/sessions/{session_id}/refresh"): "only reads the provider; a score is an entry",
    ("POST", "/api/admin/jobs/{job_id}/sessions/refresh"): "only reads the provider; scores are entries",
    ("POST", "/api/steps/interview"): "each start and each score is an entry",
    ("PUT", "/api/account/digest"): "when somebody wants an e-mail is nobody's business",
    ("POST", "/api/notifications/seen"): "what one person has looked at is nobody's business",
    ("POST", "/api/jobs/{job_id}/messages/review"): "stores nothing",
    ("POST", "/api/message-templates/preview"): "stores nothing",
    ("POST", "/api/message-templates/test"): "goes to nobody else",
    ("POST", "/api/webhooks/hireflix"): "a program's message, which is an event of the session",
}


def appended_actions() -> dict[str, set[str]]:
    """The names of actions in the code, by the files that use them."""
    found: dict[str, set[str]] = {}
    any_name = re.compile("|".join(map(re.escape, ACTIONS)))
    for path in PACKAGE.rglob("*.py"):
        if path.name == "actions.py" or not any_name.search(path.read_text("utf-8")):
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ACTIONS:
                found.setdefault(node.value, set()).add(str(path.relative_to(PACKAGE)))
    return found


def test_every_audit_action_in_the_code_is_in_the_table_of_actions() -> None:
    """What is appended with a name that the table lacks."""
    unknown = []
    for path in PACKAGE.rglob("*.py"):
        if "audit" not in path.read_text("utf-8"):
            continue
        for node in ast.walk(parsed(path)):
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


def test_every_writing_route_is_audited_or_listed_as_an_exception() -> None:
    """A handler reaches, in at most a few calls by name, a function that appends to the audit log."""
    names_used: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef):
                used = names_used.setdefault(node.name, set())
                used |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
                used |= {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}

    def reaches_the_log(handler: str) -> bool:
        reached, newest = {handler}, {handler}
        for _ in range(6):
            used = set().union(*(names_used.get(name, ()) for name in newest))
            if used & {"audit", "record_action"}:
                return True
            newest = used & names_used.keys() - reached
            reached |= newest
        return False

    writing = [route for route in ROUTES if route.method != "GET"]
    unexcused = [
        f"{route.method} {route.pattern}" for route in writing
        if (route.method, route.pattern) not in REASONS and not reaches_the_log(route.handler.__name__)
    ]
    assert unexcused == []
    assert {(route.method, route.pattern) for route in writing} >= set(REASONS)
