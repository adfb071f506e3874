"""Names: whom a greeting addresses, what the provider is sent as first and last name; and the address of an invitation.

People's names follow no rule (https://www.w3.org/International/questions/qa-personal-names), so a name is taken apart
only where that is safe: where a comma, capitals or a patronymic tell the parts, or where first names come first. Where
it is not, the whole name is used, which is never wrong.
"""
# ruff: noqa: RUF001 - letters that look alike are what this is about

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import takewhile
from pathlib import Path

from ...errors import Problem
from ...languages.spelling import folded

#: The provider's limit for each part of a name, in UTF-16 units, as JavaScript counts.
NAME_PART_UNITS = 50

_UNSHOWN_DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_BRACKETED = re.compile(r"[(\[{（【][^)\]}）】]*[)\]}）】]|(?<!\S)[\"“”„«»‘'][^\"“”«»’']*[\"“”«»’'](?!\S)")
#: What parts a name from what somebody put behind it.
_DECORATION = re.compile(r"\s*[|•·¦┃/\\]+\s.*|\s+[-–—~:]\s.*|\s*\|.*")
_COMMAS = re.compile(r"[,，،、;]")
_NAME_WORD = re.compile(r"'?[^\W\d_](?:[^\W\d_]|[\u0300-\u036f'’‘ʼ´`.\-‐‑])*")
_INITIALS = re.compile(r"[^\W\d_][.-]?|(?:[^\W\d_]\.-?)+")
#: What is left of a picture that was made of several.
_LEFT_OVER = re.compile("(?<=\\s)[\u200d\ufe0f]+|[\u200d\ufe0f]+(?=\\s|$)")
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_FIRST_NAMES_FIRST = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "GEORGIAN", "HEBREW", "ARABIC")
_TURKISH = re.compile("[ĞğŞşİı]")
_NAMELESS = re.compile(r"Candidate [0-9]+")


@dataclass(frozen=True)
class PersonName:
    """A name taken apart; `greeting` is the first name or the whole one."""

    greeting: str
    first: str
    last: str | None


def tidy_name(name: str | None, candidate_id: int) -> str:
    """A name on one line, without control characters; `Candidate 42` for one without a name."""
    visible = "".join(
        " " if unicodedata.category(each) in ("Cc", "Zl", "Zp", "Zs") else each
        for each in name or ""
        if each not in _UNSHOWN_DIRECTIONS and not "\ud800" <= each <= "\udfff"
    )
    # Joiners, marks and the like show only beside something that shows by itself.
    shows = any(unicodedata.category(each)[0] in "LNPS" for each in visible)
    return re.sub(" +", " ", visible).strip() if shows else f"Candidate {candidate_id}"


def is_named(name: str | None, candidate_id: int) -> bool:
    """Whether a name says how somebody is called, and does not only stand for one."""
    return tidy_name(name, candidate_id) != tidy_name(None, candidate_id)


def greeting_name(name: str) -> str | None:
    """What to write after "Hello": a first name, or the whole name where that is safer; None for one without a name."""
    return None if _NAMELESS.fullmatch(name) else read_name(name).greeting


def name_parts(name: str) -> tuple[str, str | None]:
    """First and last name for the provider, each within its limit; a name that is not taken apart is all first name."""
    read = read_name(name)
    if read.last is None and _units(read.first) > NAME_PART_UNITS:
        first = _fitted(read.first, at_space=True)
        return first, _fitted(read.first[len(first):].strip()) or None
    return _fitted(read.first), _fitted(read.last or "") or None


@lru_cache(maxsize=12_000)
def read_name(name: str) -> PersonName:
    """The name taken apart where that is safe, else whole."""
    if _NAMELESS.fullmatch(name):
        return PersonName(name, *name.split())
    plain = _undecorated(name)
    parts = [words for part in _COMMAS.split(plain) if (words := part.split())]
    while len(parts) > 1 and _says_no_name(parts[-1]):
        parts.pop()
    if len(parts) == 2:
        return _last_first(name, *parts)
    if len(parts) != 1:
        return PersonName(name, name, None)
    words, titled = _without_titles(parts[0])
    if titled and len(words) < 2:
        return PersonName(name, name, None)
    if not _take_apart(words):
        return PersonName(plain or name, plain or name, None)
    split = _split(words)
    if split is None:
        # Of two people only the second would be left.
        whole = plain if {folded(word) or word for word in words} & _set("and") else " ".join(words)
        return PersonName(whole, whole, None)
    return _named(*split)


def _last_first(name: str, left: list[str], right: list[str]) -> PersonName:
    """`Doe, Jane`: what stands behind the comma is what somebody is called by."""
    family, _ = _without_titles(left)
    given, _ = _without_titles(right)
    trailing = list(takewhile(lambda word: word.islower() and word in _set("particles"), reversed(given)))
    given, family = given[: len(given) - len(trailing)], [*reversed(trailing), *family]
    names = 1 <= len(given) <= 3 and 1 <= len(family) <= 5 and _take_apart(given) and _take_apart(family)
    if not names or {folded(word) for word in given} & _set("not_a_name") or not _is_family(family, given):
        return PersonName(name, name, None)
    return _named(given, family)


