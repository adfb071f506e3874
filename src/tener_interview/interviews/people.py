"""How a candidate is named and addressed towards the provider."""

from __future__ import annotations

import re
import unicodedata

from ..errors import Problem

#: The provider's limit for each part of a name, after trimming.
NAME_PART_CHARS = 50


def tidy_name(name: str | None, candidate_id: int) -> str:
    """A name on one line, without control characters; `Candidate 42` for one without a name."""
    visible = "".join(
        " " if unicodedata.category(each) in ("Cc", "Zl", "Zp", "Zs") else each
        for each in name or ""
        if each not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" and not "\ud800" <= each <= "\udfff"
    )
    # Joiners, marks and the like show only beside something that shows by itself.
    shows = any(unicodedata.category(each)[0] in "LNPS" for each in visible)
    return re.sub(" +", " ", visible).strip() if shows else f"Candidate {candidate_id}"


def name_parts(name: str) -> tuple[str, str | None]:
    """First and last name, at most 50 characters each; a single word has no last name."""
    first, _, last = name.partition(" ")
    return first[:NAME_PART_CHARS], last[:NAME_PART_CHARS].strip() or None


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


def initials(name: str) -> str:
    """`J. D.` for Jane Doe: the first letter of every word, in any script."""
    firsts = (re.search(r"[^\W_]", word) for word in name.split())
    return " ".join(f"{first[0].title()}." for first in firsts if first)


def name_words(name: str) -> set[str]:
    """The words of a name by which a person can be known, as they are written."""
    return {word for word in re.findall(r"[^\W_]+", name) if len(word) > 1 and not word.isdigit()}


def name_masked(text: str, name: str) -> str:
    """The text with a person's name shortened wherever it is said: `I am J··· D··`. No character is added or taken.

    The whole name is found however it is written, `jane.doe@` too; one word of it only where it is written as a name,
    because many names are words as well. A nickname or an inflected form is not known to be the person's name.
    """
    words = name_words(name)
    if not words:
        return text
    parts = [re.escape(word) for word in re.findall(r"[^\W_]+", name)]
    whole = ["(?i:" + r"[\W_]*".join(parts) + ")"] if len(parts) > 1 else []
    spellings = {form for word in words for form in (word, word.capitalize(), word.upper())}
    single = [_alone(form) for form in sorted(spellings, key=len, reverse=True)]
    return re.sub("|".join([*whole, *single]), lambda found: _shortened(found[0]), text)


def _alone(word: str) -> str:
    """A word by itself; scripts without letter case put no spaces between words either."""
    return rf"(?<!\w){re.escape(word)}(?!\w)" if word.lower() != word.upper() else re.escape(word)


def _shortened(said: str) -> str:
    return re.sub(r"[^\W_]+", lambda word: word[0][0] + "·" * (len(word[0]) - 1), said)
