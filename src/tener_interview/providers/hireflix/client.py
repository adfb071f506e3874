"""GraphQLClient: sends one GraphQL request as one HTTP POST, and retries it where that is safe."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...outbound import request as outbound
from ...system.clock import Clock
from ...system.locks import FairSemaphore
from ..circuit_breaker import CircuitBreaker
from ..retry import MAX_REPEATS, Retry
from . import faults
from .faults import FailureKind, Fault, GraphQLError

#: Failures that mean that Hireflix is down, not that it refuses one request.
DOWN_KINDS = frozenset(
    {FailureKind.NOT_SENT, FailureKind.CONNECTION_LOST, FailureKind.TIMED_OUT, FailureKind.RATE_LIMITED}
)

#: How long a request waits behind our own other requests, at most.
QUEUE_TIMEOUT_S = 900.0


@dataclass(frozen=True)
class RequestPolicy:
    """Whether a request changes something, and the failures after which it may be retried."""

    writes: bool
    retry_kinds: frozenset[FailureKind]
    #: Whether other waiting requests go first.
    low_priority: bool = False


#: Reads are retried freely, but not after a time-out: another one would cost more than it gains.
READ = RequestPolicy(
    False,
    frozenset({FailureKind.NOT_SENT, FailureKind.CONNECTION_LOST, FailureKind.RATE_LIMITED, FailureKind.SERVER_ERROR}),
)
#: A batch is split after a server error instead of being retried as a whole.
BATCH = RequestPolicy(False, READ.retry_kinds - {FailureKind.SERVER_ERROR}, low_priority=True)
#: A request that changes something is retried only if it certainly changed nothing.
WRITE = RequestPolicy(True, frozenset({FailureKind.NOT_SENT, FailureKind.RATE_LIMITED}))


@dataclass(frozen=True)
class GraphQLResponse:
    """A GraphQL response: the data, and the errors beside it."""

    data: Mapping[str, Any]
    errors: tuple[GraphQLError, ...]

    def errors_at(self, key: str) -> list[GraphQLError]:
        """The errors that may explain why `key` is null: those below it, and those without a path."""
        return [error for error in self.errors if not error.path or error.path[0] == key]


class GraphQLClient:
    """Sends GraphQL requests to one endpoint. Safe to use from many threads.

    `random` returns numbers from 0 to 1 for the jitter of pauses, `timeout_s` is for one request, and at most
    `concurrency` requests are in flight at any time.
    """

    def __init__(
        self,
        *,
        send: outbound.Send,
        clock: Clock,
        random: Callable[[], float],
        base_url: str,
        api_key: str,
        timeout_s: float,
        concurrency: int,
    ) -> None:
        self._send = send
        self._clock = clock
        self._url = base_url
        self._key = api_key
        self._timeout_s = timeout_s
        self.concurrency = concurrency
        self.slots = FairSemaphore(concurrency)
        self._retry = Retry(clock, random, timeout_s)
        self.breaker = CircuitBreaker(clock)

    def execute(self, query: str, variables: Mapping[str, Any], policy: RequestPolicy) -> GraphQLResponse:
        """Send a query or mutation when it is its turn, and return the response within at most twice the time-out.

        Raises Fault, which is a Problem, when the response has no data.
        """
        if not self.slots.acquire(QUEUE_TIMEOUT_S, priority=not policy.low_priority):
            raise Fault(
                FailureKind.QUEUE_TIMEOUT,
                f"this one did not get its turn within {QUEUE_TIMEOUT_S / 60:g} minutes",
                retry_after_s=60,
            )
        try:
            return self._execute_unless_open(query, variables, policy)
        finally:
            self.slots.release()

    def _execute_unless_open(
        self, query: str, variables: Mapping[str, Any], policy: RequestPolicy
    ) -> GraphQLResponse:
        """Send unless the circuit is open; it may have opened while this request waited for its turn."""
        wait_s = self.breaker.seconds_until_allowed()
        if wait_s:
            reason = f"it did not answer the last requests; the next one is tried in {math.ceil(wait_s)} s"
            raise Fault(FailureKind.CIRCUIT_OPEN, reason, retry_after_s=wait_s)
        alive: bool | None = None
        try:
            response = self._execute_with_retry(
                query, variables, policy, max_repeats=0 if self.breaker.is_open else MAX_REPEATS
            )
            alive = True
        except Fault as fault:
            alive = None if fault.kind is FailureKind.SERVER_ERROR else fault.kind not in DOWN_KINDS
            raise
        finally:
            self.breaker.after_request(alive=alive)
        return response

    def _execute_with_retry(
        self, query: str, variables: Mapping[str, Any], policy: RequestPolicy, *, max_repeats: int
    ) -> GraphQLResponse:
        body = json.dumps({"query": query, "variables": variables}).encode()

        def repeat_after_s(problem: Problem) -> float | None:
            if isinstance(problem, Fault) and problem.kind in policy.retry_kinds:
                return problem.retry_after_s or 0.0
            return None

        return self._retry.run(
            partial(self._post, body, writing=policy.writes), repeat_after_s,
            partial(self.slots.released, priority=not policy.low_priority), max_repeats=max_repeats,
        )

    def _post(self, body: bytes, *, writing: bool) -> GraphQLResponse:
        try:
            response = self._send("POST", self._url, headers=self._headers(), body=body, timeout_s=self._timeout_s)
        except outbound.Unreachable as fault:
            kind = (
                FailureKind.TIMED_OUT
                if fault.timed_out
                else FailureKind.CONNECTION_LOST
                if fault.sent
                else FailureKind.NOT_SENT
            )
            raise Fault(kind, fault.reason) from None
        return self._parse_response(response, writing=writing)

    def _headers(self) -> dict[str, str]:
        return {
            "x-api-key": self._key,
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "tener-interview",
        }

    def _parse_response(self, response: outbound.UpstreamResponse, *, writing: bool) -> GraphQLResponse:
        content = _json_object(response.body)
        errors = self._errors(content.get("errors") if content else None)
        data = content.get("data") if content else None
        succeeded = 200 <= response.status < 300
        if succeeded and isinstance(data, dict):
            return GraphQLResponse(data, errors)
        retry_after_s = faults.retry_after_s(response.headers.get("retry-after"), self._clock.now_ms())
        if response.status == 429:
            raise faults.busy(retry_after_s)
        if faults.known_kind(errors):
            raise faults.from_errors(errors, writing=writing)
        if response.status in (401, 403):
            raise Fault(FailureKind.UNAUTHORIZED, f"it answered with HTTP status {response.status}")
        if response.status >= 500:
            kind = FailureKind.SERVER_ERROR if response.status == 500 else FailureKind.CONNECTION_LOST
            reason = f"it answered with HTTP status {response.status}"
            raise Fault(kind, reason, errors=errors, retry_after_s=retry_after_s)
        if errors:
            raise faults.from_errors(errors, writing=writing)
        if response.status == 400:
            raise Fault(FailureKind.REFUSED, "it answered with HTTP status 400")
        if not succeeded:
            raise faults.malformed(f"HTTP status {response.status}; check TENER_HIREFLIX_BASE_URL")
        raise faults.malformed("the body is not JSON" if content is None else "the JSON holds no data")

    def _errors(self, entries: Any) -> tuple[GraphQLError, ...]:
        if not entries:
            return ()
        return tuple(self._error(entry) for entry in (entries if isinstance(entries, list) else [entries]))

    def _error(self, entry: Any) -> GraphQLError:
        fields = entry if isinstance(entry, dict) else {"message": entry}
        extensions = fields.get("extensions")
        path = fields.get("path")
        code = fields.get("code")
        if code is None and isinstance(extensions, dict):
            code = extensions.get("code")
        if isinstance(code, float) and code.is_integer():
            code = int(code)
        message = str(fields.get("message") or "").replace(self._key, "[API key]")
        return GraphQLError(
            message=message.encode("utf-8", "replace").decode()[: faults.MAX_MESSAGE_CHARS],
            code=str(code).upper() if isinstance(code, (str, int, float)) else None,
            path=tuple(step for step in path if isinstance(step, (str, int))) if isinstance(path, list) else (),
        )


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        content = outbound.parse_json(body)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None