def _is_family(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether what stands before a comma is a family name, and not a whole name with a place or a trade behind it."""
    core = [word for word in left if not _is_particle(word)]
    loud = all(word.isupper() for word in left) and not all(word.isupper() for word in right)
    return len(core) < 2 or loud or folded(right[0]) in _set("compound_first") | _set("compound_second")


def _named(given: Sequence[str], family: Sequence[str]) -> PersonName:
    muttered = all(not _has_case(word) or word.islower() for word in (*given, *family))
    first, last = " ".join(given), " ".join(family) or None
    if _is_initial(given[0]):
        return PersonName(" ".join((*given, *family)), first, last)
    both = len(given) > 1 and (_go_together(given[0], given[1]) or (_is_patronymic(given[1]) and not family))
    called = " ".join(_recased(word, muttered=muttered) for word in given[: 2 if both else 1])
    return PersonName(called, first, last)


def _split(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]] | None:
    """Given names and family names; None where it cannot be told which is which."""
    if len(words) == 1:
        return None if _is_initial(words[0]) or folded(words[0]) in _set("not_first") else (words, ())
    by_sign = _split_by_capitals(words) or _split_by_patronymic(words)
    if by_sign is not None:
        return by_sign
    first, second = folded(words[0]), folded(words[1])
    if (
        _is_initial(words[0]) or words[0].endswith(".") or first in _set("not_first")
        or first in _set("family_first") or {folded(word) or word for word in words} & _set("and")
        or _surname_comes_first(words)
    ):
        return None
    at = next((place for place, word in enumerate(words[1:], 1) if _is_particle(word)), None)
    if at == 1 and first in _set("devotional") and second in _set("devotional_particles"):
        return None
    if (at is not None and at > 2) or (at is None and len(words) > 4):
        return None
    if len(words) > 2 and at != 1 and (_go_together(words[0], words[1]) or _is_initial(words[1])):
        return words[:2], words[2:]
    if at is None and len(words) == 4:
        return None
    return words[:1], words[1:]


def _split_by_capitals(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]] | None:
    """`DOE Jane` and `Jane van DOE`: whoever writes one name in capitals means the family's."""
    loud = [word.isupper() and sum(map(str.isalpha, word)) > 2 for word in words]
    if all(loud) or not any(loud):
        return None
    calm = [place for place, is_loud in enumerate(loud) if not is_loud]
    if loud[0] and calm == list(range(calm[0], len(words))):
        given, family = words[calm[0]:], words[: calm[0]]
    elif loud[-1] and calm == list(range(calm[-1] + 1)):
        given = list(takewhile(lambda word: not _is_particle(word), words[: calm[-1] + 1]))
        family = words[len(given):]
    else:
        return None
    return (given, family) if 0 < len(given) <= 3 else None


def _split_by_patronymic(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]] | None:
    """`Иван Петрович Сидоров`, and `Сидоров Иван Петрович`: the father's name stands behind one's own."""
    if len(words) == 3 and _is_patronymic(words[1]):
        return words[:2], words[2:]
    if len(words) == 3 and _is_patronymic(words[2]) and (_is_surname(words[0]) or words[0].isascii()):
        return words[1:], words[:1]
    if len(words) == 2 and _is_patronymic(words[1]) and not words[1].isascii():
        return words, ()
    return None


def _surname_comes_first(words: Sequence[str]) -> bool:
    """In Russian lists it often does: only a surname in its usual place is one."""
    return _script(words) == "CYRILLIC" and _is_surname(words[0])


def _is_surname(word: str) -> bool:
    lowered = word.casefold()
    return lowered not in _set("russian_given") and lowered.endswith(tuple(_set("russian_surname_endings")))


def _is_patronymic(word: str) -> bool:
    return word.casefold().endswith(tuple(_set("patronymic_endings")))


def _is_particle(word: str) -> bool:
    lowered = word.casefold()
    return lowered in _set("particles") or lowered.startswith(("al-", "el-", "d'", "d’", "аль-", "эль-"))


def _is_initial(word: str) -> bool:
    return _INITIALS.fullmatch(word) is not None


def _go_together(one: str, other: str) -> bool:
    """Whether two names are one first name: María José."""
    return folded(one) in _set("compound_first") and folded(other) in _set("compound_second")


def _undecorated(name: str) -> str:
    """Without nicknames in brackets, pictures, and what stands behind a bar or a dash."""
    text = _BRACKETED.sub(" ", name)
    if not text.isascii():
        pictures = [each in _SKIN_TONES or unicodedata.category(each) in ("So", "Cn", "Co") for each in text]
        text = "".join(" " if gone else each for each, gone in zip(text, pictures, strict=True))
        text = _LEFT_OVER.sub("", text)
    return " ".join((_DECORATION.sub("", text).strip() or text).split()) or name


