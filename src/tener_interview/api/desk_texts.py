"""The texts of the desk: the pages of recruiters, reviewers and hiring managers, in their languages."""

from __future__ import annotations

from html import escape
from pathlib import Path

from ..web.request import Request
from ..web.text_catalogue import TextCatalogue

#: English comes first: the pages are written in it.
LANGUAGES = {"en": "English", "de": "Deutsch", "es": "Español"}
DESK_TEXTS = TextCatalogue(
    Path(__file__).with_name("desk_texts.jsonl"), LANGUAGES, Path(__file__).with_name("service_sentences.json")
)


class DeskWords:
    """Translates the texts of a page that is written here, as HTML in the language of its reader."""

    def __init__(self, request: Request) -> None:
        self.language = DESK_TEXTS.choose(request)

    def translate(self, text: str, **values: object) -> str:
        """Return a text in the language as HTML, with its `{names}` replaced."""
        translated = DESK_TEXTS.translate(text, self.language)
        return escape(translated.format_map(values) if values else translated, quote=True)
