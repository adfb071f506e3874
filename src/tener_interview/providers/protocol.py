"""What the service asks of an interview provider, in the service's own words.

A provider translates at its edge: statuses become a Stage, times become milliseconds since 1970, and every way it
can refuse becomes a Problem. Nothing above this package knows a provider's vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ..errors import Problem


class Stage(StrEnum):
    """How far an interview has come at the provider."""

    PENDING = "pending"
    FINISHED = "finished"
    #: Discarded or deleted there before the candidate finished.
    WITHDRAWN = "withdrawn"
    #: A status this version does not know: reason enough to change nothing.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class InterviewAnswer:
    """One question of an interview and what came back for it, in asking order."""

    question_id: str
    title: str
    description: str | None = None
    answered: bool = False
    answered_at_ms: int | None = None
    #: None while the provider has not transcribed the answer (it may never do so); stripped and never empty otherwise.
    transcript: str | None = None
    #: As the provider says it, for example `en` or `en-US`.
    language: str | None = None
    #: Signed and short-lived: to be shown soon, never to be kept as permanent.
    video_url: str | None = None


@dataclass(frozen=True)
class Interview:
    """An interview as the provider holds it now."""

    invitation_id: str
    stage: Stage
    #: The candidate's page; always http or https.
    candidate_url: str
    position_id: str | None = None
    #: The session_id it was created with, or what somebody else put there.
    external_id: str | None = None
    email: str | None = None
    finished_at_ms: int | None = None
    answers: tuple[InterviewAnswer, ...] = ()


@dataclass(frozen=True)
class Invitee:
    """Whom to invite to which position. Names are already trimmed to 1..50 characters."""

    position_id: str
    external_id: str
    email: str
    first_name: str
    last_name: str | None


@dataclass(frozen=True)
class Question:
    """A question of a position to create; `time_limit_s` is how long an answer may take."""

    title: str
    description: str | None = None
    time_limit_s: int | None = None


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
    #: In asking order; None where they were not asked for.
    questions: tuple[Question, ...] | None = None


class AlreadyInvited(Exception):
    """The provider holds an interview for this e-mail or external id in this position: find it and adopt it."""


class Provider(Protocol):
    """An interview provider.

    Every method raises Problem: `INTERVIEW_PROVIDER_UNAVAILABLE` or `..._TIMEOUT` for a fault that passes (nothing is
    known to have changed), `..._SUBSCRIPTION_REQUIRED` or `..._QUOTA_EXCEEDED` when money is the reason, and
    `..._REJECTED` (`details.provider_error`) for a refusal that will be repeated.
    """

    #: `hireflix` or `demo`.
    name: str
    #: The position used by a job that has none of its own.
    default_position_id: str
    #: How many interviews one `read` may ask for.
    batch_size: int
    #: How many calls may run side by side.
    concurrency: int

    def invite(self, invitee: Invitee) -> Interview:
        """Create the interview. Raises AlreadyInvited when one exists. Safe to call side by side."""

    def find(self, position_id: str, *, email: str, external_id: str) -> Interview | None:
        """The interview in this position with this external id, else with this e-mail (compared without case)."""

    def read(self, invitation_ids: Sequence[str], *, force: bool = False) -> Mapping[str, Interview | None | Problem]:
        """Read up to `batch_size` interviews in one request; the answer has every id asked for.

        None: the provider does not know that interview. A Problem: that one could not be read, others may have been.
        Raises nothing: a fault of the whole request stands beside every id it concerns.
        `force` says that somebody is waiting; only a pretend provider makes a difference of it.
        """

    def positions(self) -> list[Position]:
        """All positions, archived ones included, without their questions."""

    def position(self, position_id: str, *, timed: bool = False) -> Position | None:
        """One position with its questions; None where there is none with this id.

        `timed`: with the time that each answer may take, where the provider says it.
        """

    def create_position(self, draft: PositionDraft) -> Position:
        """Create a position."""

    def available(self) -> bool:
        """Whether requests go through; False while they are held back because the last ones all failed."""


@dataclass(frozen=True)
class ProviderEvent:
    """What a provider told of by itself: an interview reached a stage, or was `deleted`. It is not yet believed."""

    invitation_id: str
    stage: str
    #: The provider's own word, for the record.
    event: str


class WebhookReader(Protocol):
    """Reads what a provider sends by itself."""

    def read(self, raw: bytes, signature: str | None) -> ProviderEvent | None:
        """The notice in a request's raw body; None for one that tells of nothing to act on.

        Raises `UNAUTHORIZED` for a wrong signature, before the body is parsed, and `INVALID_JSON`.
        """
