"""Scoring a job's stored transcripts again: on a recruiter's word only, without asking the provider."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...errors import Problem
from ...store.records import Session, StoredResult
from ...store.sqlite.database import Transaction
from ...system.parallel import chunks
from ...transcripts.transcript import Transcript
from ..rules import current_scoring_versions, same_result, scoring_versions_of
from ..service import WRITTEN_AT_ONCE, Service, find_session
from ..sessions.states import FINISHED
from .outcome import SCORES, append_result, result_json
from .scores import ScoreCache


@dataclass(frozen=True)
class Rescored:
    """One session: its scores before and after. `version` is the new result, None where nothing changed."""

    session: Session
    before: dict[str, Any]
    after: dict[str, Any]
    version: int | None
    changed: bool
    #: What is judged otherwise since, a sentence each.
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rescoring:
    """What became of a job's sessions, and by which criteria and formula."""

    made_by: dict[str, Any]
    sessions: tuple[Rescored, ...]


def rescore_job(
    service: Service, job_id: int, *, limit: int, dry_run: bool, session_id: str | None = None
) -> Rescoring:
    """Judge the stored transcripts of a job's sessions that have a result, or of one of them, by the criteria as the
    files say now.

    What comes out otherwise is kept as a new result version, and the recruiter's event says so; `dry_run` only tells.
    Raises `CRITERIA_INVALID` when a file cannot be used, and `INTERVIEW_SESSION_NOT_FOUND` for one that is not a
    current session of the job; nothing is changed then.
    """
    if session_id is not None:
        session_id = _session_of_job(service, job_id, session_id)
    criteria, formula = service.rules.reload(adopt=not dry_run)
    with service.store.read() as tx:
        sessions = tx.rankings.with_results(job_id, limit=limit, session_id=session_id)
    done: list[Rescored] = []
    for some in chunks(sessions, WRITTEN_AT_ONCE):
        scores = ScoreCache(criteria, formula, service.embed, service.score_many)
        _foresee(service, some, scores)
        done += [each for each in _rescore_some(service, some, scores, dry_run=dry_run) if each is not None]
    return Rescoring(current_scoring_versions(criteria, formula), tuple(done))


def _rescore_some(
    service: Service, session_ids: list[str], scores: ScoreCache, *, dry_run: bool
) -> Iterator[Rescored | None]:
    """What is only looked at is read one by one: while one reads, nobody else does."""
    if dry_run:
        for each in session_ids:
            with service.store.read() as tx:
                looked_at = _rescore(service, tx, each, scores, dry_run=True)
            yield looked_at
        return
    with service.store.write() as tx:
        written = [_rescore(service, tx, each, scores, dry_run=False) for each in session_ids]
    yield from written


def _session_of_job(service: Service, job_id: int, session_id: str) -> str:
    session = find_session(service, session_id)
    if session.job_id != job_id or not session.is_current:
        raise Problem("INTERVIEW_SESSION_NOT_FOUND", f"This is not a current session of job {job_id}.")
    return session.session_id


def _foresee(service: Service, session_ids: list[str], scores: ScoreCache) -> None:
    """Have the stored transcripts scored before the database is locked: it takes long."""
    read = []
    for session_id in session_ids:
        with service.store.read() as tx:
            read.append(_stored(tx, session_id))
    scores.precompute([(_transcripts(each[2]), each[0].language) for each in read if each is not None])


def _stored(tx: Transaction, session_id: str) -> tuple[Session, StoredResult, dict[str, Any]] | None:
    """A session that is over, its latest result and what that says."""
    session, kept = tx.sessions.get(session_id), tx.results.latest(session_id)
    if session is None or kept is None or session.status not in FINISHED:
        return None
    content = json.loads(kept.content)
    # Scores that were taken over without what they were made of are all that there is.
    return (session, kept, content) if any(each["transcript"] for each in content["question_scores"]) else None


def _rescore(
    service: Service, tx: Transaction, session_id: str, scores: ScoreCache, *, dry_run: bool
) -> Rescored | None:
    stored = _stored(tx, session_id)
    if stored is None:
        return None
    session, kept, before = stored
    result = scores.of_transcripts(_transcripts(before), session.language)
    after = result_json(result)
    changed = not same_result(before, after)
    version = None
    if changed and not dry_run:
        version = append_result(tx, session, scores, result, service.clock.now_ms(), "recruiter")
    why = _why(before, after) if changed else ()
    return Rescored(session, _summary(before, kept), _summary(after, None, version), version, changed, why)


def _why(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
    """What is judged otherwise, as far as the versions tell; else the transcripts or their language are others."""
    old, new = scoring_versions_of(before), scoring_versions_of(after)
    said = [
        f"The {name} changed from {old[key]} to {new[key]}: {means}" for key, name, means in _CHANGES
        if old[key] != new[key]
    ]
    return tuple(said or ["Versions are the same; what the files say, or what was said, is not."])


_CHANGES = (
    ("engine_version", "engine", "evidence counts otherwise, on a scale where a solid story has 80 or more."),
    ("criteria_version", "criteria", "other things are looked for in the answers."),
    ("formula_version", "formula", "dimensions or the bounds of recommendations weigh otherwise."),
)


def _transcripts(stored: dict[str, Any]) -> tuple[Transcript, ...]:
    """What a stored result was made of."""
    return tuple(
        Transcript(
            question_index=each["question_index"],
            question_id=each["question_id"],
            title=each["title"],
            answered=each["status"] != "unanswered",
            text=each["transcript"],
            language=each["details"].get("language_tag"),
        )
        for each in stored["question_scores"]
    )


def _summary(content: dict[str, Any], kept: StoredResult | None, version: int | None = None) -> dict[str, Any]:
    return {
        "result_version": kept.version if kept else version,
        **{name: content[name] for name in (*SCORES, "score_confidence", "pass_recommendation")},
        **scoring_versions_of(content),
    }
