"""Whether an answer was compared with the criteria and had any of their points, so that it may be called strong."""

from __future__ import annotations

from ..scoring.flags import Flag
from .result import QuestionScore

#: What a quote is about that is close to a reference answer, not to a point.
REFERENCE_QUOTE = "reference answer"


def is_content_assessed(question: QuestionScore) -> bool:
    """Return whether the answer was compared with the criteria; one in another language than theirs was not."""
    return Flag.LANGUAGE_MISMATCH not in question.flags


def lacks_every_point(question: QuestionScore, asked: int | None = None) -> bool:
    """Return whether the criteria list points and none of them was found in the answer's words.

    `asked` is how many they list, if that is known. Without it, those that are quoted count: an answer that shows
    nothing of what happened has none quoted.
    """
    details = question.details
    missing = details.get("missing_key_points")
    if not missing or not is_content_assessed(question):
        return False
    if asked is not None:
        return len(missing) >= asked
    others = {*details.get("matched_keywords", ()), REFERENCE_QUOTE}
    return not any(
        quote.get("part") == "content" and quote.get("about") not in others for quote in details.get("evidence", ())
    )
