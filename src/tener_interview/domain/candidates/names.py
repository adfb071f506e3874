"""Split personal names into first and last name, for greetings and for the provider; the e-mail address to invite
under.

Names follow no rule (https://www.w3.org/International/questions/qa-personal-names). So a name is split only if that is
safe: a comma, capitals or a patronymic mark the parts, or its script usually puts first names first. Otherwise the
whole name is used, which is never wrong.
"""
# ruff: noqa: RUF001 - letters that look alike are what this is about

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import takewhile
from pathlib import Path

from ...errors import Problem
from ...languages.spelling import fold_text
from ...lazy_dataclass import dataclass
from ...regex import regex

#: The provider's limit for each part of a name, in UTF-16 units, as JavaScript counts.
NAME_PART_UNITS = 50

_DIRECTION_MARKS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_BRACKETED = regex(r"[(\[{（【][^)\]}）】]*[)\]}）】]|(?<!\S)[\"“”„«»‘'][^\"“”«»’']*[\"“”«»’'](?!\S)")
#: Separates a name from text that follows it.
_DECORATION = regex(r"\s*[|•·¦┃/\\]+\s.*|\s+[-–—~:]\s.*|\s*\|.*")
_COMMAS = regex(r"[,，،、;]")
_NAME_WORD = regex(r"'?[^\W\d_](?:[^\W\d_]|[\u0300-\u036f'’‘ʼ´`.\-‐‑])*")
_INITIALS = regex(r"[^\W\d_][.-]?|(?:[^\W\d_]\.-?)+")
#: What is left of a picture that was made of several.
_EMOJI_REMAINS = regex("(?<=\\s)[\u200d\ufe0f]+|[\u200d\ufe0f]+(?=\\s|$)")
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_FIRST_NAMES_FIRST = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "GEORGIAN", "HEBREW", "ARABIC")
_TURKISH = regex("[ĞğŞşİı]")
_PLACEHOLDER_NAME = regex(r"Candidate [0-9]+")


@dataclass(frozen=True)
class PersonName:
    """A parsed name; `greeting` is the first name, or the whole name."""

    greeting: str
    first: str
    last: str | None


def tidy_name(name: str | None, candidate_id: int) -> str:
    """Return the name on one line without control characters, or `Candidate 42` if there is none."""
    visible = "".join(
        " " if unicodedata.category(character) in ("Cc", "Zl", "Zp", "Zs") else character
        for character in name or ""
        if character not in _DIRECTION_MARKS and not "\ud800" <= character <= "\udfff"
    )
    # Joiners and marks are visible only beside a visible character.
    is_visible = any(unicodedata.category(character)[0] in "LNPS" for character in visible)
    return re.sub(" +", " ", visible).strip() if is_visible else f"Candidate {candidate_id}"


def is_named(name: str | None, candidate_id: int) -> bool:
    """Return whether this is a real name and not the placeholder."""
    return tidy_name(name, candidate_id) != tidy_name(None, candidate_id)


def greeting_name(name: str) -> str | None:
    """Return what to write after "Hello": the first name, the whole name, or None for a placeholder."""
    return None if _PLACEHOLDER_NAME.fullmatch(name) else parse_name(name).greeting


def name_parts(name: str) -> tuple[str, str | None]:
    """Return first and last name for the provider, within its limits; a name that is not split is all first name."""
    read = parse_name(name)
    if read.last is None and _utf16_units(read.first) > NAME_PART_UNITS:
        first = _truncate(read.first, at_space=True)
        return first, _truncate(read.first[len(first):].strip()) or None
    return _truncate(read.first), _truncate(read.last or "") or None


@lru_cache(maxsize=12_000)
def parse_name(name: str) -> PersonName:
    """Split the name if that is safe, else keep it whole."""
    if _PLACEHOLDER_NAME.fullmatch(name):
        return PersonName(name, *name.split())
    plain = _strip_decoration(name)
    parts = [words for part in _COMMAS.split(plain) if (words := part.split())]
    while len(parts) > 1 and _is_not_a_name(parts[-1]):
        parts.pop()
    if len(parts) == 2:
        return _parse_last_first(name, *parts)
    if len(parts) != 1:
        return PersonName(name, name, None)
    words, titled = _strip_titles(parts[0])
    if titled and len(words) < 2:
        return PersonName(name, name, None)
    if not _can_split(words):
        return PersonName(plain or name, plain or name, None)
    split = _split(words)
    if split is None:
        # Splitting the names of two people would keep only one of them.
        whole = plain if {fold_text(word) or word for word in words} & _word_list("and") else " ".join(words)
        return PersonName(whole, whole, None)
    return _person_name(*split)


def _parse_last_first(name: str, left: list[str], right: list[str]) -> PersonName:
    """Parse `Doe, Jane`: the given names follow the comma."""
    family, _ = _strip_titles(left)
    given, _ = _strip_titles(right)
    trailing = list(takewhile(lambda word: word.islower() and word in _word_list("particles"), reversed(given)))
    given, family = given[: len(given) - len(trailing)], [*reversed(trailing), *family]
    names = 1 <= len(given) <= 3 and 1 <= len(family) <= 5 and _can_split(given) and _can_split(family)
    if not names or {fold_text(word) for word in given} & _word_list("not_a_name") or not _is_family(family, given):
        return PersonName(name, name, None)
    return _person_name(given, family)


