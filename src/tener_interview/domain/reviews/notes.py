"""Add one note to somebody's own draft of a review, as their assistant does."""

from __future__ import annotations

from dataclasses import replace

from ...actor import Actor
from ...errors import Problem
from ..human_only import require_person
from ..service import Service
from . import reviewing
from .content import MAX_NOTES, Note
from .reviewing import OpenReview


def add_note(service: Service, actor: Actor, session_id: str, note: Note) -> tuple[OpenReview, bool]:
    """Add a note to the draft, and return the review and whether the note is new. It is submitted by its reviewer only.

    Raises `TOO_MANY_NOTES`, and what `save_draft` raises.
    """
    require_person(actor)
    opened = reviewing.open_review(service, actor, session_id)
    notes = opened.content.notes
    if _key(note) in map(_key, notes):
        return opened, False
    if len(notes) >= MAX_NOTES:
        raise Problem("TOO_MANY_NOTES", f"The review has {MAX_NOTES} notes, which is the most. Remove one first.")
    content = replace(opened.content, notes=(*notes, note))
    revision = opened.own.revision if opened.own else 0
    return reviewing.save_draft(service, actor, session_id, content, revision), True


def _key(note: Note) -> tuple[str, str | None, str | None]:
    """Return what makes two notes the same, wherever the quote is found."""
    return note.text, note.question_id, note.quote
