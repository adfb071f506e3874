"""Idempotency-Key: a repeated request has one effect and one response.

Follows draft-ietf-httpapi-idempotency-key-header, and Stripe's practice where the draft leaves it open (the response is
replayed with `Idempotent-Replayed: true`). A running request holds a short lease, which it keeps extending. If its
process dies, the lease expires and the next request with the key runs; that is safe because every operation resumes
what an earlier request has begun.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from ..errors import Problem
from ..system.clock import HOUR_MS, Clock
from .request import Request
from .response import Response, problem_response

RETENTION_MS = 48 * HOUR_MS
LEASE_MS = 8_000
WAIT_S = 30.0
#: The pauses between checks of a request of another process: the first, doubled up to the longest.
_MIN_POLL_S = 0.05
_MAX_POLL_S = 0.4
#: How often to check a request of this process, in case its signal was missed.
_WAKE_UP_S = 1.0
_ETAG = "ETag: "


class Claim(Protocol):
    """A key in use, as stored."""

    @property
    def fingerprint(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def status(self) -> int | None: ...
    @property
    def body(self) -> str | None: ...


class Keys(Protocol):
    """The table of keys inside one transaction."""

    def claim(self, scope: str, key: str, fingerprint: str, *, now_ms: int, lease_until: int) -> int | None: ...
    def get(self, scope: str, key: str) -> Claim | None: ...
    def extend(self, scope: str, key: str, lease_until: int) -> None: ...
    def finish(self, scope: str, key: str, status: int, body: str) -> None: ...
    def release(self, scope: str, key: str) -> None: ...
    def forget_before(self, created_before: int) -> int: ...


class Idempotency:
    """Runs each request with a key once.

    `keys` opens a transaction on the table; `seal` removes secrets from a response before it is stored, and `unseal`
    restores them.
    """

    def __init__(
        self,
        keys: Callable[[], AbstractContextManager[Keys]],
        clock: Clock,
        seal: Callable[[str], str],
        unseal: Callable[[str], str],
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._seal = seal
        self._unseal = unseal
        #: The requests that this process is running, by scope and key.
        self._running: dict[tuple[str, str], threading.Event] = {}

    def run(self, request: Request, handle: Callable[[], Response]) -> Response:
        """Return the response of `handle`, or the earlier response to the request's key.

        Raises `IDEMPOTENCY_KEY_INVALID`, `IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD` and, if the first request with
        this key still runs after WAIT_S, `IDEMPOTENCY_REQUEST_IN_PROGRESS`. A request that waits holds only its
        connection, and stops when its client hangs up.
        """
        header = request.header("Idempotency-Key")
        if header is None:
            return handle()
        key = _validate_key(header)
        scope = _scope(request)
        fingerprint = fingerprint_of(request.json, request.header("If-Match"))
        replayed = self.claim_or_replay(request, scope, key, fingerprint)
        if replayed is not None:
            return replayed
        finished = self._running[scope, key] = threading.Event()
        try:
            return self._run(request, scope, key, handle)
        finally:
            self._running.pop((scope, key), None)
            finished.set()

    def _run(self, request: Request, scope: str, key: str, handle: Callable[[], Response]) -> Response:
        """Run the request that claimed the key, and store a response that may be replayed."""
        try:
            with self._extended_lease(scope, key):
                response = handle()
        except Problem as problem:
            if _is_replayable(problem.status):
                self.store_response(scope, key, problem_response(problem, request.request_id))
            else:
                self._release(scope, key)
            raise
        except BaseException:
            self._release(scope, key)
            raise
        if _is_replayable(response.status):
            self.store_response(scope, key, response)
        else:
            self._release(scope, key)
        return response

    def claim_or_replay(self, request: Request, scope: str, key: str, fingerprint: str) -> Response | None:
        """None if this request has claimed the key; else the stored response, once the running request is done."""
        give_up_at_s = self._clock.monotonic_s() + WAIT_S
        pause_s = _MIN_POLL_S
        while True:
            now_ms = self._clock.now_ms()
            with self._keys() as keys:
                keys.forget_before(now_ms - RETENTION_MS)
                known_since = keys.claim(scope, key, fingerprint, now_ms=now_ms, lease_until=now_ms + LEASE_MS)
                if known_since is not None:
                    request.first_requested_ms = known_since
                    request.operation_id = hashlib.sha256(f"{scope} {key} {known_since}".encode()).hexdigest()[:32]
                    return None
                claim = keys.get(scope, key)
            if claim is not None and claim.fingerprint != fingerprint:
                raise Problem(
                    "IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD",
                    "This key was used before with another body or If-Match. Use a new one for a new request.",
                )
            if claim is not None and claim.state == "done":
                return self._replay(claim)
            if self._clock.monotonic_s() >= give_up_at_s:
                raise Problem(
                    "IDEMPOTENCY_REQUEST_IN_PROGRESS",
                    "The first request with this Idempotency-Key is still running. Ask again with the same key.",
                    headers={"Retry-After": "5"},
                )
            if running := self._running.get((scope, key)):
                running.wait(_WAKE_UP_S)
            else:
                self._clock.sleep(pause_s)
                pause_s = min(2 * pause_s, _MAX_POLL_S)
            request.raise_if_client_gone()

    def _replay(self, claim: Claim) -> Response:
        return _from_text(self._unseal(claim.body or ""), claim.status or 200)

    @contextmanager
    def _extended_lease(self, scope: str, key: str) -> Iterator[None]:
        """Keep extending the lease during the block."""
        finished = threading.Event()

        def extend() -> None:
            while not finished.wait(LEASE_MS / 1000 / 3):
                try:
                    with self._keys() as keys:
                        keys.extend(scope, key, self._clock.now_ms() + LEASE_MS)
                except Problem:
                    continue

        threading.Thread(target=extend, name="idempotency-lease", daemon=True).start()
        try:
            yield
        finally:
            finished.set()

    def store_response(self, scope: str, key: str, response: Response) -> None:
        """Store a response, to be replayed for later requests with the key."""
        with self._keys() as keys:
            keys.finish(scope, key, response.status, self._seal(_to_text(response)))

    def _release(self, scope: str, key: str) -> None:
        with self._keys() as keys:
            keys.release(scope, key)


def _scope(request: Request) -> str:
    """Where a key is valid: one path, and one user or token, so that nobody gets another user's response."""
    route = f"{request.method} {request.path}"
    return route if request.actor.id is None else f"{route} {request.actor.id}"


