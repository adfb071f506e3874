"""What the scripts of the pages have to know of this service's rules, as JSON inside the page: labels, and what may be
done in which state, limits of requests, orders. The scripts hold no copy of any of it."""

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
#: The requests whose limits the pages keep to before they send anything.
_REQUESTS: Mapping[str, type[Any]] = {
    "comparison": CompareQuery, "correction": CorrectionBody, "leaderboard": LeaderboardQuery, "list": ListBody,
    "share": ShareBody, "step": StepBody,
}
#: Of a field's JSON Schema, what is a limit or a default.
_LIMITS = ("minimum", "maximum", "minItems", "maxItems", "maxLength", "default")


def labels() -> dict[str, Any]:
    """What statuses, flags, recommendations and the like are called, by their codes in the API."""
    found: dict[str, Any] = json.loads(_LABELS.read_text("utf-8"))
    return found


def shortlist_rules() -> str:
    """What the page of a shared shortlist has to know: the labels of what it shows."""
    words = labels()
    shown = ("answers", "dimensions", "flags", "groups", "other_states", "recommendations", "score_parts")
    return _in_script({name: words[name] for name in shown} | {"statuses": _statuses(words["statuses"])})


def dashboard_rules() -> str:
    """What the dashboard has to know: all labels, and what it may ask for."""
    words = labels()
    return _in_script({
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
    """Each status with its label, what may be done in it, and whether it is final."""
    return {
        status: {
            **words[status],
            "actions": [action for action, allowed in ALLOWED.items() if status in allowed],
            "final": status in ENDED,
        }
        for status in Status
    }


def _in_script(rules: Mapping[str, Any]) -> str:
    """JSON that may stand between the tags of a `<script type="application/json">`."""
    # No tag can begin inside of it (HTML Standard, 4.12.1.3 Restrictions for contents of script elements).
    return json.dumps(rules, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _limits(request: type[Any]) -> dict[str, dict[str, Any]]:
    fields: dict[str, dict[str, Any]] = shape_schema(request)["properties"]
    found = {name: _limits_of(schema) for name, schema in fields.items()}
    return {name: limits for name, limits in found.items() if limits}


def _limits_of(schema: dict[str, Any]) -> dict[str, Any]:
    """An optional field has its limits beside `null`."""
    flat = {**schema.get("anyOf", [{}])[0], **schema}
    return {name: flat[name] for name in _LIMITS if name in flat}
