"""The texts of a page that is written here, as HTML in the language of its reader."""

from __future__ import annotations

from html import escape

from ..web.request import Request
from .desk_texts import DESK_TEXTS


class DeskWords:
    """Translates what stands in the code in English."""

    def __init__(self, request: Request) -> None:
        self.language = DESK_TEXTS.choose(request)

    def translate(self, text: str, **values: object) -> str:
        """Return a text in the language as HTML, with its `{names}` replaced."""
        translated = DESK_TEXTS.translate(text, self.language)
        return escape(translated.format_map(values) if values else translated, quote=True)
