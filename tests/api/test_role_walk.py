"""Every route, asked by everybody: each role, and each way to show who one is."""

from __future__ import annotations

import re

from api.test_access import DECISIONS
from fakes.client import Client
from fakes.clock import FakeClock
from fakes.front_door import ADMIN_TOKEN, BEARER, CLIENT_KEY, MakeApp
from fakes.users import add_user, login_of
from tener_interview.__main__ import ROUTES
from tener_interview.actor import Role
from tener_interview.domain.users.account import create_token
from tener_interview.web.application import Application
from tener_interview.web.auth import API_TOKEN_PREFIX
from tener_interview.web.credentials import hash_api_token
from tener_interview.web.router import ROLES, Access

#: That the guard let the request through: what is refused after it has another code.
REFUSED = {401, 403}


def token(app: Application, name: str, role: Role, owner: Role | None, *, read_only: bool = False) -> str:
    text = f"{API_TOKEN_PREFIX}{name}"
    create_token(
        app.service, text=text, token_hash=hash_api_token(text), owner=None if owner is None else add_user(app, owner),
        name=name, role=role, read_only=read_only, ttl_ms=None,
    )
    return text


def credentials(app: Application, clock: FakeClock) -> dict[str, tuple[dict[str, str], Role | None, bool]]:
    """By name: headers, the role that they stand for (None for nobody), and whether they may only read."""
    service = app.service
    found: dict[str, tuple[dict[str, str], Role | None, bool]] = {"nobody": ({}, None, False)}
    expired = login_of(app, add_user(app, Role.ADMIN))
    clock.advance(hours=12, seconds=1)
    found["expired login"] = ({"Cookie": expired}, None, False)
    for role in (Role.ADMIN, Role.RECRUITER, Role.REVIEWER):
        found[f"{role}"] = ({"Cookie": login_of(app, add_user(app, role, job_ids=[2]))}, role, False)
        bearer = f"Bearer {token(app, f'of-{role}', role, role)}"
        found[f"token of {role}"] = ({"Authorization": bearer}, role, False)
    found["token of an admin for less"] = (
        {"Authorization": f"Bearer {token(app, 'less', Role.REVIEWER, Role.ADMIN)}"}, Role.REVIEWER, False
    )
    for role in (Role.MAIN_SYSTEM, Role.RECRUITER):
        found[f"{role} machine"] = ({"Authorization": f"Bearer {token(app, f'm-{role}', role, None)}"}, role, False)
    found["reading"] = (
        {"Authorization": f"Bearer {token(app, 'r', Role.RECRUITER, None, read_only=True)}"}, Role.RECRUITER, True
    )
    found["admin token"] = (BEARER, Role.ADMIN, False)
    found["client key"] = ({"Authorization": f"Bearer {CLIENT_KEY}"}, Role.MAIN_SYSTEM, False)
    disabled = add_user(app, Role.ADMIN)
    cookie, of_disabled = login_of(app, disabled), f"{API_TOKEN_PREFIX}disabled"
    create_token(
        service, text=of_disabled, token_hash=hash_api_token(of_disabled), owner=disabled, name="x", role=Role.ADMIN,
        read_only=False, ttl_ms=None,
    )
    with service.store.write() as tx:
        # Not by the operation, which also ends logins and tokens: being disabled is enough.
        tx.users.disable(disabled.id or "", clock.now_ms(), without_admin=True)
    found["disabled user"] = ({"Cookie": cookie}, None, False)
    found["token of a disabled user"] = ({"Authorization": f"Bearer {of_disabled}"}, None, False)
    revoked = token(app, "revoked", Role.ADMIN, Role.ADMIN)
    with service.store.write() as tx:
        for row in tx.api_tokens.all():
            if row.name == "revoked":
                tx.api_tokens.revoke(row.token_id, clock.now_ms())
    found["revoked token"] = ({"Authorization": f"Bearer {revoked}"}, None, False)
    return found


def test_every_role_gets_the_decided_status_from_every_route(make_app: MakeApp, clock: FakeClock) -> None:
    app = make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN, TENER_INTERVIEW_CLIENT_KEY=CLIENT_KEY)
    client = Client(app)
    wrong = []
    for name, (headers, role, only_reads) in credentials(app, clock).items():
        for number, route in enumerate(ROUTES):
            if not route.access.guarded or (name in ("admin", "admin token") and "/account/logins" in route.pattern):
                continue
            assert DECISIONS[(route.method, route.pattern)] is route.access
            path = re.sub(r"\{\w+\}", "1", route.pattern)
            # Each from another address, so that refusals do not add up; with a body that changes nothing.
            sent = {**headers, "Remote-Addr": f"10.0.{number}.{len(name)}"}
            body: list[object] | None = [] if route.method in ("POST", "PUT", "PATCH") else None
            reply = client.request(route.method, path, body=body, headers=sent)
            is_write = route.method != "GET" and not route.checks_read_only
            may = role in ROLES[route.access] and not (only_reads and is_write)
            code = reply.json.get("code") if reply.status in REFUSED else None
            let_in = code not in ("UNAUTHORIZED", "FORBIDDEN", "TOO_MANY_ATTEMPTS")
            # Accounts are changed in a browser only; people only decide, override and review.
            own = route.pattern.startswith("/api/account") and "Cookie" not in headers
            own = own or ("machine" in name and re.search("decision|override|review", route.pattern) is not None)
            if (let_in != may and not (own and may)) or (role is None and code != "UNAUTHORIZED"):
                wrong.append((name, route.method, route.pattern, reply.status, code))
    assert wrong == []
    assert {route.access for route in ROUTES} == set(Access)
