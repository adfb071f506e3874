"""What the domain works with: the store, the provider, the source, time, and the rules it was configured with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ..clock import HOUR_MS, AgreedTime, Clock
from ..criteria.criteria import Criteria
from ..criteria.files import ConfigError
from ..criteria.formula import Formula
from ..errors import Problem
from ..providers.protocol import Provider
from ..scoring.judge import ENGINE_VERSION
from ..scoring.meaning import Embed, no_vectors
from ..scoring_worker import Scorer, score
from ..sources.protocol import Source
from ..store.database import Store, Transaction
from ..store.listed import BesideCandidate, Listed
from ..store.sessions import Session
from ..tokens import LinkSigner, SignedLink
from .parallel import Workers
from .shared_readings import JobTurns, ReadingsUnderWay
from .states import Status, may_go

#: Starts, refreshes and the like that may be under way at once, those included that nobody waits for any more.
MOST_UNDER_WAY = 64
#: So many sessions are written in one transaction: whoever else wants to write waits for its end.
WRITTEN_AT_ONCE = 5


@dataclass(frozen=True)
class Policy:
    """The rules a deployment sets."""

    public_base_url: str
    link_ttl_hours: int
    transcription_wait_hours: int
    allow_synthetic_email: bool
    synthetic_email_domain: str
    sync_seconds: int


class Turns:
    """Lets threads of this process take turns on a key, so that they do not all ask the provider the same thing.

    A courtesy, not a lock that correctness needs: two processes have two of these.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[Hashable, tuple[threading.Lock, int]] = {}

    @contextmanager
    def take(self, key: Hashable, *, wait: bool = True) -> Iterator[bool]:
        """Wait for a turn and hold it; without waiting, what is yielded says whether it was free."""
        with self._guard:
            lock, waiting = self._locks.get(key, (threading.Lock(), 0))
            self._locks[key] = (lock, waiting + 1)
        try:
            taken = lock.acquire(blocking=wait)
            try:
                yield taken
            finally:
                if taken:
                    lock.release()
        finally:
            with self._guard:
                lock, waiting = self._locks[key]
                if waiting == 1:
                    del self._locks[key]
                else:
                    self._locks[key] = (lock, waiting - 1)


class Rules:
    """The criteria and the formula in force. They change only when somebody asks for the files to be read again."""

    def __init__(self, read: Callable[[], tuple[Criteria, Formula]]) -> None:
        """Raises ConfigError when a file cannot be used."""
        self._read = read
        self._both = read()

    @property
    def criteria(self) -> Criteria:
        return self._both[0]

    @property
    def formula(self) -> Formula:
        return self._both[1]

    @property
    def engine_version(self) -> str:
        return ENGINE_VERSION

    def read_again(self, *, adopt: bool) -> tuple[Criteria, Formula]:
        """Both files as they are now, put in force if they are adopted.

        Raises `CRITERIA_INVALID`; what was in force stays in force then.
        """
        try:
            both = self._read()
        except ConfigError as refused:
            raise Problem(
                "CRITERIA_INVALID", "The scoring criteria or the formula cannot be used as the files are now.",
                {"faults": refused.faults},
            ) from None
        if adopt:
            self._both = both
        return both


@dataclass(frozen=True)
class Service:
    """The domain's surroundings, handed to every operation."""

    store: Store
    provider: Provider
    source: Source
    clock: Clock
    links: LinkSigner
    share_links: LinkSigner
    rules: Rules
    policy: Policy
    #: `token_hex(16)` gives a session id its 32 digits.
    token_hex: Callable[[int], str]
    agreed_time: AgreedTime
    turns: Turns = field(default_factory=Turns)
    job_turns: JobTurns = field(default_factory=JobTurns)
    readings_under_way: ReadingsUnderWay = field(default_factory=ReadingsUnderWay)
    #: Vectors of texts, from a server of embeddings where one is set.
    embed: Embed = no_vectors
    #: Scores one of many interviews.
    score_many: Scorer = score
    workers: Workers = field(default_factory=lambda: Workers(MOST_UNDER_WAY))

    def entry_url(self, session: Session | Listed | BesideCandidate) -> str:
        """The candidate's link, derived anew: it is stored nowhere. A longer or shorter life leaves it as it is."""
        link = SignedLink(session.session_id, session.link_serial, session.link_signed_expires_at)
        return self.policy.public_base_url + self.links.path(link)

    def strip_links(self, text: str) -> str:
        """A text that is kept, with every signature of ours cut out of the links in it."""
        return self.share_links.strip(self.links.strip(text))

    def complete_links(self, text: str) -> str:
        """The same text with the signatures put back."""
        return self.links.complete(self.share_links.complete(text))

    def link_expiry(self, ttl_hours: int | None) -> int:
        """When a link whose life begins now runs out: a whole second, as tokens count."""
        hours = self.policy.link_ttl_hours if ttl_hours is None else ttl_hours
        return self.clock.now_ms() // 1000 * 1000 + hours * HOUR_MS

    def position_of(self, tx: Transaction, job_id: int) -> str:
        """The position a job's candidates are invited to."""
        own = tx.positions.get(job_id)
        return own.position_id if own else self.provider.default_position_id


def move(
    tx: Transaction, session: Session, status: Status, event: str, source: str, at_ms: int,
    details: Mapping[str, Any] | None = None, /, **columns: object,
) -> bool:
    """Take a session along one way of the table, with the event that says so; False if it is no longer where it was.

    What moves is looked at in the next round of the background sync, and needs no human look, unless `columns` say
    otherwise. Raises ValueError for a way the table does not have: that is a fault of the code, not of the request.
    """
    if not may_go(session.status, status):
        raise ValueError(f"no way from {session.status} to {status}")
    expected = {"status": session.status, "link_serial": session.link_serial}
    changes = {"next_sync_at": at_ms, "review_reason": None, **columns, "status": status.value, "updated_at": at_ms}
    if not tx.sessions.change(session.session_id, expected, **changes):
        return False
    way = {"from": session.status, "to": status.value}
    tx.events.add(session.session_id, event, source, at_ms, **way, **(details or {}))
    return True


NO_ERROR: dict[str, object] = {"last_error_code": None, "last_error_message": None, "last_error_at": None}
