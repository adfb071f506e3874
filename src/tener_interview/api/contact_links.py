"""E-mail addresses in a text for candidates, as links: whom to ask is one press away."""

from __future__ import annotations

from html import escape

from ..regex import regex

_EMAIL = regex(r"[^\s@<>()\"',;:]+@[^\s@<>()\"',;:]+\.[^\s@<>()\"',;:.]+")


def with_mail_links(text: str) -> str:
    """A text as HTML."""
    parts, end = [], 0
    for match in _EMAIL.finditer(text):
        address = escape(match[0], quote=True)
        parts += [escape(text[end : match.start()]), f'<a href="mailto:{address}">{address}</a>']
        end = match.end()
    return "".join([*parts, escape(text[end:])])
