"""The texts of messages: what a request edits for this time, and what a candidate reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypedDict

from ..domain.messages.templates import (
    MAX_SUBJECT_CHARS,
    MAX_TEXT_CHARS,
    MESSAGE_LANGUAGES,
    TemplateText,
    refuse_invalid_template,
)
from ..lazy_dataclass import dataclass
from ..store.message_records import KINDS
from ..web.schema import Example
from ..web.shape import ListOf, Object, OneOf, Text, required

Kind = Annotated[str, OneOf(KINDS), Example("reminder")]
Language = Annotated[str, OneOf(MESSAGE_LANGUAGES), Example("en")]


@dataclass(frozen=True)
class EditedText:
    """A template that counts for this request only."""

    language: str = required(OneOf(MESSAGE_LANGUAGES))
    subject: str = required(Text(MAX_SUBJECT_CHARS, min_chars=1))
    text: str = required(Text(MAX_TEXT_CHARS, min_chars=1, lines=True))


EDITED_TEXTS = ListOf(Object(EditedText), 0, len(MESSAGE_LANGUAGES))
EDITED_TEXTS_MEANING = "words for this time, by language, in place of the templates"
#: A text in examples of the API.
TEXT_EXAMPLE = {
    "language": "en", "subject": "Reminder: your video interview", "text": "Hello Jane,\n\nYour link: https://…",
}


class MessageTextJson(TypedDict):
    """What a candidate reads, with everything filled in."""

    language: Language
    subject: Annotated[str, Example("Reminder: your video interview for the role “Backend engineer”")]
    text: Annotated[str, Example("Hello Jane,\n\nYour video interview is still open.")]


def edited_texts(kind: str, texts: Sequence[EditedText], *, within: str = "") -> dict[str, TemplateText]:
    """The edited texts of a request, by language. Raises `VALIDATION_FAILED`."""
    for number, item in enumerate(texts):
        refuse_invalid_template(kind, item.subject, item.text, within=f"{within}texts[{number}].")
    return {item.language: TemplateText(item.language, item.subject, item.text) for item in texts}
