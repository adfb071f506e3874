"""Near duplicates among the answers of candidates whose interviews are stored in one transaction."""

from __future__ import annotations

from fakes.desk import ANSWERS, Desk

PLANNERS = [
    f"In project {number} I interviewed nine planners, wrote down what slowed them, and rebuilt the import with two"
    f" colleagues because the old one lost rows; since then the nightly run takes {number} minutes, not ninety."
    for number in range(len(ANSWERS))
]
KITCHEN = [
    f"At kitchen {number} the oven failed on a Friday, so I moved the roasts to the bakery next door, rang both waiters"
    f" in early, and we served all eighty guests; afterwards I wrote a checklist that kitchen {number} still uses."
    for number in range(len(ANSWERS))
]
WARD = [
    f"On ward {number} the night shift had no list of allergies, so I asked each family, typed it up before breakfast,"
    f" and taught two nurses to keep it; within a month ward {number} had not a single wrong tray any more."
    for number in range(len(ANSWERS))
]


def alike(desk: Desk, sessions: dict[int, str]) -> dict[int, list[int]]:
    """Whose answers are nearly the same as each candidate's, which is so for all of their questions or none."""
    found = {}
    for candidate_id, session_id in sessions.items():
        questions = desk.scorecard(session_id)["transcription_scoring"]["question_scores"]
        named = {tuple(question["details"].get("near_duplicate_of", ())) for question in questions}
        (found[candidate_id],) = map(list, named)
        flagged = any("near_duplicate" in question["flags"] for question in questions)
        assert flagged == bool(found[candidate_id])
    return found


def test_candidates_who_finish_together_are_compared_with_each_other(desk: Desk) -> None:
    answers_of = {41: ANSWERS, 42: PLANNERS, 43: ANSWERS, 44: ANSWERS, 45: PLANNERS}
    sessions = {candidate_id: desk.started(candidate_id) for candidate_id in answers_of}
    for candidate_id, answers in answers_of.items():
        desk.finish(sessions[candidate_id], answers)
    assert desk.refresh_job()["scored"] == len(answers_of)
    assert alike(desk, sessions) == {41: [43, 44], 42: [45], 43: [41, 44], 44: [41, 43], 45: [42]}


def test_answers_that_change_together_are_compared_as_they_are_now(desk: Desk) -> None:
    answers_of = {41: KITCHEN, 42: ANSWERS, 43: WARD}
    sessions = {candidate_id: desk.started(candidate_id) for candidate_id in answers_of}
    for changed in ({}, {41: ANSWERS, 42: PLANNERS, 43: ANSWERS}):
        for candidate_id, answers in {**answers_of, **changed}.items():
            desk.finish(sessions[candidate_id], answers)
        assert desk.refresh_job(force=True)["errors"] == 0
    # The first was like the second until that changed, in the same transaction and before the third did.
    assert alike(desk, sessions) == {41: [43], 42: [], 43: [41]}
