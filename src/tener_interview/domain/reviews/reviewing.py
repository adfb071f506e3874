"""Reviewing an interview: what a reviewer may see, saving the draft, and submitting it.

A blind reviewer sees neither what the machine nor what others make of an interview before submitting. That is decided
here, for every route.
"""

from __future__ import annotations

from ...actor import Actor, ActorKind, Role
from ...criteria.formula import Formula
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...store.ports import Transaction
from ...store.review_records import JobReviewCounts, ReviewRow, ReviewTask, ReviewVersion
from ...store.session import Session
from ..human_only import require_person
from ..plans.session_rules import SessionRules
from ..provider_updates.queueing import queue_score
from ..results import Result, latest_result
from ..service import Service, require_session
from ..sessions.status import FINISHED
from .content import NOTHING_WRITTEN, ReviewContent, faults_of, fit_to_questions, missing_parts, read_content
from .content import write_content as write_content
from .questions import ReviewQuestion, review_questions
from .session_totals import (
    TotalColumns,
    session_changed_problem,
    stored_machine_score,
    total_columns,
    write_totals,
)
from .totals import human_score, review_total


@dataclass(frozen=True)
class SubmittedReview:
    """A reviewer's latest submitted review, and all its versions, oldest first."""

    row: ReviewRow
    versions: tuple[tuple[ReviewVersion, ReviewContent], ...]


@dataclass(frozen=True)
class OpenReview:
    """An interview as somebody may review it. `result` and `others` are None while they are hidden."""

    session: Session
    questions: list[ReviewQuestion]
    #: None before the first save.
    own: ReviewRow | None
    content: ReviewContent
    #: Whether the machine's score and the reviews of others are hidden.
    blind: bool
    result: Result | None
    others: list[SubmittedReview] | None


@dataclass(frozen=True)
class WorkList:
    """The finished interviews that somebody may review, and how many there are of each job."""

    tasks: list[ReviewTask]
    jobs: list[JobReviewCounts]


def reviewer_id(actor: Actor) -> str:
    """Return the id that somebody's reviews are stored under: the user's, or the kind of actor where there is one."""
    return actor.id or actor.kind.value


def stored_name(actor: Actor) -> str:
    """Return the name to store beside what somebody did: none for a user, whose name is read when it is shown."""
    return "" if actor.kind is ActorKind.USER else actor.name


def is_assigned_only(actor: Actor) -> bool:
    """Return whether somebody may only review jobs that they are assigned to."""
    return actor.role is Role.REVIEWER


def work_list(
    service: Service, actor: Actor, *, job_id: int | None, state: str | None, limit: int, offset: int
) -> WorkList:
    """Return the finished interviews that somebody may review."""
    reviewer, assigned_only = reviewer_id(actor), is_assigned_only(actor)
    with service.store.read() as tx:
        return WorkList(
            tx.reviews.tasks(
                reviewer, assigned_only=assigned_only, job_id=job_id, state=state, limit=limit, offset=offset
            ),
            tx.reviews.task_counts(reviewer, assigned_only=assigned_only, job_id=job_id),
        )


def open_review(service: Service, actor: Actor, session_id: str) -> OpenReview:
    """Return an interview as somebody may review it. Raises what `require_reviewable` raises."""
    with service.store.read() as tx:
        session = require_reviewable(tx, actor, session_id)
        return _open(service, tx, actor, session)


def save_draft(service: Service, actor: Actor, session_id: str, content: ReviewContent, revision: int) -> OpenReview:
    """Replace the draft of this revision, 0 where there is none.

    Raises `FORBIDDEN` unless a person asks, `REVIEW_CHANGED` if it has another one by now, `VALIDATION_FAILED` for what
    does not belong to the interview, and what `require_reviewable` raises.
    """
    require_person(actor)
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        session = require_reviewable(tx, actor, session_id)
        questions, _, _ = _questions(service, tx, session)
        if faults := faults_of(content, questions):
            sentences = "; ".join(f"{name} {fault}" for name, fault in faults.items())
            raise Problem("VALIDATION_FAILED", f"The review is not valid: {sentences}.", {"fields": faults})
        placed = fit_to_questions(content, questions)
        saved = tx.reviews.save(
            session.session_id, session.job_id, reviewer_id(actor), stored_name(actor), write_content(placed), now_ms,
            revision=revision, assigned_only=is_assigned_only(actor),
        )
        if not saved:
            raise _review_changed_problem(tx, actor, session)
        if actor.by_assistant:
            tx.audit.append(actor, "review.drafted", "session", session.session_id, at_ms=now_ms, job_id=session.job_id)
        return _open(service, tx, actor, session)


