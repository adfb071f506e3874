"""A plain text as HTML, in which addresses are links."""

from __future__ import annotations

import re
from html import escape

from .regex import regex

_WEB_ADDRESS = regex(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
_EMAIL_ADDRESS = regex(r"[^\s@<>()\"',;:]+@[^\s@<>()\"',;:]+\.[^\s@<>()\"',;:.]+")


def with_web_links(text: str) -> str:
    """The text as HTML; web addresses are links."""
    return _with_links(text, _WEB_ADDRESS)


def with_mail_links(text: str) -> str:
    """The text as HTML; e-mail addresses are links, so that whom to ask is one press away."""
    return _with_links(text, _EMAIL_ADDRESS, "mailto:")


def _with_links(text: str, address_pattern: re.Pattern[str], scheme: str = "") -> str:
    parts, end = [], 0
    for match in address_pattern.finditer(text):
        address = escape(match[0], quote=True)
        parts += [escape(text[end : match.start()]), f'<a href="{scheme}{address}">{address}</a>']
        end = match.end()
    return "".join([*parts, escape(text[end:])])
