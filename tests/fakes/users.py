"""Signed-in users, without the steps of invitation and password."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from fakes.client import Client
from tener_interview.actor import Actor, ActorKind, Role
from tener_interview.web.application import Application
from tener_interview.web.request import Request


def add_user(app: Application, role: Role | str, *, name: str = "", job_ids: Sequence[int] = ()) -> Actor:
    """Add a user of a role who reviews jobs."""
    user_id = f"us_{secrets.token_hex(16)}"
    name = name or f"Some {role}"
    store, now_ms = app.service.store, app.service.clock.now_ms()
    with store.write() as tx:
        assert tx.users.add(user_id, email=f"{user_id}@example.com", name=name, role=str(role), now_ms=now_ms)
        for job_id in job_ids:
            reviewers = {reviewer.user_id for reviewer in tx.job_reviewers.of_job(job_id)}
            tx.job_reviewers.assign(job_id, {*reviewers, user_id}, assigned_by=None, now_ms=now_ms)
    return Actor(ActorKind.USER, Role(role), user_id, name)


def login_of(app: Application, actor: Actor, user_agent: str = "") -> str:
    """Log a user in; return the cookie."""
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/login", "REMOTE_ADDR": "127.0.0.1"}
    request = Request({**environ, "HTTP_USER_AGENT": user_agent}, "request-of-a-test", 0)
    cookie: str = app.service.guard.sign_in(request, actor)
    return cookie.partition(";")[0]


def signed_in(app: Application, role: Role | str, *, name: str = "", job_ids: Sequence[int] = ()) -> Client:
    """Return a client in which a new user of a role is signed in, by `user_id`."""
    actor = add_user(app, role, name=name, job_ids=job_ids)
    client = Client(app, {"Cookie": login_of(app, actor)})
    client.user_id = actor.id
    return client
