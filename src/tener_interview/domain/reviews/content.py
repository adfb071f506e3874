"""What a reviewer says about an interview: ratings, notes, and a recommendation with its reason."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from ...lazy_dataclass import dataclass
from .questions import ReviewQuestion

RECOMMENDATIONS = ("strong_no", "no", "no_decision", "yes", "strong_yes")
NO_DECISION = "no_decision"
MAX_REASON_CHARS = 4000
MAX_NOTE_CHARS = 2000
MAX_QUOTE_CHARS = 2000
MAX_NOTES = 50


@dataclass(frozen=True)
class Note:
    """A note about an answer. `start` and `end` are offsets of the quote's characters in the transcript; all three are
    None for a note about the whole answer, or the whole interview if it has no question either."""

    text: str
    question_id: str | None = None
    quote: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class ReviewContent:
    """A review as it is written. Ratings are 1..5 by question."""

    ratings: Mapping[str, int]
    #: Of the whole interview, where nobody knows its questions.
    overall_rating: int | None = None
    notes: tuple[Note, ...] = ()
    recommendation: str | None = None
    reason: str = ""


NOTHING_WRITTEN = ReviewContent({})


def write_content(content: ReviewContent) -> str:
    """Return the JSON object that a review is stored as."""
    return json.dumps(asdict(content), ensure_ascii=False, sort_keys=True)


def read_content(stored: str) -> ReviewContent:
    """Return the review of a stored JSON object."""
    values = json.loads(stored)
    return ReviewContent(**{**values, "notes": tuple(Note(**note) for note in values["notes"])})


def fit_to_questions(content: ReviewContent, questions: Sequence[ReviewQuestion]) -> ReviewContent:
    """Return the review by the ids that the questions have now, and its quotes where the transcripts have them now.

    A quote that is no longer there keeps its words and loses its place.
    """
    ids = {question.plan_question_id: question.question_id for question in questions if question.plan_question_id}
    question_ids = {question.question_id for question in questions}
    transcripts = {question.question_id: question.transcript for question in questions}

    def current_id(question_id: str) -> str:
        return question_id if question_id in question_ids else ids.get(question_id, question_id)

    ratings = {current_id(question_id): rating for question_id, rating in content.ratings.items()}
    notes = []
    for note in content.notes:
        question_id = note.question_id and current_id(note.question_id)
        placed = place_quote(replace(note, question_id=question_id), transcripts.get(question_id or "") or "")
        notes.append(placed or replace(note, question_id=question_id, start=None, end=None))
    return replace(content, ratings=ratings, notes=tuple(notes))


def place_quote(note: Note, transcript: str) -> Note | None:
    """Return the note with the place of its quote in the transcript: the one nearest to the given offset; None if the
    quote is not there. A note without a quote has no place, unless it has both offsets."""
    if not note.quote:
        if note.start is None or note.end is None:
            return replace(note, quote=None, start=None, end=None)
        quote = transcript[note.start : note.end]
        return replace(note, quote=quote) if quote and note.end <= len(transcript) else None
    near = note.start or 0
    places = []
    start = transcript.find(note.quote)
    while start >= 0:
        places.append(start)
        start = transcript.find(note.quote, start + 1)
    if not places:
        return None
    best = min(places, key=lambda place: abs(place - near))
    return replace(note, start=best, end=best + len(note.quote))


def faults_of(content: ReviewContent, questions: Sequence[ReviewQuestion]) -> dict[str, str]:
    """Return what of a review does not belong to the interview, by the path of the field."""
    transcripts = {question.question_id: question.transcript or "" for question in questions}
    faults = {
        f"ratings[{index}].question_id": "must be a question of this interview"
        for index, question_id in enumerate(content.ratings) if question_id not in transcripts
    }
    for index, note in enumerate(content.notes):
        if note.question_id is not None and note.question_id not in transcripts:
            faults[f"notes[{index}].question_id"] = "must be a question of this interview"
        elif note.question_id is None and (note.quote or note.start is not None):
            faults[f"notes[{index}].question_id"] = "is required for a quote"
        elif place_quote(note, transcripts.get(note.question_id or "", "")) is None:
            faults[f"notes[{index}].quote"] = "must be in the transcript of the answer"
    return faults


def missing_parts(content: ReviewContent, questions: Sequence[ReviewQuestion]) -> dict[str, str]:
    """Return what a review needs before it can be submitted, by field.

    Every answer needs a rating, unless the reviewer makes no decision.
    """
    missing = {}
    if content.recommendation is None:
        missing["recommendation"] = "is required"
    if not content.reason:
        missing["reason"] = "is required"
    if content.recommendation == NO_DECISION:
        return missing
    unrated = [
        str(number) for number, question in enumerate(questions, 1)
        if question.answered and question.question_id not in content.ratings
    ]
    if unrated:
        missing["ratings"] = f"must have a rating of question {', '.join(unrated)}"
    elif not content.ratings and content.overall_rating is None:
        missing["ratings" if questions else "overall_rating"] = "must have at least one rating" if questions else (
            "is required, because nobody knows the questions of this interview here"
        )
    return missing