def _validate_key(header: str) -> str:
    """The key without the quotes of the draft's structured-field syntax."""
    key = header.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
        raise Problem("IDEMPOTENCY_KEY_INVALID", "Idempotency-Key must be 1 to 255 visible ASCII characters.")
    return key


def fingerprint_of(body: dict[str, Any], if_match: str | None = None) -> str:
    """The hash of a body, equal for equal JSON, whatever its whitespace and order; and of the version it is about."""
    condition = "" if if_match is None else f" If-Match: {if_match}"
    return hashlib.sha256(f"{json.dumps(body, sort_keys=True)}{condition}".encode()).hexdigest()


def _is_replayable(status: int) -> bool:
    """Whether a status may be replayed: not a temporary failure, nor an incomplete or malformed request, which had no
    effect."""
    return status < 500 and status not in (400, 428, 429)


def _to_text(response: Response) -> str:
    """A response as it is stored: its body, which is JSON, after its ETag if it has one."""
    etag = response.headers.get("ETag")
    return (f"{_ETAG}{etag}\n" if etag else "") + response.body.decode("utf-8")


def _from_text(text: str, status: int) -> Response:
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotent-Replayed": "true"}
    if text.startswith(_ETAG):
        line, _, text = text.partition("\n")
        headers["ETag"] = line.removeprefix(_ETAG)
    return Response(status, text.encode("utf-8"), headers)
