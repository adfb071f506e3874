"""Faults between a client and Hireflix, as values for scripting the fake:

    fake.fail_next(faults.too_many(retry_after="1"), times=2)
    fake.fail_next(faults.carried_out_without_response(), on="inviteCandidateToInterview")
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fault:
    """The fault that one request meets. The operation is executed only with `act`."""

    #: None: the connection is closed without an answer.
    status: int | None = 200
    #: None: the true answer.
    body: bytes | None = None
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    #: The operation is carried out before anything else happens.
    act: bool = False
    #: Waited before the answer.
    delay_s: float = 0.0
    #: The answer waits for `FakeHireflix.heal`.
    held: bool = False
    #: Bytes of the body that are promised and never sent.
    missing_bytes: int = 0


def closed() -> Fault:
    """Close the connection without a response; nothing was executed."""
    return Fault(status=None)


def carried_out_without_response() -> Fault:
    """Execute the operation, then close the connection without a response."""
    return Fault(status=None, act=True)


def slow(delay_s: float, *, act: bool = True) -> Fault:
    """Send the true response, so much later. Without `act`, execute nothing and close the connection then."""
    return Fault(status=200 if act else None, act=act, delay_s=delay_s)


def held(*, act: bool = True) -> Fault:
    """Execute the operation and hold the true response until `heal`. Without `act`, execute nothing and close the
    connection then."""
    return Fault(status=200 if act else None, act=act, held=True)


def status(code: int, *, retry_after: str | None = None) -> Fault:
    """A gateway's page with this status."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Fault(status=code, body=b"<html><h1>Oops</h1></html>", content_type="text/html", headers=headers)


def unauthorized(code: int = 401) -> Fault:
    """The key is refused."""
    return Fault(status=code, body=json.dumps({"message": "Unauthorized"}).encode())


def too_many(retry_after: str | None = None) -> Fault:
    return status(429, retry_after=retry_after)


def html() -> Fault:
    """A page instead of JSON, with status 200."""
    return status(200)


def json_body(content: Any, *, code: int = 200) -> Fault:
    """Any JSON, for instance of the wrong shape."""
    return Fault(status=code, body=json.dumps(content).encode())


def truncated_json() -> Fault:
    """Half of a JSON document with the right Content-Length."""
    return Fault(body=b'{"data": {"interview": {"id": "65')


def truncated_response() -> Fault:
    """A response that announces more bytes than it has."""
    return Fault(body=b'{"data": {"interview": {"id": "65', missing_bytes=1000)


def errors(*listed: Mapping[str, Any], code: int = 200) -> Fault:
    """The whole request is refused: `errors`, and data null."""
    return json_body({"errors": list(listed), "data": None}, code=code)
