"""Whether an answer was compared with the criteria and had any of their points, so that it may be called strong."""

from __future__ import annotations

from ..scoring.flags import Flag
from .result import QuestionScore

#: What a quote is about that is close to a reference answer, not to a point.
REFERENCE_QUOTE = "reference answer"


def is_content_assessed(question: QuestionScore) -> bool:
    """Return whether the answer was compared with the criteria; one in another language than theirs was not."""
    return Flag.LANGUAGE_MISMATCH not in question.flags


def lacks_every_point(question: QuestionScore) -> bool:
    """Return whether the criteria list points and none of them was found in the answer's words."""
    details = question.details
    if not details.get("missing_key_points") or not is_content_assessed(question):
        return False
    others = {*details.get("matched_keywords", ()), REFERENCE_QUOTE}
    return not any(
        quote.get("part") == "content" and quote.get("about") not in others for quote in details.get("evidence", ())
    )
