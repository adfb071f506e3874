"""Transaction: the SQL of every table, for use inside one transaction of either database."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING, Any

from ...lazy_import import load
from ...system import logs
from ..audit_chain import UNSEALED, AuditKeys

if TYPE_CHECKING:
    from ..event_records import AddedEvent
    from .api_tokens import ApiTokens
    from .attention import AttentionTable
    from .audit_log import AuditLog
    from .candidate_results import CandidateResults
    from .consents import Consents, CorrectionNotes, Notices
    from .decisions import DecisionReasons, Decisions
    from .demo_interviews import DemoInterviews
    from .dialect import Connection, Dialect
    from .endpoints import Endpoints
    from .erasure_entries import ErasureEntries
    from .events import Events
    from .future_timestamps import FutureTimestamps
    from .idempotency import IdempotencyKeys
    from .job_reviewers import JobReviewers
    from .job_settings import JobSettingsTable
    from .leases import Leases
    from .locks import Locks
    from .logins import Logins
    from .message_templates import MessageRulesTable, MessageTemplates
    from .messages import MailStates, MessageRecipients, Messages
    from .model_answers import ModelAnswers
    from .near_duplicates import NearDuplicates
    from .notification_settings import NotificationSettingsTable
    from .opinions import JudgeUsages, Opinions
    from .outbox import Outbox
    from .pending_scrub import PendingScrub
    from .plans import Plans
    from .positions import JobPositions
    from .provider_events import ProviderEvents
    from .rankings import Rankings
    from .recommendations import Recommendations
    from .results import Results
    from .reviews import Reviews, ScoreOverrides
    from .session_providers import SessionProviders
    from .session_search import SessionSearch
    from .sessions import LegacyIds, Sessions
    from .shares import Shares
    from .steps import Steps
    from .titles import JobTitles
    from .users import Users
    from .withheld_erasures import WithheldErasures
    from .wrong_tokens import WrongTokens


class _LazyTable:
    """A table's SQL, imported for its first use in this process and made for its first use in a transaction."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __set_name__(self, owner: type[Transaction], attribute: str) -> None:
        self._attribute = attribute

    def __get__(self, tx: Transaction | None, owner: type[Transaction]) -> Any:
        if tx is None:
            return self
        table = tx.__dict__[self._attribute] = load(f"store.tables.{self._name}")(tx._db, tx._dialect)
        return table


def lazy_table(name: str) -> Any:
    """Declare the table of a module and class: `sessions.Sessions`."""
    return _LazyTable(name)


