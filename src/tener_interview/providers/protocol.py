"""The Provider protocol: what the service needs from an interview provider, in the service's own terms.

A provider adapter translates: statuses become a Stage, times become milliseconds since 1970, and every refusal becomes
a Problem. No code outside this package knows a provider's vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from ..errors import Problem
from ..lazy_dataclass import dataclass


class Stage(StrEnum):
    """How far an interview has come at the provider."""

    PENDING = "pending"
    FINISHED = "finished"
    #: Discarded or deleted at the provider before the candidate finished.
    WITHDRAWN = "withdrawn"
    #: A status that this version does not know; it changes nothing.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class InterviewAnswer:
    """One question of an interview and its answer, in the order of the interview."""

    question_id: str
    title: str
    description: str | None = None
    answered: bool = False
    answered_at_ms: int | None = None
    #: None while the provider has not transcribed the answer, which may be for ever; otherwise stripped and not empty.
    transcript: str | None = None
    #: The provider's language tag, for example `en` or `en-US`.
    language: str | None = None
    #: Signed and short-lived: show it soon, and do not store it as permanent.
    video_url: str | None = None


@dataclass(frozen=True)
class Interview:
    """The current state of an interview at the provider."""

    invitation_id: str
    stage: Stage
    #: The candidate's page; always http or https.
    candidate_url: str
    position_id: str | None = None
    #: The session_id it was created with, unless somebody else created it.
    external_id: str | None = None
    email: str | None = None
    finished_at_ms: int | None = None
    answers: tuple[InterviewAnswer, ...] = ()


@dataclass(frozen=True)
class Invitee:
    """A candidate to invite to a position. Names are already trimmed to 1..50 characters."""

    position_id: str
    external_id: str
    email: str
    first_name: str
    last_name: str | None


@dataclass(frozen=True)
class Question:
    """A question of a position. `time_limit_s` is the longest time for an answer, `thinking_time_s` that before it."""

    title: str
    description: str | None = None
    time_limit_s: int | None = None
    thinking_time_s: int | None = None


@dataclass(frozen=True)
class PositionDraft:
    """A position to create."""

    name: str
    description: str | None
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Position:
    """A set of questions at the provider. An archived one takes no new candidates."""

    position_id: str
    name: str
    archived: bool = False
    #: In the order of the interview; None when they were not requested.
    questions: tuple[Question, ...] | None = None


class Placement(StrEnum):
    """Where the people of a company have put a finished interview at the provider."""

    TO_EVALUATE = "to_evaluate"
    SHORTLISTED = "shortlisted"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class InterviewEvaluation:
    """What people have made of an interview at the provider: its place, its score and the comments on it."""

    #: Whether the candidate has finished; nobody moves an interview before.
    finished: bool
    #: None for a status that this version does not know.
    placement: Placement | None
    #: 0.5 to 5; None without a score.
    score: float | None
    comments: tuple[str, ...]


@dataclass(frozen=True)
class Webhook:
    """A webhook of the account at the provider: where it sends events, which ones, and whether it is switched on.

    `events` and `active` are None where the provider does not say.
    """

    url: str
    events: tuple[str, ...] | None = None
    active: bool | None = None


class AlreadyInvited(Exception):
    """The provider already has an interview for this e-mail or external id in this position. Find it and adopt it."""


class Provider(Protocol):
    """An interview provider.

    Every method raises Problem: `INTERVIEW_PROVIDER_UNAVAILABLE` or `..._TIMEOUT` for a temporary fault (nothing is
    known to have changed), `..._SUBSCRIPTION_REQUIRED` or `..._QUOTA_EXCEEDED` when the reason is payment, and
    `..._REJECTED` (`details.provider_error`) for a permanent refusal.
    """

    #: `hireflix` or `demo`.
    name: str
    #: The position for jobs without one of their own.
    default_position_id: str
    #: How many interviews one `read` may request.
    batch_size: int
    #: How many calls may run in parallel.
    concurrency: int

    def invite(self, invitee: Invitee) -> Interview:
        """Create the interview. Raises AlreadyInvited when one exists. Safe to call in parallel."""

    def find(self, position_id: str, *, email: str, external_id: str) -> Interview | None:
        """The interview in this position with this external id, else with this e-mail (compared without case)."""

    def read(
        self, invitation_ids: Sequence[str], *, answer_at_once: bool = False
    ) -> Mapping[str, Interview | None | Problem]:
        """Read up to `batch_size` interviews in one request. The result has every requested id.

        None: the provider does not know the interview. A Problem: this interview could not be read, others may have
        been. Never raises; a fault of the whole request is the value of every id that it affects. With
        `answer_at_once` the demo's candidates answer now; other providers ignore it.
        """

    def positions(self) -> list[Position]:
        """All positions, archived ones included, without their questions."""

    def position(self, position_id: str, *, timed: bool = False) -> Position | None:
        """One position with its questions; None if the provider does not know it. `timed` adds the time limits of
        answers, if the provider has them."""

    def create_position(self, draft: PositionDraft) -> Position:
        """Create a position."""

    def evaluation(self, invitation_id: str) -> InterviewEvaluation | None:
        """What people have made of an interview at the provider; None if the provider does not know it."""

    def set_placement(self, invitation_id: str, before: Placement | None, after: Placement) -> None:
        """Move a finished interview from the place that `evaluation` gave to another one. Safe to repeat."""

    def rate(self, invitation_id: str, score: float | None) -> None:
        """Set the account's score of an interview, 0.5 to 5 in steps of a half; None removes it. Safe to repeat."""

    def comment(self, invitation_id: str, text: str) -> None:
        """Add a comment to an interview. Each call adds one: look into `evaluation` before repeating it."""

    def available(self) -> bool:
        """Return whether requests go through; False while the circuit breaker refuses them."""


class WebhookSettings(Protocol):
    """The webhooks of an account, as far as the provider's API lets us see and change them."""

    def webhooks(self) -> list[Webhook] | None:
        """All webhooks of the account; None if the API offers no list that we understand. Raises Problem."""

    def create_webhook(self, url: str, events: Sequence[str]) -> bool:
        """Create a webhook; False if the API offers no way that we understand. Raises Problem."""


@dataclass(frozen=True)
class ProviderEvent:
    """An event from a provider's webhook: an interview reached a stage or was `deleted`. It still needs to be verified.
    """

    invitation_id: str
    stage: str
    #: The provider's name of the event, for the record.
    event: str


class ProviderEventReader(Protocol):
    """Reads the events that a provider's webhook sends."""

    def read(self, raw: bytes, signature: str | None) -> ProviderEvent | None:
        """The event in a request's raw body; None for an irrelevant event.

        Raises `UNAUTHORIZED` for a wrong signature, before the body is parsed, and `INVALID_JSON`.
        """
