"""FakeHireflix: a strict stand-in for https://api.hireflix.com/me on a loopback socket.

It is a real GraphQL engine over `hireflix.graphql`, so whatever the schema does not allow is refused (HTTP 400), and a
request without the right `x-api-key` is, too (401). Behind it an account lives in memory; see `hireflix_account.py`
for its rules.

    with FakeHireflix() as fake:
        provider = provider_for(fake)
        invitation_id = provider.invite(...).invitation_id
        fake.finish(invitation_id, ["I would cache it.", None, "", "We talked."])   # one transcript a question
        fake.set_transcripts(invitation_id, [...])                                  # they come later
        fake.shortlist(invitation_id); fake.discard(invitation_id); fake.delete(invitation_id)
        fake.account.vocabulary = "new"; fake.account.invites_left = 0; fake.latency_s = 0.2
        fake.account.now_ms = clock.now_ms          # times at Hireflix by a test's own clock

        fake.fail_next(faults.status(503))                       # the next request, whatever it is
        fake.fail_next(faults.closed(), times=3, on="interview") # the next three that ask for this root field
        fake.fail_always(faults.status(503)); fake.heal()        # an outage, and its end
        fake.fail_always(faults.held()); fake.heal()             # nothing is answered before the second
        fake.poison(invitation_id)                               # any request that names it is answered 500
        fake.account.broken.add(invitation_id)                   # null, with an error beside the others' data
        fake.account.broken_transcripts.add(invitation_id)       # the same for its transcriptions
        with fake.down(): ...                                    # nobody listens: connections are refused

        fake.requests            # a dict each: operation, type, fields, variables, headers, status
        fake.count("interview")  # requests with this root field; fake.statuses() counts by HTTP status
        fake.invites             # invites carried out, in number; fake.interviews has them all
        fake.in_flight           # requests being answered right now; fake.in_flight_max: the most at the same time
        fake.invite_elsewhere("ana@example.test")   # made by somebody in Hireflix's own pages

Everything may be called from any thread.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from fakes.hireflix_account import Account, InterviewRecord
from fakes.hireflix_engine import Engine, Refused, describe
from fakes.hireflix_faults import Fault, json_body, status

API_KEY = "5f0c9a52-7f7e-4a27-9a3c-3d2b1e0f4c88"
QUESTIONS = (
    "How would you design a cache for a busy API?",
    "Tell us about a bug that took you long to find.",
    "How do you handle disagreement in a team?",
    "Why do you want to work with us?",
)


@dataclass
class _Scripted:
    fault: Fault
    on: str | None
    times: float
    #: How many of these requests are answered as always before the first one that meets it.
    spared: int = 0


class FakeHireflix:
    """Hireflix for tests. Use it as a context manager, or call `start` and `stop`.

    `without` names operations that the schema is to lack, for example `createPosition`. The operations on webhooks are
    not published: `webhook_api` chooses one of the forms that they may have, and without it there are none.
    """

    def __init__(
        self, *, api_key: str = API_KEY, latency_s: float = 0.0, without: Sequence[str] = (),
        webhook_api: str | None = None,
    ) -> None:
        self.api_key = api_key
        self._latency_s = latency_s
        self._latency_changed = threading.Condition()
        self.account = Account()
        self.position_id = self.account.add_position("Backend engineer", [{"title": title} for title in QUESTIONS])
        self.requests: list[dict[str, Any]] = []
        #: The Date header of every response, instead of the current time.
        self.says_date: str | None = None
        self.in_flight_max = 0
        #: Errors in the fake itself; raised at the end.
        self.crashes: list[BaseException] = []
        self._engine = Engine(self.account, without, webhook_api)
        self._lock = threading.RLock()
        self._script: list[_Scripted] = []
        self._poisoned: set[str] = set()
        self.in_flight = 0
        self._healed = threading.Condition(self._lock)
        self._heals = 0
        self._port = 0
        self._server: _Server | None = None

    # Running ----------------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/me"

    def start(self) -> Self:
        self._server = _Server(("127.0.0.1", self._port), self)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def stop(self) -> None:
        if self._server is not None:
            stopping = threading.Thread(target=self._server.shutdown)
            stopping.start()
            # A connection wakes the server, which would otherwise notice only at the end of its poll interval.
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            stopping.join()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()
        self.heal()
        if self.crashes and kind is None:
            raise self.crashes[0]

    @contextmanager
    def down(self) -> Iterator[None]:
        """Close the address for the duration of the block; the account stays."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @property
    def latency_s(self) -> float:
        """How long every response takes. A lower value also shortens those under way."""
        return self._latency_s

    @latency_s.setter
    def latency_s(self, latency_s: float) -> None:
        with self._latency_changed:
            self._latency_s = latency_s
            self._latency_changed.notify_all()

    # The account ------------------------------------------------------------------------------------------------

    @property
    def invites(self) -> int:
        """How many invitations were executed through the API."""
        return self.account.invited

    @property
    def interviews(self) -> list[InterviewRecord]:
        """All interviews, oldest first."""
        with self._lock:
            return list(self.account.interviews.values())

    def interview(self, invitation_id: str) -> InterviewRecord:
        return self.account.interviews[invitation_id]

    def invite_elsewhere(self, email: str, *, external_id: str | None = None, position_id: str | None = None) -> str:
        """Create an interview as in Hireflix's own pages; return its id."""
        with self._lock:
            where = position_id or self.position_id
            return self.account.add_interview(where, email=email, external_id=external_id).interview_id

    def finish(
        self,
        invitation_id: str,
        transcripts: Sequence[str | None] | None = None,
        answered: Sequence[bool] | None = None,
    ) -> None:
        """Finish an interview as the candidate, with one transcript for each question; None if it does not exist (yet).

        `answered` says which questions have an answer; all of them by default.
        """
        with self._lock:
            record = self.account.interviews[invitation_id]
            at_ms = self.account.now_ms()
            for question, done in zip(record.questions, answered or [True] * len(record.questions), strict=True):
                question.answered_at_ms = at_ms if done else None
            record.stage, record.completed_at_ms = "to_evaluate", at_ms
            self.set_transcripts(invitation_id, transcripts or [None] * len(record.questions))

    def set_transcripts(self, invitation_id: str, transcripts: Sequence[str | None]) -> None:
        """Add the transcripts, one for each question."""
        with self._lock:
            questions = self.account.interviews[invitation_id].questions
            for question, transcript in zip(questions, transcripts, strict=True):
                question.transcript = transcript

    def shortlist(self, invitation_id: str) -> None:
        with self._lock:
            self.account.change(invitation_id, "shortlisted")

    def discard(self, invitation_id: str) -> None:
        with self._lock:
            self.account.change(invitation_id, "discarded")

    def delete(self, invitation_id: str) -> None:
        with self._lock:
            del self.account.interviews[invitation_id]

    def archive_position(self, position_id: str | None = None) -> None:
        """Archive a position: it is still listed and still called active, but accepts no invitations."""
        with self._lock:
            self.account.positions[position_id or self.position_id].archived_at_ms = self.account.now_ms()

    # What goes wrong --------------------------------------------------------------------------------------------

    def fail_next(self, fault: Fault, *, times: int = 1, on: str | None = None) -> None:
        """Let the next `times` requests meet this fault: any request, or those with the root field `on`."""
        with self._lock:
            self._script.append(_Scripted(fault, on, times))

    def fail_always(self, fault: Fault, *, on: str | None = None, after: int = 0) -> None:
        """Like `fail_next`, until `heal`, for all requests but the first `after` of them."""
        with self._lock:
            self._script.append(_Scripted(fault, on, float("inf"), after))

    def fail_requests_naming(self, invitation_id: str) -> None:
        """Answer every request that names this interview with 500, until `heal`."""
        with self._lock:
            self._poisoned.add(invitation_id)

    def heal(self, *, but: Fault | None = None) -> None:
        """End all faults and send the responses that were held. From now on all requests meet `but`."""
        with self._lock:
            self._heals += 1
            self._healed.notify_all()
            self._script = [] if but is None else [_Scripted(but, None, float("inf"))]
            self._poisoned.clear()
            self.account.broken.clear()
            self.account.broken_transcripts.clear()

    # What was seen ----------------------------------------------------------------------------------------------

    def count(self, field: str) -> int:
        """Return how many requests had this root field, such as `interview`."""
        with self._lock:
            return sum(field in request["fields"] for request in self.requests)

    def statuses(self) -> Counter[int | None]:
        """Return how often each HTTP status was sent; None stands for a connection closed without a response."""
        with self._lock:
            return Counter(request["status"] for request in self.requests)

    # Serving ----------------------------------------------------------------------------------------------------

    def handle(self, headers: Mapping[str, str], body: bytes) -> Fault:
        """Answer one POST; what a fault leaves open is filled in."""
        with self._lock:
            self.in_flight += 1
            self.in_flight_max = max(self.in_flight_max, self.in_flight)
        try:
            self._wait_for_latency()
            seen: dict[str, Any] = {"operation": None, "type": None, "fields": [], "variables": {}, "status": None}
            seen["headers"] = {name.lower(): value for name, value in headers.items()}
            with self._lock:
                self.requests.append(seen)
                answer = self._answer(seen, body)
                seen["status"] = answer.status
                if answer.held:
                    heals = self._heals
                    self._healed.wait_for(lambda: self._heals > heals)
            time.sleep(answer.delay_s)
            return answer
        finally:
            with self._lock:
                self.in_flight -= 1

    def _wait_for_latency(self) -> None:
        begun_s = time.monotonic()
        with self._latency_changed:
            while (left_s := begun_s + self._latency_s - time.monotonic()) > 0:
                self._latency_changed.wait(left_s)

    def _answer(self, seen: dict[str, Any], body: bytes) -> Fault:
        if seen["headers"].get("x-api-key") != self.api_key:
            return json_body({"errors": [{"message": "Unauthorized"}]}, code=401)
        try:
            asked = json.loads(body)
            query, variables = str(asked["query"]), dict(asked.get("variables") or {})
        except (ValueError, KeyError, TypeError):
            return json_body({"errors": [{"message": "Must provide query string."}]}, code=400)
        seen["variables"] = variables
        try:
            document = self._engine.document(query)
            seen.update(describe(document))
            fault = self._scripted(seen["fields"])
            if fault and not fault.act:
                return fault
            if self._poisoned.intersection(map(str, variables.values())):
                return status(500)
            truth = json_body(self._engine.execute(document, variables))
        except Refused as refused:
            return json_body({"errors": refused.errors}, code=400)
        return truth if fault is None else replace(truth, status=fault.status, delay_s=fault.delay_s, held=fault.held)

    def _scripted(self, fields: list[str]) -> Fault | None:
        for scripted in self._script:
            if scripted.times > 0 and (scripted.on is None or scripted.on in fields):
                if scripted.spared > 0:
                    scripted.spared -= 1
                    return None
                scripted.times -= 1
                return scripted.fault
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], fake: FakeHireflix) -> None:
        self.fake = fake
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError):
            self.fake.crashes.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != "/me":
            return self._send(status(404))
        if self.headers.get_content_type() != "application/json":
            return self._send(json_body({"errors": [{"message": "Content-Type must be application/json"}]}, code=415))
        return self._send(self.server.fake.handle(dict(self.headers.items()), body))

    def do_GET(self) -> None:
        self._send(status(405))

    def _send(self, answer: Fault) -> None:
        self.close_connection = answer.status is None or answer.missing_bytes > 0
        if answer.status is None:
            return
        body = answer.body or b""
        self.send_response_only(answer.status)
        date = self.server.fake.says_date or formatdate(usegmt=True)
        response_headers = {"Date": date, "Content-Type": answer.content_type, **answer.headers}
        for name, value in response_headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + answer.missing_bytes))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Log nothing."""
