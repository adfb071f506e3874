"""Interview plans for tests."""

from __future__ import annotations

from typing import Any

QUESTION: dict[str, Any] = {
    "id": "debugging",
    "title": "Tell us about a fault in production that you found and mended.",
    "description": "Two or three minutes are enough.",
    "competency": "technical",
    "weight": 2,
    "time_limit_s": 180,
    "thinking_time_s": 30,
    "key_points": [["found the root cause", "root cause"], ["measured the result", "failures fell"]],
    "anchors": {"1": "Guesses.", "3": "Names a cause.", "5": "Shows how the cause was found."},
    "required_keywords": [["logs", "traces"]],
    "optional_keywords": [["alert"]],
    "reference_answers": [],
    "dealbreaker": False,
    "language": None,
    "library_id": None,
    "reason": None,
}

OTHER_QUESTION: dict[str, Any] = {
    **QUESTION,
    "id": "ownership",
    "title": "Tell us about something you took on without being asked.",
    "description": None,
    "competency": "ownership",
    "weight": 1,
    "time_limit_s": 120,
    "thinking_time_s": None,
    "key_points": [["saw the need"], ["carried it through"]],
    "required_keywords": [],
    "optional_keywords": [],
}


def plan_body(**changes: Any) -> dict[str, Any]:
    """Return a complete plan of two questions, as JSON."""
    return {
        "name": "Backend engineer",
        "language": "en",
        "competencies": [
            {"id": "technical", "name": "Technical skills", "weight": 60, "dimension": "technical"},
            {"id": "ownership", "name": "Ownership", "weight": 40, "dimension": "soft_skills"},
        ],
        "bands": {"strong_yes": 80, "yes": 70, "mixed": 50},
        "questions": [QUESTION, OTHER_QUESTION],
        **changes,
    }
