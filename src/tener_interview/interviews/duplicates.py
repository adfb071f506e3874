"""Answers of different candidates of a job that are nearly the same: found by their marks, judged by their words.

What is found is a fact about two candidates and not about a score: it is looked up when results are shown and stands
as a flag in the ranking; no result is changed by it.
"""

from __future__ import annotations

import json
from typing import Any

from ..scoring.duplicates import marks, near_duplicates
from ..scoring.integrity import NEAR_DUPLICATE
from ..scoring.words import fold
from ..store.database import Transaction
from ..store.sessions import Session

#: Two answers that are 80 % alike share about ten of twelve marks; some of them by chance is nothing.
_LEAST_SHARED = 4
_LOOKED_AT = 20

Content = dict[str, Any]


def keep_marks(tx: Transaction, session: Session, content: Content) -> None:
    """Make a result's answers findable."""
    for question in content["question_scores"]:
        if question["transcript"]:
            tx.marks.put(session.session_id, session.job_id, _asked(question), marks(question["transcript"]))


def duplicates_of(tx: Transaction, session: Session, content: Content) -> dict[str, list[int]]:
    """The candidates of the job whose answer is nearly this one's, by question id; questions without any left out."""
    found: dict[str, list[int]] = {}
    for question in content["question_scores"]:
        if question["transcript"]:
            others = _others(tx, session, _asked(question), question["transcript"])
            if alike := near_duplicates(question["transcript"], others):
                found[question["question_id"]] = alike
    return found


def with_duplicates(content: Content, duplicates: dict[str, list[int]]) -> Content:
    """The result with the flag, and whom it concerns, on every answer that is nearly another candidate's."""
    return {**content, "question_scores": [_flagged(each, duplicates) for each in content["question_scores"]]}


def flag_twins(tx: Transaction, session: Session, duplicates: dict[str, list[int]]) -> None:
    """Raise the flag in the ranking for those whose answer this one is nearly: they were scored before."""
    twins = {who for alike in duplicates.values() for who in alike}
    for twin in tx.sessions.current_of_job(session.job_id, twins).values():
        raised = json.loads(twin.flags or "[]")
        if NEAR_DUPLICATE not in raised:
            flags = json.dumps(sorted([*raised, NEAR_DUPLICATE]))
            tx.sessions.change(twin.session_id, {"status": twin.status}, flags=flags)


def _flagged(question: Content, duplicates: dict[str, list[int]]) -> Content:
    alike = duplicates.get(question["question_id"])
    if not alike:
        return question
    said = f"Nearly the same words as the answer of candidate {', '.join(map(str, alike))}; the score is not touched."
    return {
        **question,
        "flags": [*question["flags"], NEAR_DUPLICATE],
        "reasons": [*question["reasons"], said],
        "details": {**question["details"], "near_duplicate_of": alike},
    }


def _asked(question: Content) -> str:
    """The question itself: a provider may give it another id in every interview."""
    return fold(question["title"]).strip()


def _others(tx: Transaction, session: Session, asked: str, transcript: str) -> dict[int, list[str]]:
    own = marks(transcript)
    if not own:
        return {}
    alike = tx.marks.alike(
        session.session_id, session.job_id, asked, own, least=min(_LEAST_SHARED, len(own)), limit=_LOOKED_AT
    )
    others: dict[int, list[str]] = {}
    for session_id in alike:
        other, stored = tx.sessions.get(session_id), tx.results.latest(session_id)
        if other is None or stored is None or other.candidate_id == session.candidate_id:
            continue
        texts = [
            each["transcript"] for each in json.loads(stored.content)["question_scores"]
            if _asked(each) == asked and each["transcript"]
        ]
        others.setdefault(other.candidate_id, []).extend(texts)
    return others
