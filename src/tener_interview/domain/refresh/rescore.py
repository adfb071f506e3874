"""Score a job's stored transcripts again, at a recruiter's request and without asking the provider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...scorecards.result import UNANSWERED
from ...store.ports import Transaction
from ...store.session import Session
from ...system.parallel import chunks, run_in_parallel
from ...transcripts.transcript import Transcript
from ..plans.publishing import find_version
from ..plans.session_rules import SessionRules
from ..results import Result, ScoringVersions, latest_result
from ..reviews.session_totals import machine_score_of, total_columns
from ..reviews.totals import NOT_JUDGED
from ..scoring_rules import current_scoring_versions, same_result
from ..service import SESSIONS_PER_TRANSACTION, Service, find_session
from ..sessions.status import FINISHED
from .record_result import record_result
from .review_reasons import reason_for_no_total
from .score_cache import ScorableInterview, ScoreCache, ScoringFailed, load_rules


@dataclass(frozen=True)
class RescoredSession:
    """A session's result before and after. `version` is the new result's version, None if nothing was written."""

    session: Session
    before: Result
    before_version: int
    after: Result
    version: int | None
    changed: bool
    #: Why the session could not be scored; `after` is then what it was before.
    problem: Problem | None = None
    #: What changed in the scoring rules, one sentence each.
    why: tuple[str, ...] = ()
    #: The total that ranks the session afterwards, and who gave it.
    total: float | None = None
    total_source: str | None = None


@dataclass(frozen=True)
class JobRescore:
    """The rescored sessions of a job and the versions they were scored with."""

    versions: ScoringVersions
    sessions: tuple[RescoredSession, ...]


def rescore_job(
    service: Service, job_id: int, *, limit: int, dry_run: bool, session_id: str | None = None,
    plan_version: int | None = None,
) -> JobRescore:
    """Reload the criteria and formula files and score the stored transcripts of a job, or of one session of it.

    Each session is scored by the version of the plan that scored it last, or all by `plan_version`. A result that
    changed becomes a new version with an event; `dry_run` writes nothing. A session that the scorer fails on keeps its
    result, carries its problem and stops no other. Raises `CRITERIA_INVALID` if a file cannot be
    used, `PLAN_NOT_FOUND` for a version that the job's plan does not have, and `INTERVIEW_SESSION_NOT_FOUND` if the
    session is not a current one of the job; nothing is changed then.
    """
    if plan_version is not None:
        find_version(service, job_id, plan_version)
    if session_id is not None:
        session_id = _session_of_job(service, job_id, session_id)
    criteria, formula = service.rules.reload(activate=not dry_run)
    with service.store.read() as tx:
        sessions = tx.rankings.sessions_with_result(job_id, limit=limit, session_id=session_id)
        lacking_consent = tx.consents.missing(sessions)
    sessions = [session_id for session_id in sessions if session_id not in lacking_consent]

    def score(session_ids: list[str]) -> ScoreCache:
        scores = ScoreCache(SessionRules(criteria, formula, plan_version), service.embed, service.worker_scorer)
        _precompute_scores(service, session_ids, scores)
        return scores

    done: list[RescoredSession] = []
    # One chunk is scored while another is written.
    for session_ids, scores in run_in_parallel(score, chunks(sessions, SESSIONS_PER_TRANSACTION), 1):
        done += filter(None, _rescore_chunk(service, job_id, session_ids, scores, dry_run=dry_run))
    return JobRescore(current_scoring_versions(criteria, formula), tuple(done))


def _rescore_chunk(
    service: Service, job_id: int, session_ids: list[str], scores: ScoreCache, *, dry_run: bool
) -> Iterator[RescoredSession | None]:
    """Rescore a few sessions; a dry run reads one at a time, because a read blocks other readers."""
    if dry_run:
        for session_id in session_ids:
            with service.store.read() as tx:
                rescored = _rescore(service, tx, session_id, scores, dry_run=True)
            yield rescored
        return
    stored: list[RescoredSession | None] = []
    while rest := session_ids[len(stored) :]:
        with service.store.write([job_id]) as tx:
            tx.locks.sessions(rest)
            for session_id in rest:
                stored.append(_rescore(service, tx, session_id, scores, dry_run=False))
                if len(stored) < len(session_ids) and service.store.has_waiting_writers():
                    break
    yield from stored


def _session_of_job(service: Service, job_id: int, session_id: str) -> str:
    session = find_session(service, session_id)
    if session.job_id != job_id or not session.is_current:
        raise Problem("INTERVIEW_SESSION_NOT_FOUND", f"This is not a current session of job {job_id}.")
    return session.session_id


def _precompute_scores(service: Service, session_ids: list[str], scores: ScoreCache) -> None:
    """Score the stored transcripts before the database is locked, because scoring is slow."""
    read = []
    for session_id in session_ids:
        with service.store.read() as tx:
            read.append(_load_rescorable(tx, session_id))
    rescorable = [entry for entry in read if entry is not None]
    load_rules(service, [session for session, _, _ in rescorable], scores)
    scores.precompute([_scorable(session, result, scores) for session, result, _ in rescorable])


def _load_rescorable(tx: Transaction, session_id: str) -> tuple[Session, Result, int] | None:
    """Return a finished session with its latest result and version, or None if it cannot be rescored."""
    session, latest = tx.sessions.get(session_id), latest_result(tx, session_id)
    if session is None or latest is None or session.status not in FINISHED:
        return None
    # Scores imported without transcripts cannot be computed again.
    has_text = any(question.transcript for question in latest.result.question_scores)
    return (session, latest.result, latest.version) if has_text else None


def _rescore(
    service: Service, tx: Transaction, session_id: str, scores: ScoreCache, *, dry_run: bool
) -> RescoredSession | None:
    stored = _load_rescorable(tx, session_id)
    if stored is None:
        return None
    session, before, before_version = stored
    scores.rules.load(tx, [session])
    if not scores.rules.has_common_questions(scores.rules.plan_versions_of(session)):
        return replace(_unchanged(*stored), why=(_ASKED_OTHER_QUESTIONS,))
    try:
        after = scores.result_of(_scorable(session, before, scores))
    except ScoringFailed as failed:
        return replace(_unchanged(*stored), problem=failed)
    changed = not same_result(before, after)
    reason = reason_for_no_total(after) if after.total_score is None else None
    judge = NOT_JUDGED if changed else None
    ranking = total_columns(tx, session, machine_score_of(after, reason), scores.rules, judge=judge)
    version = None
    if changed and not dry_run:
        version = record_result(service, tx, session, scores, after, service.clock.now_ms(), "recruiter")
    why = _explain_changes(before.versions, after.versions) if changed else ()
    total, source = ranking["total_score"], ranking["total_source"]
    return RescoredSession(session, before, before_version, after, version, changed, None, why, total, source)


def _unchanged(session: Session, result: Result, version: int) -> RescoredSession:
    return RescoredSession(
        session, result, version, result, None, changed=False, total=session.total_score,
        total_source=session.total_source,
    )


def _scorable(session: Session, result: Result, scores: ScoreCache) -> ScorableInterview:
    return ScorableInterview(_transcripts(result), session.language, scores.rules.plan_versions_of(session))


def _explain_changes(before: ScoringVersions, after: ScoringVersions) -> tuple[str, ...]:
    """Explain a changed result by the versions; with the same versions, a file or a transcript changed."""
    reasons = []
    if before.plan_version != after.plan_version:
        reasons.append(
            f"Scored by {_plan_name(after.plan_version)} instead of {_plan_name(before.plan_version)}: key points,"
            " weights or bands differ."
        )
    for name, meaning in _CHANGES.items():
        old, new = getattr(before, f"{name}_version"), getattr(after, f"{name}_version")
        if old != new and (name == "engine" or after.plan_version is None is before.plan_version):
            reasons.append(f"The {name} changed from {old} to {new}: {meaning}")
    return tuple(reasons or ["The versions are the same, but the content of a file or a transcript changed."])


def _plan_name(version: int | None) -> str:
    return "the criteria file" if version is None else f"version {version} of the plan"


_ASKED_OTHER_QUESTIONS = "None of the questions that were asked is in that version of the plan."
_CHANGES = {
    "engine": "it counts evidence differently, on a scale where a solid story has 80 or more.",
    "criteria": "they expect other content in the answers.",
    "formula": "the weights of dimensions or the thresholds of recommendations differ.",
}


def _transcripts(result: Result) -> tuple[Transcript, ...]:
    """Return the transcripts that a result was computed from."""
    return tuple(
        Transcript(
            question_index=question.question_index,
            question_id=question.question_id,
            title=question.title,
            answered=question.status != UNANSWERED,
            text=question.transcript,
            language=question.details.get("language_tag"),
        )
        for question in result.question_scores
    )
