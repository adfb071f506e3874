"""The tool that writes a note into one's own review."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ...domain.reviews import content as limits
from ...domain.reviews.content import Note
from ...domain.reviews.notes import add_note
from ...lazy_dataclass import dataclass
from ...web.shape import OneOf, StrictShape, Text, optional, required
from .call import ToolCall

#: So that a reviewer sees which notes to check before submitting them.
_BEGINS_WITH = "By an assistant: "


@dataclass(frozen=True)
class AddReviewNote(StrictShape):
    session_id: str = required(Text(max_chars=100, min_chars=1))
    text: str = required(Text(limits.MAX_NOTE_CHARS - len(_BEGINS_WITH), 1, lines=True), "the note")
    question_id: str | None = optional(
        Text(max_chars=200, min_chars=1), description="of the answer; without it, the note is about the whole interview"
    )
    quote: str | None = optional(
        Text(limits.MAX_QUOTE_CHARS, 1, lines=True), description="words of the answer, exactly as they are there"
    )


class ReviewDraftJson(TypedDict):
    """The draft after the note. Nothing is submitted: only the reviewer does that."""

    session_id: str
    added: Annotated[bool, "False if the same note was there already."]
    notes: Annotated[int, "How many the draft has."]
    review_state: Annotated[str, OneOf(("draft", "submitted")), "`submitted`: an earlier version was."]


def add_review_note(call: ToolCall, arguments: AddReviewNote) -> ReviewDraftJson:
    note = Note(f"{_BEGINS_WITH}{arguments.text}", arguments.question_id, arguments.quote)
    opened, added = add_note(call.service, call.actor, arguments.session_id, note)
    is_submitted = opened.own is not None and opened.own.version is not None
    return {
        "session_id": opened.session.session_id, "added": added, "notes": len(opened.content.notes),
        "review_state": "submitted" if is_submitted else "draft",
    }
