"""Transaction: the SQL of every table, for use inside one transaction of either database."""

from __future__ import annotations

from ...system import logs
from ..audit_chain import UNSEALED, AuditKeys
from .api_tokens import ApiTokens
from .audit_log import AuditLog
from .consents import Consents, CorrectionNotes, Notices
from .decisions import DecisionReasons, Decisions
from .demo_interviews import DemoInterviews
from .dialect import Connection, Dialect
from .erasure_entries import ErasureEntries
from .events import Events
from .future_timestamps import FutureTimestamps
from .idempotency import IdempotencyKeys
from .job_reviewers import JobReviewers
from .job_settings import JobSettingsTable
from .leases import Leases
from .locks import Locks
from .logins import Logins
from .model_answers import ModelAnswers
from .near_duplicates import NearDuplicates
from .outcomes import Outcomes
from .pending_scrub import PendingScrub
from .plans import Plans
from .positions import JobPositions
from .rankings import Rankings
from .recommendations import Recommendations
from .results import Results
from .retention_hold import Retention
from .reviews import Reviews, ScoreOverrides
from .sessions import LegacyIds, Sessions
from .shares import Shares
from .steps import Steps
from .titles import JobTitles
from .users import Users
from .webhooks import WebhookEvents
from .wrong_tokens import WrongTokens


class Transaction:
    """One transaction: all its changes are committed, or none. It has an attribute for each table's SQL."""

    def __init__(self, db: Connection, dialect: Dialect, audit_keys: AuditKeys = UNSEALED) -> None:
        self.locks = Locks(db, dialect)
        self.audit = AuditLog(db, dialect, audit_keys)
        self.sessions = Sessions(db, dialect)
        self.rankings = Rankings(db, dialect)
        self.outcomes = Outcomes(db, dialect)
        self.results = Results(db, dialect)
        self.events = Events(db, dialect)
        self.idempotency = IdempotencyKeys(db, dialect)
        self.steps = Steps(db, dialect)
        self.positions = JobPositions(db, dialect)
        self.plans = Plans(db, dialect)
        self.model_answers = ModelAnswers(db, dialect)
        self.job_settings = JobSettingsTable(db, dialect)
        self.reviews = Reviews(db, dialect)
        self.overrides = ScoreOverrides(db, dialect)
        self.decisions = Decisions(db, dialect)
        self.decision_reasons = DecisionReasons(db, dialect)
        self.notices = Notices(db, dialect)
        self.consents = Consents(db, dialect)
        self.correction_notes = CorrectionNotes(db, dialect)
        self.demo = DemoInterviews(db, dialect)
        self.leases = Leases(db, dialect)
        self.users = Users(db, dialect)
        self.api_tokens = ApiTokens(db, dialect)
        self.job_reviewers = JobReviewers(db, dialect)
        self.logins = Logins(db, dialect)
        self.wrong_tokens = WrongTokens(db, dialect)
        self.webhooks = WebhookEvents(db, dialect)
        self.shares = Shares(db, dialect)
        self.recommendations = Recommendations(db, dialect)
        self.titles = JobTitles(db, dialect)
        self.near_duplicates = NearDuplicates(db, dialect)
        self.pending_scrub = PendingScrub(db, dialect)
        self.legacy_ids = LegacyIds(db, dialect)
        self.retention = Retention(db, dialect)
        self.erasure_entries = ErasureEntries(db, dialect)
        self.future_timestamps = FutureTimestamps(db, dialect)

    def log_committed(self) -> None:
        """Log what was committed. The end of the audit log is logged so that there is a trace of it outside."""
        for event in self.events.added:
            logs.log_event("session", **event)
        if self.audit.written is not None:
            logs.log_event("audit", number=self.audit.written.number, hash=self.audit.written.hash)