def _says_no_name(words: Sequence[str]) -> bool:
    """Whether what stands behind a comma is a degree, a pronoun, a trade or a place."""
    lowered = [word.casefold() for word in words]
    return all(
        word in _set("suffixes") or word in _set("not_a_name") or "/" in word or re.search(r"\d", word)
        for word in lowered
    ) or any(word in _set("not_a_name") for word in lowered)


def _without_titles(words: Sequence[str]) -> tuple[list[str], bool]:
    """Without titles before and degrees behind, and whether one of them was how a stranger is addressed."""
    rest, titled = list(words), False
    while len(rest) > 1 and (_is_title(rest[0]) or (len(rest) < len(words) and _goes_on(rest[0]))):
        titled = titled or rest[0].casefold() in _set("gender_titles")
        titled = titled or len(rest) == 2
        rest.pop(0)
    while len(rest) > 1 and _trails(rest[-1], len(rest)):
        rest.pop()
    return rest, titled


def _is_title(word: str) -> bool:
    return all(part in _set("titles") for part in _title_parts(word.casefold()))


def _goes_on(word: str) -> bool:
    """Whether a word behind a title belongs to it: `Dr. med.`, `Dr. rer. nat.`, `dr hab. inż.`."""
    return word.islower() and word.endswith(".") and not _is_initial(word)


def _title_parts(word: str) -> list[str]:
    """`Prof.Dr.` is two titles without a space between them."""
    return [word] if word in _set("titles") else [part for part in re.split(r"(?<=\.)", word) if part]


def _trails(word: str, words: int) -> bool:
    lowered = word.casefold()
    degree = lowered in _set("suffixes") and (
        lowered not in _set("only_after_comma") and (word[-1] == "." or word != lowered or words > 2)
    )
    return degree or "/" in word or word.isdigit()


def _take_apart(words: Sequence[str]) -> bool:
    """Whether these are words of names in a script whose names mostly begin with the first one."""
    return bool(words) and all(map(_NAME_WORD.fullmatch, words)) and _script(words) in _FIRST_NAMES_FIRST


def _script(words: Sequence[str]) -> str | None:
    """The script in which all letters are; None for more than one."""
    if "".join(words).isascii():
        return "LATIN"
    scripts = {unicodedata.name(each, "?").partition(" ")[0] for word in words for each in word if each.isalpha()}
    scripts.discard("MODIFIER")
    return scripts.pop() if len(scripts) == 1 else None


def _recased(word: str, *, muttered: bool) -> str:
    """A first name as it is written in a letter: not shouted, not in small letters throughout."""
    if _TURKISH.search(word) or not _has_case(word):
        return word
    shouted = word.isupper() and sum(map(str.isalpha, word)) > 2
    return word.title() if shouted or (muttered and word.islower()) else word


def _has_case(word: str) -> bool:
    return word.upper() != word.lower()


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fitted(text: str, *, at_space: bool = False) -> str:
    """The text within the limit, cut between what a reader takes for characters, or at a space if there is one."""
    if _units(text) <= NAME_PART_UNITS:
        return text
    at = max(place for place in range(NAME_PART_UNITS + 1) if _units(text[:place]) <= NAME_PART_UNITS)
    space = text.rfind(" ", 0, at + 1)
    if at_space and space > 0:
        return text[:space].strip()
    while at > 1 and _joined(text[at - 1], text[at]):
        at -= 1
    return text[:at].strip()


def _joined(one: str, other: str) -> bool:
    """Whether two code points belong to one character: a mark, a joiner, a skin tone, the halves of a flag."""
    flags = "\U0001f1e6" <= one <= "\U0001f1ff" and "\U0001f1e6" <= other <= "\U0001f1ff"
    tone = "\U0001f3fb" <= other <= "\U0001f3ff"
    return flags or tone or "\u200d" in (one, other) or unicodedata.category(other)[0] == "M"


@cache
def _set(of_what: str) -> frozenset[str]:
    lists: dict[str, str] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    return frozenset(lists[of_what].split())


def address(email: str | None, *, candidate_id: int, job_id: int, synthetic_domain: str | None) -> str:
    """The e-mail to invite under; without one, a synthetic address that is the same every time.

    Raises `CANDIDATE_EMAIL_REQUIRED` when there is none and none may be made up (`synthetic_domain` is None).
    """
    if email:
        return email
    if synthetic_domain is None:
        raise Problem(
            "CANDIDATE_EMAIL_REQUIRED",
            f"Candidate {candidate_id} has no e-mail address, and this service may not make one up. Give one.",
            {"candidate_id": candidate_id},
        )
    return f"candidate-{candidate_id}-job-{job_id}@{synthetic_domain}"
