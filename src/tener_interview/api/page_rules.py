"""Rules for the scripts of the pages, as JSON inside the page: labels, actions allowed in each state, limits of
requests, default sort orders. The scripts hold no copies of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..domain.candidates.lists.people import OWN_IDS
from ..domain.candidates.roster import SOON_MS
from ..domain.sessions.states import ALLOWED, ENDED, Status
from ..web.shape import shape_schema
from .comparison import CompareQuery
from .leaderboard import LeaderboardQuery, default_order
from .lists import MAX_BYTES, ListBody
from .sessions import CorrectionBody
from .shares import ShareBody
from .steps import StepBody

_LABELS = Path(__file__).with_name("labels.json")
#: Requests whose limits the pages check before they send them.
_REQUESTS: Mapping[str, type[Any]] = {
    "comparison": CompareQuery, "correction": CorrectionBody, "leaderboard": LeaderboardQuery, "list": ListBody,
    "share": ShareBody, "step": StepBody,
}
#: The members of a JSON Schema that are limits or defaults.
_LIMITS = ("minimum", "maximum", "minItems", "maxItems", "maxLength", "default")


def labels() -> dict[str, Any]:
    """Return the labels of statuses, flags, recommendations and so on, by their codes in the API."""
    by_kind: dict[str, Any] = json.loads(_LABELS.read_text("utf-8"))
    return by_kind


def shortlist_rules() -> str:
    """Return the rules for the page of a shared shortlist: its labels."""
    words = labels()
    kinds = ("answers", "dimensions", "flags", "groups", "other_states", "recommendations", "score_parts")
    return _script_json({kind: words[kind] for kind in kinds} | {"statuses": _statuses(words["statuses"])})


def dashboard_rules() -> str:
    """Return the rules for the dashboard: all labels, sort orders and limits."""
    words = labels()
    return _script_json({
        **words,
        "statuses": _statuses(words["statuses"]),
        "sorts": {
            sort: {"label": label, "order": default_order(None if sort == "rank" else sort)}
            for sort, label in words["sorts"].items()
        },
        "limits": {name: _limits(request) for name, request in _REQUESTS.items()},
        "link_expires_soon_ms": SOON_MS,
        "list_file_bytes": MAX_BYTES,
        "first_own_candidate_id": OWN_IDS.start,
    })


def _statuses(words: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return each status with its label, its allowed actions, and whether it is final."""
    return {
        status: {
            **words[status],
            "actions": [action for action, allowed in ALLOWED.items() if status in allowed],
            "final": status in ENDED,
        }
        for status in Status
    }


def _script_json(rules: Mapping[str, Any]) -> str:
    """Return JSON that is safe inside a `<script type="application/json">`."""
    # Escaping "<" keeps any tag from starting inside it (HTML Standard, 4.12.1.3 Restrictions for script elements).
    return json.dumps(rules, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _limits(request: type[Any]) -> dict[str, dict[str, Any]]:
    fields: dict[str, dict[str, Any]] = shape_schema(request)["properties"]
    by_field = {name: _field_limits(schema) for name, schema in fields.items()}
    return {name: limits for name, limits in by_field.items() if limits}


def _field_limits(schema: dict[str, Any]) -> dict[str, Any]:
    # An optional field is `anyOf` the type with its limits and null.
    flat = {**schema.get("anyOf", [{}])[0], **schema}
    return {name: flat[name] for name in _LIMITS if name in flat}
