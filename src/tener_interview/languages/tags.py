"""Language tags: parse them, and choose the language of a page for its reader."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from ..lazy_dataclass import dataclass
from ..regex import regex

_RANGE = regex(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")
_MAX_RANGES = 20
#: Longest name of a language, and longest tag (RFC 5646, section 4.4.1).
_LONGEST, _LONGEST_TAG = 60, 35
_TAG = regex(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")
#: The end of a locale, after its tag: `en_US.UTF-8`, `ca_ES@valencia`.
_LOCALE_SUFFIX = regex(r"[.@].*", re.DOTALL)
_BETWEEN_WORDS = regex(r"[\s()\[\],;/_.:\-\u2010-\u2015]+")
_MAX_WORDS_IN_NAME = 3


def choose_language(available: Collection[str], requested: str | None, accept_language: str | None) -> str:
    """Return the tag of a page for its `lang`: the requested one, else what the browser accepts, else `en`.

    Only the first part of a tag must be available; the rest is kept: `pt_BR` becomes `pt-BR` if there is `pt`.
    """
    for tag in (requested or "", *_accepted_tags(accept_language or "")):
        if primary(tag) in available:
            return tag.strip().replace("_", "-")
    return "en"


def primary(tag: str | None) -> str:
    """Return the primary subtag (RFC 5646), `pt` for `pt-BR` and `PT_br`; empty without a tag."""
    return re.split("[-_]", (tag or "").strip(), maxsplit=1)[0].casefold()


def _accepted_tags(header: str) -> list[str]:
    """Return the valid tags of an Accept-Language header (RFC 9110, 12.5.4), preferred ones first."""
    ranges = [_RANGE.fullmatch(item) for item in header.split(",")[:_MAX_RANGES]]
    weighted = [(float(match[2] or 1), match[1]) for match in ranges if match]
    return [tag for weight, tag in sorted(weighted, key=lambda item: -item[0]) if weight > 0]


def language_tag(name: str) -> str | None:
    """Return the tag (BCP 47) of a language given as a tag, a locale or a name; None if it is not one language.

    `nl` for `Dutch`, `zh-Hans` for `chinese (simplified)`, `pt-BR` for `Português do Brasil`, `en-US` for
    `en_US.UTF-8`, None for the names of two languages.
    """
    text = unicodedata.normalize("NFKC", name).strip()
    if not 0 < len(text) <= _LONGEST:
        return None
    words = [word for word in _BETWEEN_WORDS.split(_folded(text)) if word]
    return _parse_tag(_LOCALE_SUFFIX.sub("", text)) or _parse_words(words)


@dataclass(frozen=True)
class _Table:
    """The lookup tables of `tags.json`: folded words to subtags."""

    codes: frozenset[str]
    languages: Mapping[str, str]
    scripts: Mapping[str, str]
    regions: Mapping[str, str]
    fillers: frozenset[str]


@cache
def _table() -> _Table:
    document = json.loads(Path(__file__).with_name("tags.json").read_text("utf-8"))
    subtags = {
        kind: {_folded(word): subtag for subtag, words in document[kind].items() for word in words.split(", ")}
        for kind in ("languages", "scripts", "regions")
    }
    return _Table(frozenset(document["codes"].split()), **subtags, fillers=frozenset(document["fillers"].split(", ")))


def _parse_tag(text: str) -> str | None:
    if not _TAG.fullmatch(text) or len(text) > _LONGEST_TAG:
        return None
    first, *rest = re.split("[-_]", text)
    code = first.lower() if first.lower() in _table().codes else _table().languages.get(first.lower())
    return None if code is None else "-".join([code, *map(_cased, rest)])


def _cased(part: str) -> str:
    """Return a subtag in its usual case (RFC 5646, section 2.1.1)."""
    return part.upper() if len(part) == 2 else part.title() if len(part) == 4 and part.isalpha() else part.lower()


def _parse_words(words: list[str]) -> str | None:
    table = _table()
    parts: dict[str, set[str]] = {"languages": set(), "scripts": set(), "regions": set()}
    at = 0
    while at < len(words):
        for count in range(_MAX_WORDS_IN_NAME, 0, -1):
            name = " ".join(words[at : at + count])
            kind = next((kind for kind in parts if name in getattr(table, kind)), None)
            if kind is not None:
                parts[kind].add(getattr(table, kind)[name])
                break
        else:
            if words[at] not in table.fillers:
                return None
            count = 1
        at += count
    if len(parts["languages"]) != 1 or len(parts["scripts"]) > 1 or len(parts["regions"]) > 1:
        return None
    (language,) = parts["languages"]
    return language if "-" in language else "-".join([language, *parts["scripts"], *parts["regions"]])


def _folded(text: str) -> str:
    """Return the text without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
