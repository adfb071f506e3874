"""Near duplicates: nearly equal answers of different candidates for a job, found by MinHash and confirmed by shingles.

A near duplicate is stored apart from results, flags both scorecards and the ranking, and disappears when one of the
two candidates is erased. It changes no score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from ...languages.folding import fold
from ...store.ports import Transaction
from ...store.records import SimilarAnswer
from ...store.session import Session
from ...transcripts.duplicates import NEAR_DUPLICATE, Shingles, Signature, are_near_duplicates, minhash_signature
from ..results import QuestionScore, Result

#: Answers with a similarity of 80 % share about eight of twelve hashes; fewer than this is chance.
_MIN_SHARED_HASHES = 3
_MAX_COMPARED = 8
#: Enough, even if many candidates have learnt one answer by heart.
_MAX_RECORDED = 5
_MAX_NAMED = 5


def record_near_duplicates(
    tx: Transaction, session: Session, result: Result, shingled: Callable[[str], Shingles]
) -> bool:
    """Index a result's answers, and record their near duplicates among other candidates' answers. Return whether the
    session has any now."""
    stored = tx.near_duplicates.shingles(session.session_id)
    before = tx.near_duplicates.similar_sessions(session.session_id) if stored else set()
    answers: dict[str, tuple[Shingles, Signature]] = {}
    for question in result.question_scores:
        if question.transcript and stored.get(question.question_id) != (shingles := shingled(question.transcript)):
            # The provider may use another id for the same question in each interview; so its text identifies it.
            signature = minhash_signature(shingles, f"{session.job_id}\0{fold(question.title).strip()}")
            answers[question.question_id] = shingles, signature
    if stored:
        tx.near_duplicates.remove_answers(session.session_id, stored.keys() & answers.keys())
    similar = _find_near_duplicates(tx, session.candidate_id, answers)
    answer_ids = tx.near_duplicates.store_answers(session.session_id, answers)
    tx.near_duplicates.record([
        (answer_ids[question_id], other.answer_id) for question_id, others in similar.items() for other in others
    ])
    now = {other.session_id for others in similar.values() for other in others}
    _correct_flags(tx, now, now)
    update_duplicate_flags(tx, before - now)
    return tx.near_duplicates.exist_for(session.session_id) if stored else any(similar.values())


def _find_near_duplicates(
    tx: Transaction, candidate_id: int, answers: Mapping[str, tuple[Shingles, Signature]]
) -> dict[str, list[SimilarAnswer]]:
    """Return the near duplicates of a candidate's answers, by question."""
    long_enough = {question_id: answer for question_id, answer in answers.items() if answer[1]}
    similar = tx.near_duplicates.find_similar(
        candidate_id, [signature for _, signature in long_enough.values()],
        min_shared=_MIN_SHARED_HASHES, limit=_MAX_COMPARED,
    )
    return {
        question_id: _confirmed(shingles, others)
        for (question_id, (shingles, _)), others in zip(long_enough.items(), similar, strict=True)
    }


def _confirmed(shingles: Shingles, others: Sequence[SimilarAnswer]) -> list[SimilarAnswer]:
    """Return those of the others that are near duplicates, the first few."""
    confirmed: list[SimilarAnswer] = []
    for other in others:
        if len(confirmed) < _MAX_RECORDED and are_near_duplicates(shingles, other.shingles):
            confirmed.append(other)
    return confirmed


def update_duplicate_flags(tx: Transaction, session_ids: Iterable[str]) -> None:
    """Set or clear the near-duplicate flag of these sessions in the ranking."""
    ids = set(session_ids)
    if ids:
        _correct_flags(tx, ids, tx.near_duplicates.sessions_with_any(ids))


def _correct_flags(tx: Transaction, session_ids: set[str], with_duplicates: set[str]) -> None:
    """Set the flag of near duplicates on the sessions in `with_duplicates`, and clear it on the rest."""
    if not session_ids:
        return
    flags_by_id = tx.sessions.flags_by_id(session_ids)
    wrong = [
        session_id for session_id, flags in flags_by_id.items()
        if (NEAR_DUPLICATE in flags) != (session_id in with_duplicates)
    ]
    for session_id in wrong:
        # Read again: the row is locked only now.
        session = tx.sessions.get(session_id)
        if session is not None and session.flags is not None:
            right = set_duplicate_flag(set(session.flags), session_id in with_duplicates)
            tx.sessions.update_if(session_id, {"status": session.status}, flags=tuple(sorted(right)))


def set_duplicate_flag(flags: set[str], has_duplicates: bool) -> set[str]:
    """Return a session's flags with or without the near-duplicate flag."""
    return flags | {NEAR_DUPLICATE} if has_duplicates else flags - {NEAR_DUPLICATE}


def add_duplicate_flags(result: Result, duplicates: dict[str, list[int]]) -> Result:
    """Flag the answers of a result that are near duplicates, and name the other candidates."""
    questions = tuple(_add_flag(question, duplicates) for question in result.question_scores)
    return replace(result, question_scores=questions)


def _add_flag(question: QuestionScore, duplicates: dict[str, list[int]]) -> QuestionScore:
    candidate_ids = duplicates.get(question.question_id)
    if not candidate_ids:
        return question
    named = ", ".join(map(str, candidate_ids[:_MAX_NAMED]))
    more = f" and {len(candidate_ids) - _MAX_NAMED} more" if len(candidate_ids) > _MAX_NAMED else ""
    reason = f"Nearly the same words as the answer of candidate {named}{more}. The score is not affected."
    return replace(
        question,
        flags=(*question.flags, NEAR_DUPLICATE),
        reasons=(*question.reasons, reason),
        details={**question.details, "near_duplicate_of": candidate_ids},
    )