def _is_family(left: Sequence[str], right: Sequence[str]) -> bool:
    """Return whether the part before a comma is a family name, not a whole name followed by a place or job title."""
    core = [word for word in left if not _is_particle(word)]
    is_capitals = all(word.isupper() for word in left) and not all(word.isupper() for word in right)
    return (
        len(core) < 2 or is_capitals
        or fold_text(right[0]) in _word_list("compound_first") | _word_list("compound_second")
    )


def _person_name(given: Sequence[str], family: Sequence[str]) -> PersonName:
    lower_case = all(not _has_case(word) or word.islower() for word in (*given, *family))
    first, last = " ".join(given), " ".join(family) or None
    if _is_initial(given[0]):
        return PersonName(" ".join((*given, *family)), first, last)
    both = len(given) > 1 and (_is_compound_first_name(given[0], given[1]) or (_is_patronymic(given[1]) and not family))
    called = " ".join(_normalize_case(word, lower_case=lower_case) for word in given[: 2 if both else 1])
    return PersonName(called, first, last)


def _split(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]] | None:
    """Return given and family names, or None if they cannot be told apart."""
    if len(words) == 1:
        return None if _is_initial(words[0]) or fold_text(words[0]) in _word_list("not_first") else (words, ())
    by_sign = _split_by_capitals(words) or _split_by_patronymic(words)
    if by_sign is not None:
        return by_sign
    first, second = fold_text(words[0]), fold_text(words[1])
    if (
        _is_initial(words[0]) or words[0].endswith(".") or first in _word_list("not_first")
        or first in _word_list("family_first") or {fold_text(word) or word for word in words} & _word_list("and")
        or _surname_comes_first(words)
    ):
        return None
    at = next((place for place, word in enumerate(words[1:], 1) if _is_particle(word)), None)
    if at == 1 and first in _word_list("devotional") and second in _word_list("devotional_particles"):
        return None
    if (at is not None and at > 2) or (at is None and len(words) > 4):
        return None
    if len(words) > 2 and at != 1 and (_is_compound_first_name(words[0], words[1]) or _is_initial(words[1])):
        return words[:2], words[2:]
    if at is None and len(words) == 4:
        return None
    return words[:1], words[1:]


def _split_by_capitals(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]] | None:
    """Split `DOE Jane` and `Jane van DOE`: the name in capitals is the family name."""
    is_capitals = [word.isupper() and sum(map(str.isalpha, word)) > 2 for word in words]
    if all(is_capitals) or not any(is_capitals):
        return None
    mixed_case_places = [place for place, is_upper in enumerate(is_capitals) if not is_upper]
    if is_capitals[0] and mixed_case_places == list(range(mixed_case_places[0], len(words))):
        given, family = words[mixed_case_places[0]:], words[: mixed_case_places[0]]
    elif is_capitals[-1] and mixed_case_places == list(range(mixed_case_places[-1] + 1)):
        given = list(takewhile(lambda word: not _is_particle(word), words[: mixed_case_places[-1] + 1]))
        family = words[len(given):]
    else:
        return None
    return (given, family) if 0 < len(given) <= 3 else None


def _split_by_patronymic(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]] | None:
    """Split `Иван Петрович Сидоров` and `Сидоров Иван Петрович`: the patronymic follows the given name."""
    if len(words) == 3 and _is_patronymic(words[1]):
        return words[:2], words[2:]
    if len(words) == 3 and _is_patronymic(words[2]) and (_is_surname(words[0]) or words[0].isascii()):
        return words[1:], words[:1]
    if len(words) == 2 and _is_patronymic(words[1]) and not words[1].isascii():
        return words, ()
    return None


def _surname_comes_first(words: Sequence[str]) -> bool:
    """Return whether the first word is a Russian surname; Russian lists often put it first."""
    return _script_of(words) == "CYRILLIC" and _is_surname(words[0])


def _is_surname(word: str) -> bool:
    lowered = word.casefold()
    return lowered not in _word_list("russian_given") and lowered.endswith(tuple(_word_list("russian_surname_endings")))


def _is_patronymic(word: str) -> bool:
    return word.casefold().endswith(tuple(_word_list("patronymic_endings")))


def _is_particle(word: str) -> bool:
    lowered = word.casefold()
    return lowered in _word_list("particles") or lowered.startswith(("al-", "el-", "d'", "d’", "аль-", "эль-"))


def _is_initial(word: str) -> bool:
    return _INITIALS.fullmatch(word) is not None


def _is_compound_first_name(one: str, other: str) -> bool:
    """Return whether two names form one first name, such as María José."""
    return fold_text(one) in _word_list("compound_first") and fold_text(other) in _word_list("compound_second")


def _strip_decoration(name: str) -> str:
    """Remove nicknames in brackets, emoji, and text after a bar or a dash."""
    text = _BRACKETED.sub(" ", name)
    if not text.isascii():
        text = "".join(" " if _is_emoji(character) else character for character in text)
        text = _EMOJI_REMAINS.sub("", text)
    return " ".join((_DECORATION.sub("", text).strip() or text).split()) or name


