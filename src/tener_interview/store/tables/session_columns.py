"""SQL of columns of `interview_sessions`: expressions for the list status and the order of the leaderboard, and the
fields of lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ...languages.spelling import fold_text, word_variants
from ..decision_records import UNDECIDED
from ..records import ENDED, NEEDS_REVIEW, RANKED, WAITING
from .dialect import Dialect

#: Fields whose column has another name: the columns are part of the stored data and stay as they are.
COLUMN_OF = {
    "list_status": "listed_as",
    "link_not_returned": "start_unanswered",
    "in_progress_at": "started_at",
    "first_activity_at": "begun_at",
    "judge_result_version": "judged_version",
    "scoring_versions": "judged_by",
    "question_set": "ranking_group",
    "invited_plan_version": "plan_version",
}

#: The time of the store's clock.
NOW_MS = "(SELECT now_ms())"


def with_expiry(status: str) -> str:
    """The status in a column, but `expired` when the link expired before the candidate opened it."""
    return f"CASE WHEN {status} = 'invited' AND link_expires_at <= {NOW_MS} THEN 'expired' ELSE {status} END"


#: The status of a session in lists and counts.
LIST_STATUS_SQL = with_expiry("listed_as")

#: For a list status, the stored `listed_as` values that it can come from; default: the same value.
_LISTED_AS = {"expired": ("invited", "expired")}
SECTION = f"""CASE
    WHEN total_score IS NOT NULL THEN '{RANKED}'
    WHEN review_reason IS NOT NULL THEN '{NEEDS_REVIEW}'
    WHEN {LIST_STATUS_SQL} IN ('created', 'invited', 'in_progress', 'completed') THEN '{WAITING}'
    ELSE '{ENDED}' END"""

#: The sort key of a leaderboard before the total score. With a total: 0 if it is not the machine's or if technical and
#: soft skills were both scored, 1 for one of them, 2 for neither. Then come sessions that need review, wait, or ended.
RANK_TIER = """CASE
    WHEN total_score IS NOT NULL AND total_source <> 'machine' THEN 0
    WHEN total_score IS NOT NULL THEN CASE WHEN technical_score IS NULL THEN 1 ELSE 0 END
        + CASE WHEN soft_skills_score IS NULL THEN 1 ELSE 0 END
    WHEN review_reason IS NOT NULL THEN 3
    WHEN status IN ('created', 'in_progress', 'completed') THEN 4
    WHEN status = 'invited' THEN 5
    ELSE 6 END"""
#: Each question set is ranked by itself, the latest version of the plan first: a later one has a higher number, hence
#: the minus. Sessions without a total follow.
QUESTION_SET_ORDER = "CASE WHEN total_score IS NOT NULL THEN -coalesce(ranking_group, 0) ELSE 1 END"
#: Among unopened links the longest-lived come first, so expired ones are next to the sessions that ended.
_LINK_EXPIRY_ORDER = "CASE WHEN total_score IS NULL AND status = 'invited' THEN -link_expires_at END"

#: The order of a leaderboard; it keeps each section together. The index `leaderboard_order` matches it.
BEST_FIRST = f"""{QUESTION_SET_ORDER}, {RANK_TIER}, total_score DESC NULLS LAST,
    {_LINK_EXPIRY_ORDER} NULLS FIRST, candidate_id"""
#: The ranked sessions in reverse, followed by those without a rank.
LAST_FIRST = f"""total_score IS NULL, {QUESTION_SET_ORDER} DESC,
    CASE WHEN total_score IS NULL THEN {RANK_TIER} ELSE -({RANK_TIER}) END,
    total_score NULLS FIRST, {_LINK_EXPIRY_ORDER} NULLS FIRST,
    CASE WHEN total_score IS NULL THEN candidate_id ELSE -candidate_id END"""


def list_status_condition(status: str) -> tuple[str, list[object]]:
    """An SQL condition, and its values, for sessions with this list status."""
    listed = listed_values([status])
    return f"(listed_as IN ({', '.join('?' * len(listed))}) AND {LIST_STATUS_SQL} = ?)", [*listed, status]


def listed_values(statuses: Iterable[str]) -> tuple[str, ...]:
    """The values of `listed_as` that sessions with these list statuses can have."""
    return tuple(dict.fromkeys(listed for status in statuses for listed in _LISTED_AS.get(status, (status,))))


def word_condition(word: str, dialect: Dialect) -> tuple[str, list[object]]:
    """An SQL condition, and its values, for sessions of a candidate whose name contains this word, in any spelling of
    either, or whose id it is."""
    variants = word_variants(word)
    part = dialect.contains_text("candidate_spellings")
    in_name = [" AND ".join([part] * len(parts)) for parts in variants]
    condition = f"({' OR '.join([*in_name, 'CAST(candidate_id AS TEXT) = ?'])})"
    return condition, [*(part for parts in variants for part in parts), fold_text(word)]


def decision_condition(decision: str) -> tuple[str, list[object]]:
    """An SQL condition, and its values, for sessions with this decision, or with none if it is `none`."""
    return ("decision IS NULL", []) if decision == UNDECIDED else ("decision = ?", [decision])


#: Fields of lists that are not a column of the same name.
_EXPRESSIONS = {**COLUMN_OF, "status": LIST_STATUS_SQL, "section": SECTION, "rank_tier": RANK_TIER}


def columns(row: type[NamedTuple]) -> str:
    """The SELECT list for a row type."""
    return ", ".join(_EXPRESSIONS.get(name, name) for name in row._fields)