def discard_draft(service: Service, actor: Actor, session_id: str, revision: int) -> OpenReview:
    """Remove what is not submitted. Raises `REVIEW_CHANGED` if the review has another revision by now."""
    with service.store.write() as tx:
        session = require_reviewable(tx, actor, session_id)
        if not tx.reviews.discard_draft(session.session_id, reviewer_id(actor), revision=revision):
            raise _review_changed_problem(tx, actor, session)
        return _open(service, tx, actor, session)


def submit(service: Service, actor: Actor, session_id: str, revision: int) -> OpenReview:
    """Submit the draft of this revision, for the first time or as an amendment, and let it count.

    Raises `REVIEW_INCOMPLETE`, and what `save_draft` raises.
    """
    require_person(actor)
    now_ms = service.clock.now_ms()
    with service.store.read() as tx:
        job_id = require_reviewable(tx, actor, session_id).job_id
    with service.store.write([job_id]) as tx:
        session = require_reviewable(tx, actor, session_id)
        own = tx.reviews.get(session.session_id, reviewer_id(actor))
        if own is None or own.draft is None or own.revision != revision:
            raise _review_changed_problem(tx, actor, session)
        questions, formula, result = _questions(service, tx, session)
        content = fit_to_questions(read_content(own.draft), questions)
        if missing := missing_parts(content, questions):
            sentences = "; ".join(f"{name} {fault}" for name, fault in missing.items())
            raise Problem("REVIEW_INCOMPLETE", f"The review is not complete: {sentences}.", {"fields": missing})
        version = ReviewVersion(
            session.session_id, own.reviewer_id, (own.version or 0) + 1, write_content(content),
            review_total([q.rated_as for q in questions], content.ratings, content.overall_rating, formula),
            str(content.recommendation), _is_blind(tx, actor, session, own), session.result_version,
            session.machine_total, now_ms,
        )
        if not tx.reviews.submit(version, job_id, revision=revision, assigned_only=is_assigned_only(actor)):
            raise _review_changed_problem(tx, actor, session)
        _add_to_totals(service, tx, actor, session, result, version)
        return _open(service, tx, actor, tx.sessions.require(session.session_id))


def _add_to_totals(
    service: Service, tx: Transaction, actor: Actor, session: Session, result: Result | None, version: ReviewVersion
) -> None:
    """Let a submitted review count in the totals of its session, and record it."""
    now_ms = version.submitted_at
    rules = SessionRules(service.rules.criteria, service.rules.formula)
    human = human_score(tx.reviews.submitted_totals(session.session_id))
    columns = total_columns(tx, session, stored_machine_score(session, result), rules, human=human)
    tx.events.add(session.session_id, "reviewed", "recruiter", now_ms, version=version.version)
    if not write_totals(tx, session, columns, "recruiter", now_ms, {"by": "review"}):
        raise session_changed_problem()
    queue_score(tx, session, f"{version.reviewer_id}:{version.version}", now_ms)
    action = "review.submitted" if version.version == 1 else "review.amended"
    tx.audit.append(
        actor, action, "session", session.session_id, at_ms=now_ms, job_id=session.job_id,
        details={
            "reviewer_id": version.reviewer_id, "version": version.version, "blind": bool(version.blind),
            "recommendation": version.recommendation, "review_total": version.total,
            "result_version": version.result_version, **totals_before_and_after(session, columns),
        },
    )


def totals_before_and_after(session: Session, columns: TotalColumns) -> dict[str, object]:
    """Return the numbers of a session before and after a change, for the audit log."""
    after = {
        "total_score": columns["total_score"], "total_source": columns["total_source"],
        "machine_total": columns["machine_total"], "human_total": columns["human_total"],
        "human_reviews": columns["human_reviews"],
    }
    return {"before": {name: getattr(session, name) for name in after}, "after": after}


