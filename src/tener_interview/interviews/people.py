"""The address a candidate is invited under, and names where they are not to be known."""

from __future__ import annotations

import re

from ..errors import Problem


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
