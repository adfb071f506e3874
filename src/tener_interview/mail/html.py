"""Renders a text as simple HTML: paragraphs and links, without images, styles or anything that is loaded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from ..html_links import with_web_links

#: Languages written from right to left.
_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
#: A line of this begins what stands below a message, smaller than the message itself.
_FOOT = "--"


def html_text(text: str, language: str) -> str:
    """A text as an HTML page of paragraphs and links."""
    direction = ' dir="rtl"' if language.partition("-")[0] in _RIGHT_TO_LEFT else ""
    parts = [part.splitlines() for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    paragraphs = "".join(
        f"<hr>\n<p><small>{_lines(lines[1:])}</small></p>\n" if lines[0].strip() == _FOOT
        else f"<p>{_lines(lines)}</p>\n"
        for lines in parts
    )
    return (
        f'<!doctype html>\n<html lang="{escape(language, quote=True)}"{direction}><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"></head><body>\n{paragraphs}</body></html>\n'
    )


def _lines(lines: Sequence[str]) -> str:
    return "<br>".join(map(with_web_links, lines))
