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
