"""Idempotency-Key: the same request sent twice has one effect and one answer.

Follows draft-ietf-httpapi-idempotency-key-header where it decides, Stripe's habit where it does not (the answer is
replayed, with `Idempotent-Replayed: true`). A running request holds a short lease that it keeps extending; when its
process dies the lease runs out and whoever asks again with the key runs the request, which is safe because every
operation behind it resumes what it finds begun.
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

KEPT_MS = 48 * HOUR_MS
LEASE_MS = 8_000
WAIT_S = 30.0
#: How often it is looked whether the request of another process is done: at first, and at most.
_FIRST_POLL_S = 0.05
_LAST_POLL_S = 0.4
#: The same for one of this process, which says so by itself.
_TOLD_S = 1.0


class Claim(Protocol):
    """A key in use, as the store keeps it."""

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

    def claim(self, scope: str, key: str, fingerprint: str, *, now_ms: int, lease_until: int) -> bool: ...
    def get(self, scope: str, key: str) -> Claim | None: ...
    def extend(self, scope: str, key: str, lease_until: int) -> None: ...
    def finish(self, scope: str, key: str, status: int, body: str) -> None: ...
    def release(self, scope: str, key: str) -> None: ...
    def forget_before(self, created_before: int) -> int: ...


class Idempotency:
    """Runs keyed requests once.

    `keys` opens a transaction on the table; `seal` takes secrets out of an answer before it is kept and `unseal` puts
    them back.
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
        #: What this process is at, by scope and key.
        self._running: dict[tuple[str, str], threading.Event] = {}

    def run(self, request: Request, work: Callable[[], Response]) -> Response:
        """The answer of `work`, or the one it gave before under the request's key.

        Raises `IDEMPOTENCY_KEY_INVALID`, `IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD` and, when the first request
        with this key is still running after WAIT_S, `IDEMPOTENCY_REQUEST_IN_PROGRESS`. Who waits for that holds
        nothing but their connection, and not for longer than they stay.
        """
        given = request.header("Idempotency-Key")
        if given is None:
            return work()
        key = _checked(given)
        scope = f"{request.method} {request.path}"
        fingerprint = fingerprint_of(request.json)
        replayed = self.claim_or_replay(request, scope, key, fingerprint)
        if replayed is not None:
            return replayed
        done = self._running[scope, key] = threading.Event()
        try:
            return self._run(request, scope, key, work)
        finally:
            self._running.pop((scope, key), None)
            done.set()

    def _run(self, request: Request, scope: str, key: str, work: Callable[[], Response]) -> Response:
        """Do what the key was claimed for, and keep the answer that is worth it."""
        try:
            with self._kept_alive(scope, key):
                response = work()
        except Problem as problem:
            if _worth_keeping(problem.status):
                self.keep_answer(scope, key, problem_response(problem, request.request_id))
            else:
                self._release(scope, key)
            raise
        except BaseException:
            self._release(scope, key)
            raise
        if _worth_keeping(response.status):
            self.keep_answer(scope, key, response)
        else:
            self._release(scope, key)
        return response

    def claim_or_replay(self, request: Request, scope: str, key: str, fingerprint: str) -> Response | None:
        """None when the key is ours to run; else the answer that was given, waiting for one that is under way."""
        give_up_at = self._clock.monotonic_s() + WAIT_S
        pause_s = _FIRST_POLL_S
        while True:
            now_ms = self._clock.now_ms()
            with self._keys() as keys:
                keys.forget_before(now_ms - KEPT_MS)
                if keys.claim(scope, key, fingerprint, now_ms=now_ms, lease_until=now_ms + LEASE_MS):
                    return None
                claim = keys.get(scope, key)
            if claim is not None and claim.fingerprint != fingerprint:
                raise Problem(
                    "IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD",
                    "This Idempotency-Key was used before with another body. Use a new key for a new request.",
                )
            if claim is not None and claim.state == "done":
                return self._replay(claim)
            if self._clock.monotonic_s() >= give_up_at:
                raise Problem(
                    "IDEMPOTENCY_REQUEST_IN_PROGRESS",
                    "The first request with this Idempotency-Key is still running. Ask again with the same key.",
                    headers={"Retry-After": "5"},
                )
            if under_way := self._running.get((scope, key)):
                under_way.wait(_TOLD_S)
            else:
                self._clock.sleep(pause_s)
                pause_s = min(2 * pause_s, _LAST_POLL_S)
            request.refuse_gone()

    def _replay(self, claim: Claim) -> Response:
        body = self._unseal(claim.body or "").encode("utf-8")
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotent-Replayed": "true"}
        return Response(claim.status or 200, body, headers)

    @contextmanager
    def _kept_alive(self, scope: str, key: str) -> Iterator[None]:
        """Extend the lease for as long as the work lasts."""
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

    def keep_answer(self, scope: str, key: str, response: Response) -> None:
        """Whoever asks again with the key is answered with it."""
        with self._keys() as keys:
            keys.finish(scope, key, response.status, self._seal(response.body.decode("utf-8")))

    def _release(self, scope: str, key: str) -> None:
        with self._keys() as keys:
            keys.release(scope, key)


def _checked(given: str) -> str:
    """The key without the quotes that the draft's structured-field form puts around it."""
    key = given.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
        raise Problem("IDEMPOTENCY_KEY_INVALID", "Idempotency-Key must be 1 to 255 visible ASCII characters.")
    return key


def fingerprint_of(body: dict[str, Any]) -> str:
    """Equal for equal JSON, however it is written."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _worth_keeping(status: int) -> bool:
    """A fault that passes, and a request that had no effect because it was malformed, may be sent again."""
    return status < 500 and status not in (400, 429)