def require_reviewable(tx: Transaction, actor: Actor, session_id: str) -> Session:
    """Return a session that somebody may review now.

    Raises `INTERVIEW_SESSION_NOT_FOUND`, for a reviewer also if it is not a finished interview of an assigned job, and
    `INTERVIEW_NOT_FINISHED` for anybody else.
    """
    if is_assigned_only(actor):
        return _require_assigned(tx, actor, session_id)
    session = require_session(tx, session_id)
    if session.erased_at is not None:
        raise Problem("CANDIDATE_ERASED", "The candidate was erased, so there is nothing left to review.")
    if not _is_open(session):
        raise Problem(
            "INTERVIEW_NOT_FINISHED", "The interview is not finished, or another one replaced it, so there is nothing"
            " to review.",
        )
    return session


def _require_assigned(tx: Transaction, actor: Actor, session_id: str) -> Session:
    """Return a session if the actor is assigned to it. Whatever else it is, it is not found, in the same words."""
    session = tx.sessions.get(session_id)
    if session is None or not _is_open(session) or not tx.job_reviewers.is_assigned(session.job_id, reviewer_id(actor)):
        raise Problem("INTERVIEW_SESSION_NOT_FOUND", "There is no interview with this id for you to review.")
    return session


def _is_open(session: Session) -> bool:
    return session.is_current and session.erased_at is None and session.status in FINISHED


def submitted_reviews(tx: Transaction, session_id: str) -> list[SubmittedReview]:
    """Return all submitted reviews of a session, the earliest begun first."""
    versions = tx.reviews.versions(session_id)
    names = tx.users.names() if versions else {}
    return [
        SubmittedReview(row._replace(reviewer_name=names.get(row.reviewer_id, row.reviewer_name)), tuple(
            (version, read_content(version.content)) for version in versions if version.reviewer_id == row.reviewer_id
        ))
        for row in tx.reviews.of_session(session_id) if row.version is not None
    ]


def _open(service: Service, tx: Transaction, actor: Actor, session: Session) -> OpenReview:
    questions, _, result = _questions(service, tx, session)
    own = tx.reviews.get(session.session_id, reviewer_id(actor))
    blind = _is_blind(tx, actor, session, own)
    everything = submitted_reviews(tx, session.session_id) if not blind else []
    content = NOTHING_WRITTEN
    if own is not None and own.draft is not None:
        content = read_content(own.draft)
    elif own is not None and own.version is not None:
        content = next(
            review.versions[-1][1] for review in everything if review.row.reviewer_id == own.reviewer_id
        )
    others = [review for review in everything if review.row.reviewer_id != reviewer_id(actor)]
    return OpenReview(
        session, questions, own, fit_to_questions(content, questions), blind,
        None if blind else result, None if blind else others,
    )


def _is_blind(tx: Transaction, actor: Actor, session: Session, own: ReviewRow | None) -> bool:
    """Return whether scores are hidden: from reviewers, until they have submitted, if the job says so."""
    if actor.role is not Role.REVIEWER or (own is not None and own.version is not None):
        return False
    return tx.job_settings.get(session.job_id).blind_review


def _questions(
    service: Service, tx: Transaction, session: Session
) -> tuple[list[ReviewQuestion], Formula, Result | None]:
    latest = latest_result(tx, session.session_id)
    result = latest.result if latest else None
    rules = SessionRules(service.rules.criteria, service.rules.formula)
    questions, formula = review_questions(tx, session, result, rules)
    return questions, formula, result


def _review_changed_problem(tx: Transaction, actor: Actor, session: Session) -> Problem:
    """Return why a review could not be written: it has another revision, or the reviewer is no longer assigned."""
    require_reviewable(tx, actor, session.session_id)
    own = tx.reviews.get(session.session_id, reviewer_id(actor))
    return Problem(
        "REVIEW_CHANGED",
        "This review was saved or submitted somewhere else meanwhile. Read it again to go on with what is there now.",
        {"revision": own.revision if own else 0},
    )
