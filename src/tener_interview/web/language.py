"""Which of the languages that a page is written in its reader gets."""

from __future__ import annotations

import re
from collections.abc import Collection

_RANGE = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")
_MOST_READ = 20


def choose_language(available: Collection[str], wished: str | None, accept_language: str | None) -> str:
    """The tag of a page for its `lang`: what was wished for, else what the browser asks for, else `en`.

    A tag is known by its first part, and what follows it is kept: `pt_BR` is `pt-BR` where there is `pt`.
    """
    for tag in (wished or "", *_accepted(accept_language or "")):
        if primary(tag) in available:
            return tag.replace("_", "-")
    return "en"


def primary(tag: str) -> str:
    """`pt` of `pt-BR`."""
    return re.split("[-_]", tag, maxsplit=1)[0].lower()


def _accepted(header: str) -> list[str]:
    """The tags of an Accept-Language header (RFC 9110, 12.5.4), most wanted first; what is no tag is passed over."""
    found = [_RANGE.fullmatch(each) for each in header.split(",")[:_MOST_READ]]
    weighed = [(float(each[2] or 1), each[1]) for each in found if each]
    return [tag for weight, tag in sorted(weighed, key=lambda each: -each[0]) if weight > 0]
