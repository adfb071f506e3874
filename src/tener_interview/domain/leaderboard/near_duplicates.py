"""Answers of different candidates of a job that are nearly the same: found by their marks, judged by their words.

What is found is a fact about two candidates and not about a score: it is kept beside results, stands as a flag on both
scorecards and in the ranking, and goes when one of the two is erased. No score is changed by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from ...languages.folding import fold
from ...store.session import Session
from ...store.sqlite.database import Transaction
from ...transcripts.duplicates import NEAR_DUPLICATE, Shingles, are_near_duplicates, minhash_signature
from ..results import QuestionScore, Result

#: Two answers that are 80 % alike share about eight of twelve marks; some of them by chance is nothing.
_MIN_SHARED_HASHES = 3
_MAX_COMPARED = 8
#: So many others tell enough, where a whole class has learnt one answer by heart.
_MAX_RECORDED = 5
_MAX_NAMED = 5


def record_near_duplicates(
    tx: Transaction, session: Session, result: Result, shingled: Callable[[str], Shingles]
) -> None:
    """Make a result's answers findable, and pair them with those of others that are nearly the same."""
    known = tx.near_duplicates.shingles(session.session_id)
    before = tx.near_duplicates.similar_sessions(session.session_id) if known else set()
    for question in result.question_scores:
        if not question.transcript:
            continue
        said = shingled(question.transcript)
        if known.get(question.question_id) != said:
            _record_answer(tx, session, question, said)
    update_duplicate_flags(tx, before | tx.near_duplicates.similar_sessions(session.session_id))


def _record_answer(tx: Transaction, session: Session, question: QuestionScore, said: Shingles) -> None:
    # A provider may give the question another id in every interview: it is known by its words.
    marked = minhash_signature(said, f"{session.job_id}\0{fold(question.title).strip()}")
    answer = tx.near_duplicates.put(session.session_id, question.question_id, said, marked)
    if not marked:
        return
    least = min(_MIN_SHARED_HASHES, len(marked))
    alike = tx.near_duplicates.find_similar(session.candidate_id, marked, min_shared=least, limit=_MAX_COMPARED)
    twins = [each.answer_id for each in alike if are_near_duplicates(said, each.shingles)]
    tx.near_duplicates.record(answer, twins[:_MAX_RECORDED])


def update_duplicate_flags(tx: Transaction, session_ids: Iterable[str]) -> None:
    """Raise or lower the flag in the ranking as these sessions' answers have twins or not (any more)."""
    for session_id in session_ids:
        session = tx.sessions.get(session_id)
        if session is None or session.flags is None:
            continue
        flags = set(session.flags)
        right = set_duplicate_flag(flags, tx.near_duplicates.exist_for(session_id))
        if right != flags:
            tx.sessions.update_if(session_id, {"status": session.status}, flags=tuple(sorted(right)))


def set_duplicate_flag(flags: set[str], twins: bool) -> set[str]:
    """The flags of a session in the ranking, by whether any of its answers has a twin."""
    return flags | {NEAR_DUPLICATE} if twins else flags - {NEAR_DUPLICATE}


def add_duplicate_flags(result: Result, duplicates: dict[str, list[int]]) -> Result:
    """The result with the flag, and whom it concerns, on every answer that is nearly another candidate's."""
    return replace(result, question_scores=tuple(_add_flag(each, duplicates) for each in result.question_scores))


def _add_flag(question: QuestionScore, duplicates: dict[str, list[int]]) -> QuestionScore:
    alike = duplicates.get(question.question_id)
    if not alike:
        return question
    named = ", ".join(map(str, alike[:_MAX_NAMED]))
    more = f" and {len(alike) - _MAX_NAMED} more" if len(alike) > _MAX_NAMED else ""
    said = f"Nearly the same words as the answer of candidate {named}{more}. The score is not affected."
    return replace(
        question,
        flags=(*question.flags, NEAR_DUPLICATE),
        reasons=(*question.reasons, said),
        details={**question.details, "near_duplicate_of": alike},
    )