class Transaction:
    """One transaction: all its changes are committed, or none. It has an attribute for each table's SQL."""

    locks: Locks = lazy_table("locks.Locks")
    sessions: Sessions = lazy_table("sessions.Sessions")
    session_providers: SessionProviders = lazy_table("session_providers.SessionProviders")
    rankings: Rankings = lazy_table("rankings.Rankings")
    session_search: SessionSearch = lazy_table("session_search.SessionSearch")
    candidate_results: CandidateResults = lazy_table("candidate_results.CandidateResults")
    outbox: Outbox = lazy_table("outbox.Outbox")
    endpoints: Endpoints = lazy_table("endpoints.Endpoints")
    results: Results = lazy_table("results.Results")
    events: Events = lazy_table("events.Events")
    idempotency: IdempotencyKeys = lazy_table("idempotency.IdempotencyKeys")
    steps: Steps = lazy_table("steps.Steps")
    positions: JobPositions = lazy_table("positions.JobPositions")
    plans: Plans = lazy_table("plans.Plans")
    model_answers: ModelAnswers = lazy_table("model_answers.ModelAnswers")
    job_settings: JobSettingsTable = lazy_table("job_settings.JobSettingsTable")
    reviews: Reviews = lazy_table("reviews.Reviews")
    overrides: ScoreOverrides = lazy_table("reviews.ScoreOverrides")
    opinions: Opinions = lazy_table("opinions.Opinions")
    judge_usage: JudgeUsages = lazy_table("opinions.JudgeUsages")
    decisions: Decisions = lazy_table("decisions.Decisions")
    decision_reasons: DecisionReasons = lazy_table("decisions.DecisionReasons")
    notices: Notices = lazy_table("consents.Notices")
    consents: Consents = lazy_table("consents.Consents")
    correction_notes: CorrectionNotes = lazy_table("consents.CorrectionNotes")
    messages: Messages = lazy_table("messages.Messages")
    message_templates: MessageTemplates = lazy_table("message_templates.MessageTemplates")
    message_rules: MessageRulesTable = lazy_table("message_templates.MessageRulesTable")
    recipients: MessageRecipients = lazy_table("messages.MessageRecipients")
    mail_switch: MailStates = lazy_table("messages.MailStates")
    demo: DemoInterviews = lazy_table("demo_interviews.DemoInterviews")
    leases: Leases = lazy_table("leases.Leases")
    users: Users = lazy_table("users.Users")
    api_tokens: ApiTokens = lazy_table("api_tokens.ApiTokens")
    job_reviewers: JobReviewers = lazy_table("job_reviewers.JobReviewers")
    logins: Logins = lazy_table("logins.Logins")
    wrong_tokens: WrongTokens = lazy_table("wrong_tokens.WrongTokens")
    provider_events: ProviderEvents = lazy_table("provider_events.ProviderEvents")
    shares: Shares = lazy_table("shares.Shares")
    recommendations: Recommendations = lazy_table("recommendations.Recommendations")
    titles: JobTitles = lazy_table("titles.JobTitles")
    near_duplicates: NearDuplicates = lazy_table("near_duplicates.NearDuplicates")
    pending_scrub: PendingScrub = lazy_table("pending_scrub.PendingScrub")
    legacy_ids: LegacyIds = lazy_table("sessions.LegacyIds")
    attention: AttentionTable = lazy_table("attention.AttentionTable")
    notification_settings: NotificationSettingsTable = lazy_table("notification_settings.NotificationSettingsTable")
    withheld_erasures: WithheldErasures = lazy_table("withheld_erasures.WithheldErasures")
    erasure_entries: ErasureEntries = lazy_table("erasure_entries.ErasureEntries")
    future_timestamps: FutureTimestamps = lazy_table("future_timestamps.FutureTimestamps")

    def __init__(self, db: Connection, dialect: Dialect, audit_keys: AuditKeys = UNSEALED) -> None:
        self._db = db
        self._dialect = dialect
        self._audit_keys = audit_keys

    @cached_property
    def audit(self) -> AuditLog:
        """The audit log, whose entries are sealed with this transaction's keys."""
        audit: AuditLog = load("store.tables.audit_log.AuditLog")(self._db, self._dialect, self._audit_keys)
        return audit

    @property
    def added_events(self) -> Sequence[AddedEvent]:
        """What was added to the events of sessions in this transaction."""
        return self.events.added if self._has_used("events") else ()

    def write_audit_entries(self) -> None:
        """Write what was added to the audit log. Nothing else may follow in the transaction."""
        if self._has_used("audit"):
            self.audit.write_pending()

    def report_commit(self, outbox_changed: Event) -> None:
        """Log what was committed, and wake whoever sends what it added to the outbox.

        The end of the audit log is logged so that there is a trace of it outside.
        """
        for event in self.added_events:
            states = {name: event.details[name] for name in ("from", "to") if name in event.details}
            logs.log_event("session", session_id=event.session_id, what=event.event, source=event.caused_by, **states)
        if self._has_used("audit") and self.audit.written is not None:
            logs.log_event("audit", number=self.audit.written.number, hash=self.audit.written.hash)
        if self._has_used("outbox") and self.outbox.has_new_work:
            outbox_changed.set()

    def _has_used(self, table: str) -> bool:
        return table in self.__dict__
