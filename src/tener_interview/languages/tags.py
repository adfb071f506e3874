"""Language tags: parse them, and choose the language of a page for its reader."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_RANGE = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")
_MOST_READ = 20
#: Longer texts are nobody's language, and no tag is longer (RFC 5646, section 4.4.1).
_LONGEST, _LONGEST_TAG = 60, 35
_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")
#: What a locale has after its tag: `en_US.UTF-8`, `ca_ES@valencia`.
_AFTER_A_LOCALE = re.compile(r"[.@].*", re.DOTALL)
_BETWEEN_WORDS = re.compile(r"[\s()\[\],;/_.:\-\u2010-\u2015]+")
_MOST_WORDS = 3


def choose_language(available: Collection[str], wished: str | None, accept_language: str | None) -> str:
    """The tag of a page for its `lang`: what was wished for, else what the browser asks for, else `en`.

    A tag is known by its first part, and what follows it is kept: `pt_BR` is `pt-BR` where there is `pt`.
    """
    for tag in (wished or "", *_accepted(accept_language or "")):
        if primary(tag) in available:
            return tag.strip().replace("_", "-")
    return "en"


def primary(tag: str | None) -> str:
    """`pt` of `pt-BR` and of `PT_br` (the primary subtag of RFC 5646); empty where there is no tag."""
    return re.split("[-_]", (tag or "").strip(), maxsplit=1)[0].casefold()


def _accepted(header: str) -> list[str]:
    """The tags of an Accept-Language header (RFC 9110, 12.5.4), most wanted first; what is no tag is passed over."""
    found = [_RANGE.fullmatch(each) for each in header.split(",")[:_MOST_READ]]
    weighed = [(float(each[2] or 1), each[1]) for each in found if each]
    return [tag for weight, tag in sorted(weighed, key=lambda each: -each[0]) if weight > 0]


def language_tag(said: str) -> str | None:
    """The tag (BCP 47) of a language that is given as a tag, a locale or a word; None for what is no language.

    `nl` of `Dutch`, `zh-Hans` of `chinese (simplified)`, `pt-BR` of `Português do Brasil`, `en-US` of `en_US.UTF-8`.
    Words that leave it open, such as two languages, are none.
    """
    text = unicodedata.normalize("NFKC", said).strip()
    if not 0 < len(text) <= _LONGEST:
        return None
    words = [each for each in _BETWEEN_WORDS.split(_folded(text)) if each]
    return _of_tag(_AFTER_A_LOCALE.sub("", text)) or _of_words(words)


@dataclass(frozen=True)
class _Table:
    """`tags.json` by what is looked up: folded words to what they mean."""

    codes: frozenset[str]
    languages: Mapping[str, str]
    scripts: Mapping[str, str]
    regions: Mapping[str, str]
    fillers: frozenset[str]


@cache
def _table() -> _Table:
    held = json.loads(Path(__file__).with_name("tags.json").read_text("utf-8"))
    meanings = {
        kind: {_folded(word): meant for meant, words in held[kind].items() for word in words.split(", ")}
        for kind in ("languages", "scripts", "regions")
    }
    return _Table(frozenset(held["codes"].split()), **meanings, fillers=frozenset(held["fillers"].split(", ")))


def _of_tag(text: str) -> str | None:
    if not _TAG.fullmatch(text) or len(text) > _LONGEST_TAG:
        return None
    first, *rest = re.split("[-_]", text)
    code = first.lower() if first.lower() in _table().codes else _table().languages.get(first.lower())
    return None if code is None else "-".join([code, *map(_cased, rest)])


def _cased(part: str) -> str:
    """A subtag as it is usually written (RFC 5646, section 2.1.1)."""
    return part.upper() if len(part) == 2 else part.title() if len(part) == 4 and part.isalpha() else part.lower()


def _of_words(words: list[str]) -> str | None:
    table = _table()
    found: dict[str, set[str]] = {"languages": set(), "scripts": set(), "regions": set()}
    at = 0
    while at < len(words):
        for count in range(_MOST_WORDS, 0, -1):
            name = " ".join(words[at : at + count])
            kind = next((each for each in found if name in getattr(table, each)), None)
            if kind is not None:
                found[kind].add(getattr(table, kind)[name])
                break
        else:
            if words[at] not in table.fillers:
                return None
            count = 1
        at += count
    if len(found["languages"]) != 1 or len(found["scripts"]) > 1 or len(found["regions"]) > 1:
        return None
    (language,) = found["languages"]
    return language if "-" in language else "-".join([language, *found["scripts"], *found["regions"]])


def _folded(text: str) -> str:
    """Without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))
