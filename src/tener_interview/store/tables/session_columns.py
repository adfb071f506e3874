"""The SQL expressions that derive a session's visible status, leaderboard group and place, and the columns of lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..decision_records import UNDECIDED
from ..records import ENDED, NEEDS_REVIEW, RANKED, WAITING

_NOW_MS = "(SELECT now_ms())"


def with_expiry(status: str) -> str:
    """The status in a column, but `expired` when the link expired before the candidate opened it."""
    return f"CASE WHEN {status} = 'invited' AND link_expires_at <= {_NOW_MS} THEN 'expired' ELSE {status} END"


#: The status of a session in lists and counts.
VISIBLE_STATUS = with_expiry("listed_as")

#: Visible status -> the values of `listed_as` that can become it; any other status only has its own value.
_LISTED_AS = {"expired": ("invited", "expired")}
GROUP = f"""CASE
    WHEN total_score IS NOT NULL THEN '{RANKED}'
    WHEN review_reason IS NOT NULL THEN '{NEEDS_REVIEW}'
    WHEN {VISIBLE_STATUS} IN ('created', 'invited', 'in_progress', 'completed') THEN '{WAITING}'
    ELSE '{ENDED}' END"""

#: The first sort key of a leaderboard. With a total score: 0 if it is a person's or if technical and soft skills were
#: both scored, 1 for one of them, 2 for neither. Then come sessions that need review, that wait, and that ended.
STANDING = """CASE
    WHEN total_score IS NOT NULL AND total_source <> 'machine' THEN 0
    WHEN total_score IS NOT NULL THEN CASE WHEN technical_score IS NULL THEN 1 ELSE 0 END
        + CASE WHEN soft_skills_score IS NULL THEN 1 ELSE 0 END
    WHEN review_reason IS NOT NULL THEN 3
    WHEN status IN ('created', 'in_progress', 'completed') THEN 4
    WHEN status = 'invited' THEN 5
    ELSE 6 END"""
#: Ranked sessions that were asked other questions, or scored by another version of the plan, stand apart, those of the
#: latest version first. The others follow.
RANKING_GROUP = "CASE WHEN total_score IS NOT NULL THEN -coalesce(ranking_group, 0) ELSE 1 END"
#: Among unopened links the longest-lived come first, so expired ones are next to the sessions that ended.
_LINK_EXPIRY_ORDER = "CASE WHEN total_score IS NULL AND status = 'invited' THEN -link_expires_at END"

#: The order of a leaderboard, with its groups together at any moment. The index `leaderboard_order` matches it.
BEST_FIRST = f"{RANKING_GROUP}, {STANDING}, total_score DESC NULLS LAST, {_LINK_EXPIRY_ORDER} NULLS FIRST, candidate_id"
#: The ranked sessions in reverse, followed by those without a rank.
LAST_FIRST = f"""total_score IS NULL, {RANKING_GROUP} DESC,
    CASE WHEN total_score IS NULL THEN {STANDING} ELSE -({STANDING}) END,
    total_score NULLS FIRST, {_LINK_EXPIRY_ORDER} NULLS FIRST,
    CASE WHEN total_score IS NULL THEN candidate_id ELSE -candidate_id END"""


def visible_status_condition(status: str) -> tuple[str, list[object]]:
    """An SQL condition, and its values, for sessions with this visible status."""
    listed = listed_values([status])
    return f"(listed_as IN ({', '.join('?' * len(listed))}) AND {VISIBLE_STATUS} = ?)", [*listed, status]


def listed_values(statuses: Iterable[str]) -> tuple[str, ...]:
    """The values of `listed_as` that sessions with these visible statuses can have."""
    return tuple(dict.fromkeys(listed for status in statuses for listed in _LISTED_AS.get(status, (status,))))


def decision_condition(decision: str) -> tuple[str, list[object]]:
    """An SQL condition, and its values, for sessions with this decision, or with none if it is `none`."""
    return ("decision IS NULL", []) if decision == UNDECIDED else ("decision = ?", [decision])


#: Fields that are derived and not stored in a column.
_DERIVED = {"status": VISIBLE_STATUS, "group": GROUP, "standing": STANDING}


def columns(row: type[NamedTuple]) -> str:
    """The SELECT list for a row type."""
    return ", ".join(_DERIVED.get(name, name) for name in row._fields)
