"""Mask names: initials instead of a name, and a person's name shortened within a text.

A name is found in any case and order, with its accents composed, decomposed or omitted, with umlauts written out or
not, and with invisible characters in it. Nicknames, inflected forms and other scripts are not found.
"""

# ruff: noqa: RUF001 - similar-looking characters are needed here

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ...languages.spelling import fold_text, spellings

#: Scripts in which a single character can be a whole name.
_SYLLABLE_SCRIPTS = ("CJK", "HANGUL", "HIRAGANA", "KATAKANA", "HALFWIDTH", "BOPOMOFO", "YI ", "TANGUT", "NUSHU")
#: Titles before and after a family name of one character that stands without the given name.
_TITLES_AFTER = "先生|女士|小姐|老师|老師|太太|经理|經理|同学|同學|さん|様|氏|くん|씨|님"
_TITLES_BEFORE = "小|老|阿"
_FAMILY_AND_GIVEN = (2, 4)


def initials(name: str) -> str:
    """Return `J. D.` for Jane Doe. A word in a script of syllables has no initial."""
    firsts = (re.search(r"[^\W_]", word) for word in name.split())
    return " ".join(f"{first[0].title()}." for first in firsts if first and not _is_syllable(first[0]))


def is_named(text: str, name: str) -> bool:
    """Return whether a text contains a person's name, or a word of it in any case."""
    words = {fold_text(word) for word in _words(text)}
    return mask_name(text, name) != text or any(fold_text(word) in words for word in _words(name) if _identifies(word))


def mask_name(text: str, name: str) -> str:
    """Return the text with the person's name masked: `I am J··· D··`. The text keeps its length.

    The whole name is masked in any form, also in `jane.doe@`; a single word of it only if it is capitalised like a
    name, because many names are words as well.
    """
    anywhere, as_names = _patterns(name)
    if anywhere is None and as_names is None:
        return text
    plain, places = _fold(text)
    hidden: set[int] = set()
    for pattern in (anywhere, as_names):
        for match in pattern.finditer(plain) if pattern else ():
            span = range(places[match.start()], places[match.end() - 1] + 1)
            if span and (pattern is anywhere or _written_as_name(text[span[0] : span[-1] + 1], name)):
                hidden.update(span)
    return _mask_letters(text, hidden) if hidden else text


@lru_cache(maxsize=256)
def _patterns(name: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """Return the patterns that are masked anywhere, and those masked only if capitalised; both for folded text."""
    words = _words(name)
    identifying = [word for word in words if _identifies(word)]
    if not identifying:
        return None, None
    parts = [_part(word) for word in words]
    anywhere = [r"[\W_]*".join(parts)] if len(parts) > 1 else []
    anywhere += [r"[\s,_-]{0,3}".join(parts[turn:] + parts[:turn]) for turn in range(1, len(parts))]
    as_names = [r"(?<!\w)" + r"[\W_]?".join(map(_part, _words(token))) + r"(?!\w)" for token in name.split()
                if len(_words(token)) > 1]
    for word in sorted(identifying, key=len, reverse=True):
        if word.lower() != word.upper():
            as_names.append(rf"(?<!\w){_part(word)}(?!\w)")
        else:
            anywhere.append(_part(word))
            anywhere += _parts_of_syllables(word)
    return _compile_alternatives(anywhere), _compile_alternatives(as_names)


def _parts_of_syllables(word: str) -> list[str]:
    """Return patterns for a name written without spaces: its possible given names, and family names with a title."""
    if not all(map(_is_syllable, word)) or not _FAMILY_AND_GIVEN[0] <= len(word) <= _FAMILY_AND_GIVEN[1]:
        return []
    families = [word[:1]] if len(word) < _FAMILY_AND_GIVEN[1] else [word[:1], word[:2]]
    given = [_part(word[len(family) :]) for family in families]
    with_title = [
        pattern for family in map(_part, families)
        for pattern in (f"{family}(?={_fold(_TITLES_AFTER)[0]})", f"(?<={{}}){family}")
    ]
    return given + [
        pattern.format(title) if "{}" in pattern else pattern for pattern in with_title
        for title in (_TITLES_BEFORE.split("|") if "{}" in pattern else [""])
    ]


def _compile_alternatives(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(dict.fromkeys(patterns))) if patterns else None


def _part(word: str) -> str:
    variants = {spelling for spelling in (*spellings(word).splitlines(), _fold(word)[0]) if spelling}
    longest_first = sorted(variants, key=lambda variant: (-len(variant), variant))
    return f"(?:{'|'.join(map(re.escape, longest_first))})"


def _words(name: str) -> list[str]:
    """Return the words of a name, with combining marks kept at their letters."""
    composed = unicodedata.normalize("NFC", name)
    letters = "".join(character if unicodedata.category(character)[0] in "LNM" else " " for character in composed)
    return [word for word in letters.split() if re.search(r"[^\W_]", word)]


def _identifies(word: str) -> bool:
    """Return whether a word can identify a person: not a number, nor a single letter, except in syllable scripts."""
    return not word.isdigit() and (len(word) > 1 or _is_syllable(word))


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    return fold_text(character) or ("" if unicodedata.category(character)[0] in "MC" else character)


def _fold(text: str) -> tuple[str, list[int]]:
    """Return the folded text, and for each of its characters the place in the original text."""
    parts = [_fold_character(character) for character in text]
    return "".join(parts), [place for place, part in enumerate(parts) for _ in part]


def _written_as_name(text: str, name: str) -> bool:
    composed = unicodedata.normalize("NFC", text)
    return text[0].isupper() or text[0].istitle() or composed in _words(name)


def _is_syllable(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(_SYLLABLE_SCRIPTS)


def _mask_letters(text: str, hidden: set[int]) -> str:
    """Replace the hidden letters, except the first one of longer words."""
    masked = list(text)
    for place in hidden:
        letter = text[place]
        if unicodedata.category(letter)[0] not in "LNM":
            continue
        begins = place - 1 not in hidden or not _is_word_character(text[place - 1])
        continues = place + 1 in hidden and (_is_word_character(text[place + 1]) or text[place + 1] in "'’")
        if not (begins and continues and letter.isalnum() and not _is_syllable(letter)):
            masked[place] = "·"
    return "".join(masked)


def _is_word_character(character: str) -> bool:
    """Return whether a character, possibly an invisible one, belongs to a word."""
    return character.isalnum() or unicodedata.category(character)[0] in "MC"
