"""What a reviewer writes about an interview, as a request and in a response."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.reviews import content as limits
from ..domain.reviews.content import Note, ReviewContent
from ..domain.reviews.totals import HIGHEST_RATING, LOWEST_RATING
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..web.schema import NumberRange
from ..web.shape import Integer, ListOf, Object, OneOf, StrictShape, Text, optional, required

_MAX_QUESTIONS = 100
_RATING = Integer(low=LOWEST_RATING, high=HIGHEST_RATING)
_QUESTION_ID = Text(max_chars=200, min_chars=1)

ReviewRecommendation = Annotated[str, OneOf(limits.RECOMMENDATIONS)]
Rating = Annotated[int, NumberRange(LOWEST_RATING, HIGHEST_RATING)]


@dataclass(frozen=True)
class RatingBody(StrictShape):
    question_id: str = required(_QUESTION_ID)
    rating: int = required(_RATING)


@dataclass(frozen=True)
class NoteBody(StrictShape):
    text: str = required(Text(limits.MAX_NOTE_CHARS, 1, lines=True))
    question_id: str | None = optional(_QUESTION_ID, description="without it, the note is about the whole interview")
    quote: str | None = optional(
        Text(limits.MAX_QUOTE_CHARS, lines=True), description="words of the transcript that it is about"
    )
    start: int | None = optional(
        Integer(high=10_000_000), description="offset of the quote's first character; finds the right one of several"
    )
    end: int | None = optional(
        Integer(high=10_000_000), description="offset after its last character; needed only without `quote`"
    )


@dataclass(frozen=True)
class ReviewBody(StrictShape):
    revision: int = required(Integer(), "of the review that this one replaces; 0 for the first save")
    ratings: tuple[RatingBody, ...] = optional(ListOf(Object(RatingBody), 0, _MAX_QUESTIONS), ())
    overall_rating: int | None = optional(
        _RATING, description="of the whole interview; counts only where no question is rated"
    )
    notes: tuple[NoteBody, ...] = optional(ListOf(Object(NoteBody), 0, limits.MAX_NOTES), ())
    recommendation: str | None = optional(OneOf(limits.RECOMMENDATIONS))
    reason: str = optional(Text(limits.MAX_REASON_CHARS, lines=True), "", "why this recommendation")

    def content(self) -> ReviewContent:
        """Return the review. Raises `VALIDATION_FAILED` if a question is rated twice."""
        ratings = {rating.question_id: rating.rating for rating in self.ratings}
        if len(ratings) < len(self.ratings):
            fault = "must have one rating of each question"
            raise Problem("VALIDATION_FAILED", f"The request is not valid: ratings {fault}.",
                          {"fields": {"ratings": fault}})
        notes = tuple(
            Note(note.text, note.question_id, note.quote or None, note.start, note.end) for note in self.notes
        )
        return ReviewContent(ratings, self.overall_rating, notes, self.recommendation, self.reason)


class RatingJson(TypedDict):
    """The rating of one answer."""

    question_id: str
    rating: Rating


class NoteJson(TypedDict):
    """A note, and where its quote is in the transcript. Without a place it is about the whole answer, or its quote is
    no longer there."""

    question_id: str | None
    text: str
    quote: str | None
    start: Annotated[int | None, "Offset of the quote's first character in the transcript."]
    end: int | None


class ReviewContentJson(TypedDict):
    """What a reviewer says about an interview."""

    ratings: list[RatingJson]
    overall_rating: Annotated[Rating | None, "Of the whole interview, where its questions are unknown."]
    notes: list[NoteJson]
    recommendation: ReviewRecommendation | None
    reason: str


def content_json(content: ReviewContent) -> ReviewContentJson:
    return {
        "ratings": [{"question_id": name, "rating": rating} for name, rating in content.ratings.items()],
        "overall_rating": content.overall_rating,
        "notes": [
            {
                "question_id": note.question_id, "text": note.text, "quote": note.quote, "start": note.start,
                "end": note.end,
            }
            for note in content.notes
        ],
        "recommendation": content.recommendation,
        "reason": content.reason,
    }