def _is_emoji(character: str) -> bool:
    return character in _SKIN_TONES or unicodedata.category(character) in ("So", "Cn", "Co")


def _is_not_a_name(words: Sequence[str]) -> bool:
    """Return whether the part after a comma is a degree, a pronoun, a job title or a place."""
    lowered = [word.casefold() for word in words]
    return all(
        word in _word_list("suffixes") or word in _word_list("not_a_name") or "/" in word or re.search(r"\d", word)
        for word in lowered
    ) or any(word in _word_list("not_a_name") for word in lowered)


def _strip_titles(words: Sequence[str]) -> tuple[list[str], bool]:
    """Remove titles and degrees; also return whether the name began with a form of address, such as Mrs."""
    rest, titled = list(words), False
    while len(rest) > 1 and (_is_title(rest[0]) or (len(rest) < len(words) and _continues_title(rest[0]))):
        titled = titled or rest[0].casefold() in _word_list("gender_titles")
        titled = titled or len(rest) == 2
        rest.pop(0)
    while len(rest) > 1 and _is_suffix(rest[-1], len(rest)):
        rest.pop()
    return rest, titled


def _is_title(word: str) -> bool:
    return all(part in _word_list("titles") for part in _title_parts(word.casefold()))


def _continues_title(word: str) -> bool:
    """Return whether a word belongs to the title before it: `Dr. med.`, `Dr. rer. nat.`, `dr hab. inż.`."""
    return word.islower() and word.endswith(".") and not _is_initial(word)


def _title_parts(word: str) -> list[str]:
    """Split `Prof.Dr.` into its two titles."""
    return [word] if word in _word_list("titles") else [part for part in re.split(r"(?<=\.)", word) if part]


def _is_suffix(word: str, words: int) -> bool:
    lowered = word.casefold()
    degree = lowered in _word_list("suffixes") and (
        lowered not in _word_list("only_after_comma") and (word[-1] == "." or word != lowered or words > 2)
    )
    return degree or "/" in word or word.isdigit()


def _can_split(words: Sequence[str]) -> bool:
    """Return whether these are name words in a script that usually puts the first name first."""
    return bool(words) and all(map(_NAME_WORD.fullmatch, words)) and _script_of(words) in _FIRST_NAMES_FIRST


def _script_of(words: Sequence[str]) -> str | None:
    """Return the script of all letters, or None for a mixture."""
    if "".join(words).isascii():
        return "LATIN"
    scripts = {unicodedata.name(letter, "?").partition(" ")[0] for word in words for letter in word if letter.isalpha()}
    scripts.discard("MODIFIER")
    return scripts.pop() if len(scripts) == 1 else None


def _normalize_case(word: str, *, lower_case: bool) -> str:
    """Return a first name as it is written in a letter: neither all capitals nor all lower case."""
    if _TURKISH.search(word) or not _has_case(word):
        return word
    shouted = word.isupper() and sum(map(str.isalpha, word)) > 2
    return word.title() if shouted or (lower_case and word.islower()) else word


def _has_case(word: str) -> bool:
    return word.upper() != word.lower()


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _truncate(text: str, *, at_space: bool = False) -> str:
    """Cut the text to the limit, between user-perceived characters or at a space."""
    if _utf16_units(text) <= NAME_PART_UNITS:
        return text
    at = max(place for place in range(NAME_PART_UNITS + 1) if _utf16_units(text[:place]) <= NAME_PART_UNITS)
    space = text.rfind(" ", 0, at + 1)
    if at_space and space > 0:
        return text[:space].strip()
    while at > 1 and _is_same_grapheme(text[at - 1], text[at]):
        at -= 1
    return text[:at].strip()


def _is_same_grapheme(one: str, other: str) -> bool:
    """Return whether two code points form one character: a mark, a joiner, a skin tone, the halves of a flag."""
    flags = "\U0001f1e6" <= one <= "\U0001f1ff" and "\U0001f1e6" <= other <= "\U0001f1ff"
    tone = "\U0001f3fb" <= other <= "\U0001f3ff"
    return flags or tone or "\u200d" in (one, other) or unicodedata.category(other)[0] == "M"


@cache
def _word_list(of_what: str) -> frozenset[str]:
    lists: dict[str, str] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    return frozenset(lists[of_what].split())


def invitation_email(email: str | None, *, candidate_id: int, job_id: int, synthetic_domain: str | None) -> str:
    """The e-mail to invite under; without one, a synthetic address that is the same every time.

    Raises `CANDIDATE_EMAIL_REQUIRED` when there is none and none may be made up (`synthetic_domain` is None).
    """
    if email:
        return email
    if synthetic_domain is None:
        raise Problem(
            "CANDIDATE_EMAIL_REQUIRED",
            f"Candidate {candidate_id} has no e-mail address, and the settings allow no made-up ones. Add an address.",
            {"candidate_id": candidate_id},
        )
    return f"candidate-{candidate_id}-job-{job_id}@{synthetic_domain}"
