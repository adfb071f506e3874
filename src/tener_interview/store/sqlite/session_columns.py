"""What to select for sessions in lists: few columns, and what the columns of a session come to, each written once:
its state as it is shown, its group, its place.

`now_ms()` is a function that every connection of the store has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..records import ENDED, NEEDS_REVIEW, RANKED, WAITING

_NOW_MS = "(SELECT now_ms())"


def with_expiry(status: str) -> str:
    """A state, by its column; a link that ran out before the candidate opened it is `expired`, whether or not anybody
    has looked since."""
    return f"CASE WHEN {status} = 'invited' AND link_expires_at <= {_NOW_MS} THEN 'expired' ELSE {status} END"


#: The state of a session in lists and counts.
VISIBLE_STATUS = with_expiry("listed_as")

#: What is shown as this may be listed as any of these; every other state is listed under its own name.
_STORED_AS = {"expired": ("invited", "expired")}
GROUP = f"""CASE
    WHEN total_score IS NOT NULL THEN '{RANKED}'
    WHEN review_reason IS NOT NULL THEN '{NEEDS_REVIEW}'
    WHEN {VISIBLE_STATUS} IN ('created', 'invited', 'in_progress', 'completed') THEN '{WAITING}'
    ELSE '{ENDED}' END"""

#: Where a session stands before anything else is looked at: with a total 0 if both technical and soft skills were
#: scored, 1 for one of them, 2 for neither; then whoever needs a human look, who waits, and who has ended.
STANDING = """CASE
    WHEN total_score IS NOT NULL THEN (technical_score IS NULL) + (soft_skills_score IS NULL)
    WHEN review_reason IS NOT NULL THEN 3
    WHEN status IN ('created', 'in_progress', 'completed') THEN 4
    WHEN status = 'invited' THEN 5
    ELSE 6 END"""
#: Of the links that were not opened those that live longest come first: whoever's ran out is beside who has ended.
_LINK_LIVES = "CASE WHEN total_score IS NULL AND status = 'invited' THEN -link_expires_at END"

#: The order of a leaderboard, group by group at any moment; the index `leaderboard_order` has it.
BEST_FIRST = f"{STANDING}, total_score DESC, {_LINK_LIVES}, candidate_id"
#: The ranked the other way round; who has no rank comes after them as ever.
LAST_FIRST = f"""total_score IS NULL, CASE WHEN total_score IS NULL THEN {STANDING} ELSE -{STANDING} END, total_score,
    {_LINK_LIVES}, CASE WHEN total_score IS NULL THEN candidate_id ELSE -candidate_id END"""


def visible_status_condition(status: str) -> tuple[str, list[object]]:
    """A condition, and its values, for sessions that are shown in this state."""
    stored = listed_values([status])
    return f"(listed_as IN ({', '.join('?' * len(stored))}) AND {VISIBLE_STATUS} = ?)", [*stored, status]


def listed_values(statuses: Iterable[str]) -> tuple[str, ...]:
    """The values of `listed_as` among which those that are shown as these have to be looked for."""
    return tuple(dict.fromkeys(stored for shown in statuses for stored in _STORED_AS.get(shown, (shown,))))


#: Fields that are not a column as it is stored.
_SHOWN = {"status": VISIBLE_STATUS, "group": GROUP, "standing": STANDING}


def columns(row: type[NamedTuple]) -> str:
    """What to select for a row of one of these."""
    return ", ".join(_SHOWN.get(name, name) for name in row._fields)


def listed_columns(row: type[NamedTuple]) -> str:
    """What to select for such rows: the status of a session in a list is what it is listed as."""
    return ", ".join("listed_as AS status" if name == "status" else name for name in row._fields)
