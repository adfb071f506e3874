"""Constants for the scripts of the pages, as JSON inside the page: labels, actions allowed with each status, limits of
requests, default sort orders. The scripts hold no copies of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from ..domain.candidates.find_candidates import SOON_MS
from ..domain.candidates.lists.people import GENERATED_IDS
from ..domain.decisions.decisions import STILL_ANSWERING
from ..domain.messages.reminder_times import RECENT_MESSAGE_MS
from ..domain.messages.sending import MAX_RECIPIENTS
from ..domain.messages.templates import MAX_COMPANY_CHARS, MAX_SUBJECT_CHARS, MAX_TEXT_CHARS
from ..domain.notifications.attention import DISAGREEMENT_POINTS
from ..domain.refresh.review_reasons import CONSENT_MISSING, CONSENT_REFUSED
from ..domain.reviews import content as reviews
from ..domain.reviews.totals import HIGHEST_RATING, LOWEST_RATING
from ..domain.sessions.status import ALLOWED, FINAL, Status
from ..languages.language import language_codes
from ..plans import plan
from ..plans.drafting import MAX_DRAFTED_QUESTIONS, MIN_DRAFTED_QUESTIONS
from ..plans.library_drafter import DIMENSION_WEIGHTS
from ..store.message_records import REMINDERS
from ..web.request import Request
from ..web.shape import shape_schema
from .body_limits import MAX_LIST_BYTES, MAX_PLAN_BYTES
from .candidate_lists import ListBody
from .candidates import default_order
from .comparison import CompareQuery
from .decision_reasons import ReasonBody
from .decisions import DecisionBody
from .desk_texts import DESK_TEXTS
from .leaderboard import LeaderboardQuery
from .overrides import OverrideBody
from .plans import TryBody
from .recommendations import RecommendationBody
from .reviews import WorkListQuery
from .sessions import CorrectionBody
from .shares import ShareBody
from .steps import StepBody

_LABELS = Path(__file__).with_name("labels.json")
#: Requests whose limits the pages check before they send them.
_REQUESTS: Mapping[str, type[Any]] = {
    "comparison": CompareQuery, "correction": CorrectionBody, "decision": DecisionBody, "decision_reason": ReasonBody,
    "leaderboard": LeaderboardQuery, "list": ListBody, "override": OverrideBody, "plan_try": TryBody,
    "share": ShareBody, "step": StepBody,
}
#: The members of a JSON Schema that are limits or defaults.
_LIMITS = ("minimum", "maximum", "minItems", "maxItems", "maxLength", "default")


def page_constants(page: str, request: Request) -> str:
    """Return the constants of a page, with labels in the language of its reader."""
    return _constants(page, DESK_TEXTS.choose(request))


@cache
def _constants(page: str, language: str) -> str:
    of_page = {"dashboard": dashboard_constants, "reviews": review_constants, "shortlist": shortlist_constants}
    return of_page[page](language)


def labels(language: str = "en") -> dict[str, Any]:
    """Return the labels of statuses, flags, recommendations and so on, by their codes in the API."""
    by_kind: dict[str, Any] = json.loads(_LABELS.read_text("utf-8"), object_hook=partial(_translate_labels, language))
    return by_kind


def _translate_labels(language: str, words: dict[str, Any]) -> dict[str, Any]:
    """Return an object of the labels with its texts in a language."""
    return {
        code: DESK_TEXTS.translate(word, language) if isinstance(word, str) else word for code, word in words.items()
    }


def shortlist_constants(language: str = "en") -> str:
    """Return the constants of the page of a shared shortlist: its labels, and the limits of a recommendation."""
    words = labels(language)
    kinds = (
        "answers", "dimensions", "flags", "groups", "other_states", "recommendations", "score_parts", "total_sources",
    )
    return script_json({
        **{kind: words[kind] for kind in kinds},
        "statuses": _statuses(words["statuses"]),
        "limits": {"recommendation": _limits(RecommendationBody)},
    })


def review_constants(language: str = "en") -> str:
    """Return the constants of the pages of reviewers: labels, the scale of ratings, and limits."""
    words = labels(language)
    kinds = ("answers", "dimensions", "flags", "groups", "other_states", "recommendations", "score_parts")
    return script_json({
        **{kind: words[kind] for kind in kinds},
        "statuses": _statuses(words["statuses"]),
        "review": _review_limits(words),
        "limits": {"work_list": _limits(WorkListQuery)},
    })


def _review_limits(words: Mapping[str, Any]) -> dict[str, Any]:
    """How people rate and recommend, and the limits of a review."""
    return {
        "recommendations": words["review_recommendations"],
        "no_decision": reviews.NO_DECISION,
        "states": words["review_states"],
        "ratings": words["ratings"],
        "limits": {
            "rating": {"minimum": LOWEST_RATING, "maximum": HIGHEST_RATING},
            "reason": {"maximum": reviews.MAX_REASON_CHARS},
            "note": {"maximum": reviews.MAX_NOTE_CHARS},
            "quote": {"maximum": reviews.MAX_QUOTE_CHARS},
            "notes": {"maximum": reviews.MAX_NOTES},
        },
    }


def dashboard_constants(language: str = "en") -> str:
    """Return the constants of the dashboard: all labels, sort orders and limits."""
    words = labels(language)
    return script_json({
        **words,
        "statuses": _statuses(words["statuses"]),
        "sorts": {
            sort: {"label": label, "order": default_order(sort)}
            for sort, label in words["sorts"].items()
        },
        "limits": {name: _limits(request) for name, request in _REQUESTS.items()},
        "plan": _plan_limits(),
        "review": _review_limits(words),
        "messages": {
            "max_recipients": MAX_RECIPIENTS,
            "max_company_chars": MAX_COMPANY_CHARS,
            "max_subject_chars": MAX_SUBJECT_CHARS,
            "max_text_chars": MAX_TEXT_CHARS,
            "recent_ms": RECENT_MESSAGE_MS,
            "reminder_kinds": REMINDERS,
        },
        # By the reason that a session gives.
        "consent_reasons": {
            CONSENT_MISSING: words["consent_reasons"]["missing"],
            CONSENT_REFUSED: words["consent_reasons"]["refused"],
        },
        "link_expires_soon_ms": SOON_MS,
        "points_apart": DISAGREEMENT_POINTS,
        "list_file_bytes": MAX_LIST_BYTES,
        "first_own_candidate_id": GENERATED_IDS.start,
    })


def _plan_limits() -> dict[str, Any]:
    """The limits of a plan, and what a plan and a question begin with."""
    new = plan.PlanQuestion("", "", "")
    return {
        "limits": {
            "name": plan.MAX_NAME_CHARS,
            "competencies": plan.MAX_COMPETENCIES,
            "competency_name": plan.MAX_COMPETENCY_NAME_CHARS,
            "questions": plan.MAX_QUESTIONS,
            "title": plan.MAX_TITLE_CHARS,
            "description": plan.MAX_DESCRIPTION_CHARS,
            "weight": plan.MAX_QUESTION_WEIGHT,
            "time_limit_s": {"minimum": plan.MIN_TIME_LIMIT_S, "maximum": plan.MAX_TIME_LIMIT_S},
            "thinking_time_s": {"maximum": plan.MAX_THINKING_TIME_S},
            "key_points": plan.MAX_KEY_POINTS,
            "keywords": plan.MAX_KEYWORDS,
            "phrase": plan.MAX_PHRASE_CHARS,
            "reference_answers": plan.MAX_REFERENCES,
            "reference_answer": plan.MAX_REFERENCE_CHARS,
            "anchor": plan.MAX_ANCHOR_CHARS,
            "drafted_questions": {"minimum": MIN_DRAFTED_QUESTIONS, "maximum": MAX_DRAFTED_QUESTIONS},
        },
        "default_weights": DIMENSION_WEIGHTS,
        "default_time_limit_s": new.time_limit_s,
        "default_thinking_time_s": new.thinking_time_s,
        "languages": language_codes(),
        "file_bytes": MAX_PLAN_BYTES,
    }


def _statuses(words: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return each status with its label, its allowed actions, whether it is final and can be decided about."""
    return {
        status: {
            **words[status],
            "actions": [action for action, allowed in ALLOWED.items() if status in allowed],
            "final": status in FINAL,
            "decidable": status not in STILL_ANSWERING,
        }
        for status in Status
    }


def script_json(constants: Mapping[str, Any]) -> str:
    """Return JSON that is safe inside a `<script type="application/json">`."""
    # Escaping "<" keeps any tag from starting inside it (HTML Standard, 4.12.1.3 Restrictions for script elements).
    return json.dumps(constants, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _limits(request: type[Any]) -> dict[str, dict[str, Any]]:
    fields: dict[str, dict[str, Any]] = shape_schema(request)["properties"]
    by_field = {name: _field_limits(schema) for name, schema in fields.items()}
    return {name: limits for name, limits in by_field.items() if limits}


def _field_limits(schema: dict[str, Any]) -> dict[str, Any]:
    # An optional field is `anyOf` the type with its limits and null.
    flat = {**schema.get("anyOf", [{}])[0], **schema}
    return {name: flat[name] for name in _LIMITS if name in flat}
