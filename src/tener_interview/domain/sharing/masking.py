"""Names where they are not to be known: initials in place of a name, and a name shortened in what was said.

What is looked for is the name however it is spelt: in any case and order, with its accents composed, decomposed or left
out, umlauts written out or not, with unseen characters in it. A nickname, an inflected form and another script are not
known to be the person's name.
"""

# ruff: noqa: RUF001 - letters that look alike are what this is about

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ...languages.spelling import fold_text, spellings

#: Of these scripts a single character can be a whole name.
_WHOLE_SYLLABLES = ("CJK", "HANGUL", "HIRAGANA", "KATAKANA", "HALFWIDTH", "BOPOMOFO", "YI ", "TANGUT", "NUSHU")
#: What stands beside a family name of one character that is said by itself.
_TITLES_AFTER = "先生|女士|小姐|老师|老師|太太|经理|經理|同学|同學|さん|様|氏|くん|씨|님"
_TITLES_BEFORE = "小|老|阿"
_FAMILY_AND_GIVEN = (2, 4)


def initials(name: str) -> str:
    """`J. D.` for Jane Doe: the first letter of every word; nothing for a word of a script without letters."""
    firsts = (re.search(r"[^\W_]", word) for word in name.split())
    return " ".join(f"{first[0].title()}." for first in firsts if first and not _is_syllable(first[0]))


def is_named(text: str, name: str) -> bool:
    """Whether a text holds a person's name, or a word of it in any case."""
    words_said = {fold_text(word) for word in _words(text)}
    return mask_name(text, name) != text or any(fold_text(word) in words_said for word in _words(name) if _tells(word))


def mask_name(text: str, name: str) -> str:
    """The text with a person's name shortened wherever it is said: `I am J··· D··`. No character is added or taken.

    The whole name is found however it is written, `jane.doe@` too; one word of it only where it is written as a name,
    because many names are words as well.
    """
    anywhere, as_names = _patterns(name)
    if anywhere is None and as_names is None:
        return text
    plain, places = _folded(text)
    hidden: set[int] = set()
    for pattern in (anywhere, as_names):
        for found in pattern.finditer(plain) if pattern else ():
            span = range(places[found.start()], places[found.end() - 1] + 1)
            if span and (pattern is anywhere or _written_as_name(text[span[0] : span[-1] + 1], name)):
                hidden.update(span)
    return _shortened(text, hidden) if hidden else text


@lru_cache(maxsize=256)
def _patterns(name: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """What is hidden wherever it stands, and what is hidden where it is written as a name; both in folded text."""
    words = _words(name)
    telling = [word for word in words if _tells(word)]
    if not telling:
        return None, None
    parts = [_part(word) for word in words]
    anywhere = [r"[\W_]*".join(parts)] if len(parts) > 1 else []
    anywhere += [r"[\s,_-]{0,3}".join(parts[turn:] + parts[:turn]) for turn in range(1, len(parts))]
    as_names = [r"(?<!\w)" + r"[\W_]?".join(map(_part, _words(token))) + r"(?!\w)" for token in name.split()
                if len(_words(token)) > 1]
    for word in sorted(telling, key=len, reverse=True):
        if word.lower() != word.upper():
            as_names.append(rf"(?<!\w){_part(word)}(?!\w)")
        else:
            anywhere.append(_part(word))
            anywhere += _parts_of_syllables(word)
    return _any_of(anywhere), _any_of(as_names)


def _parts_of_syllables(word: str) -> list[str]:
    """Of a name without spaces: what may be the given name, and the family name beside a title."""
    if not all(map(_is_syllable, word)) or not _FAMILY_AND_GIVEN[0] <= len(word) <= _FAMILY_AND_GIVEN[1]:
        return []
    families = [word[:1]] if len(word) < _FAMILY_AND_GIVEN[1] else [word[:1], word[:2]]
    given = [_part(word[len(family) :]) for family in families]
    beside = [
        pattern for family in map(_part, families)
        for pattern in (f"{family}(?={_folded(_TITLES_AFTER)[0]})", f"(?<={{}}){family}")
    ]
    return given + [
        pattern.format(title) if "{}" in pattern else pattern for pattern in beside
        for title in (_TITLES_BEFORE.split("|") if "{}" in pattern else [""])
    ]


def _any_of(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(dict.fromkeys(patterns))) if patterns else None


def _part(word: str) -> str:
    ways = {spelling for spelling in (*spellings(word).splitlines(), _folded(word)[0]) if spelling}
    return f"(?:{'|'.join(map(re.escape, sorted(ways, key=lambda way: (-len(way), way))))})"


def _words(name: str) -> list[str]:
    """The words of a name, marks with the letters that they are of."""
    composed = unicodedata.normalize("NFC", name)
    kept = "".join(character if unicodedata.category(character)[0] in "LNM" else " " for character in composed)
    return [word for word in kept.split() if re.search(r"[^\W_]", word)]


def _tells(word: str) -> bool:
    """Whether a word can be known as a name: a letter can not, where it is no name by itself, nor can a number."""
    return not word.isdigit() and (len(word) > 1 or _is_syllable(word))


@lru_cache(maxsize=4096)
def _folded_character(character: str) -> str:
    return fold_text(character) or ("" if unicodedata.category(character)[0] in "MC" else character)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and of which character each of its characters is."""
    parts = [_folded_character(character) for character in text]
    return "".join(parts), [place for place, part in enumerate(parts) for _ in part]


def _written_as_name(text: str, name: str) -> bool:
    composed = unicodedata.normalize("NFC", text)
    return text[0].isupper() or text[0].istitle() or composed in _words(name)


def _is_syllable(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(_WHOLE_SYLLABLES)


def _shortened(text: str, hidden: set[int]) -> str:
    """The first letter of each hidden word stays where a name is more than that."""
    shown = list(text)
    for place in hidden:
        letter = text[place]
        if unicodedata.category(letter)[0] not in "LNM":
            continue
        begins = place - 1 not in hidden or not _goes_on(text[place - 1])
        longer = place + 1 in hidden and (_goes_on(text[place + 1]) or text[place + 1] in "'’")
        if not (begins and longer and letter.isalnum() and not _is_syllable(letter)):
            shown[place] = "·"
    return "".join(shown)


def _goes_on(character: str) -> bool:
    """Whether a word goes on with a character, which may be unseen."""
    return character.isalnum() or unicodedata.category(character)[0] in "MC"
