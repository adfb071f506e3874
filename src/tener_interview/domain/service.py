"""The dependencies of every operation: store, provider, source, clock, link signers, rules and settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..lazy_import import lazy_function
from ..link_tokens import SignedLink
from ..scoring.vectors import embed_nothing
from ..system.clock import HOUR_MS
from ..system.locks import KeyedLock
from ..system.parallel import BackgroundWorkers
from .refresh.coalescing import InFlightSnapshots, JobRefreshQueues

if TYPE_CHECKING:
    from ..link_tokens import LinkSigner
    from ..plans.drafting import Drafter
    from ..plans.library import QuestionLibrary
    from ..providers.protocol import Provider
    from ..scoring.vectors import Embed
    from ..sources.protocol import Source
    from ..store.ports import Store, Transaction
    from ..store.records import CandidateSessionSummary, SessionSummary
    from ..store.session import Session
    from ..system.clock import Clock, TrustedClock
    from .judge.judge import Judge
    from .messages.mail import MailConfig
    from .read_cache import ReadCache
    from .refresh.scoring_worker import Scorer
    from .scoring_rules import ScoringRules

#: Starts and refreshes that may run at once, including those whose client has gone.
MAX_BACKGROUND_TASKS = 64
#: Few, because other writers wait until the transaction ends.
SESSIONS_PER_TRANSACTION = 5


#: Scores an interview in this process.
score_here: Scorer = lazy_function("domain.refresh.scoring_worker.score_in_this_process")


def accept_any(_url: str) -> None:
    """Find no fault with an address."""


@dataclass(frozen=True)
class InterviewPolicy:
    """What a deployment decides about links, transcripts, made-up addresses and the background sync."""

    public_base_url: str
    link_ttl_hours: int
    transcription_wait_hours: int
    allow_synthetic_email: bool
    synthetic_email_domain: str
    sync_seconds: int
    #: Whether the plan of a job is published without a person having seen it.
    auto_plan: bool = False

    def scorecard_url(self, job_id: int, session_id: str) -> str:
        """Return where somebody who is signed in finds a scorecard. The address opens nothing by itself."""
        place = urlencode({"job": job_id, "view": "leaderboard", "session": session_id})
        return f"{self.public_base_url}/dashboard?{place}"


@dataclass(frozen=True)
class Service:
    """The dependencies that every operation of the domain receives."""

    store: Store
    provider: Provider
    source: Source
    clock: Clock
    links: LinkSigner
    share_links: LinkSigner
    mail: MailConfig
    rules: ScoringRules
    library: QuestionLibrary
    drafter: Drafter
    policy: InterviewPolicy
    #: `token_hex(16)` gives a session id its 32 digits.
    token_hex: Callable[[int], str]
    trusted_clock: TrustedClock
    reads: ReadCache
    session_locks: KeyedLock = field(default_factory=KeyedLock)
    plan_locks: KeyedLock = field(default_factory=KeyedLock)
    job_refresh_queues: JobRefreshQueues = field(default_factory=JobRefreshQueues)
    in_flight_snapshots: InFlightSnapshots = field(default_factory=InFlightSnapshots)
    #: Whether the admin token opens the service when no user can.
    has_admin_token: bool = False
    #: Returns vectors of texts from the embedding server, if one is configured.
    embed: Embed = embed_nothing
    #: Scores each interview of a batch, possibly in another process.
    worker_scorer: Scorer = score_here
    #: Gives a second opinion, if one is configured.
    judge: Judge | None = None
    #: What is wrong with the address of an endpoint; None if nothing is.
    endpoint_fault: Callable[[str], str | None] = accept_any
    workers: BackgroundWorkers = field(default_factory=lambda: BackgroundWorkers(MAX_BACKGROUND_TASKS))

    def entry_url(self, session: Session | SessionSummary | CandidateSessionSummary) -> str:
        """Return the candidate's link. It is derived, never stored, and does not change with its expiry."""
        link = SignedLink(session.session_id, session.link.serial, session.link.signed_expires_at)
        return self.policy.public_base_url + self.links.path(link)

    def strip_link_signatures(self, text: str) -> str:
        """Remove the signatures from our links in a text before it is stored."""
        return self.mail.opt_out_links.strip_signatures(
            self.share_links.strip_signatures(self.links.strip_signatures(text))
        )

    def restore_link_signatures(self, text: str) -> str:
        """Put the signatures back into a stored text."""
        return self.links.restore_signatures(
            self.share_links.restore_signatures(self.mail.opt_out_links.restore_signatures(text))
        )

    def link_expiry(self, ttl_hours: int | None) -> int:
        """Return when a link that is issued now expires, in whole seconds as in its token."""
        hours = self.policy.link_ttl_hours if ttl_hours is None else ttl_hours
        return self.clock.now_ms() // 1000 * 1000 + hours * HOUR_MS

    def position_of(self, tx: Transaction, job_id: int) -> str:
        """Return the id of the position that a job's candidates are invited to."""
        own = tx.positions.get(job_id)
        return own.position_id if own else self.provider.default_position_id


def find_session(service: Service, session_id: str) -> Session:
    """Return a session by its id. Raises `INTERVIEW_SESSION_NOT_FOUND`."""
    with service.store.read() as tx:
        return require_session(tx, session_id)


def require_session(tx: Transaction, session_id: str) -> Session:
    """Return a session by its id here or in the previous service. Raises `INTERVIEW_SESSION_NOT_FOUND`."""
    session = tx.sessions.get(session_id)
    if session is None and (known_as := tx.legacy_ids.session_id(session_id)):
        session = tx.sessions.get(known_as)
    if session is None:
        raise Problem("INTERVIEW_SESSION_NOT_FOUND", "There is no interview session with this id.")
    return session


def require_judge(service: Service) -> Judge:
    """Return the judge. Raises `JUDGE_OFF`."""
    if service.judge is None:
        raise Problem(
            "JUDGE_OFF", "No language model is set up for a second opinion. Set TENER_INTERVIEW_JUDGE_URL and"
            " TENER_INTERVIEW_JUDGE_MODEL to use one.",
        )
    return service.judge
