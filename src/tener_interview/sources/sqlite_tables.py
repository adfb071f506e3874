"""The main system's tables in its SQLite file, whichever of them and of their columns exist."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

#: Table -> column -> its name in a row as `rows` reads it. Any other column is ignored.
COLUMNS: dict[str, dict[str, str]] = {
    "jobs": {
        "id": "id", "title": "title", "jd_text": "jd_text", "location": "location",
        "preferred_languages": "preferred_languages", "seniority": "seniority", "created_at": "created_at",
        "company": "company", "must_have_skills": "must_have_skills", "nice_to_have_skills": "nice_to_have_skills",
        "questionable_skills": "questionable_skills", "job_state": "job_state", "archived_at": "archived_at",
        "paused_at": "paused_at", "pause_reason": "pause_reason",
    },
    "candidates": {
        "id": "candidate_id", "full_name": "full_name", "headline": "headline", "location": "location",
        "languages": "languages", "skills": "skills", "years_experience": "years_experience",
        "linkedin_id": "linkedin_id", "email": "email",
    },
}
#: Tables that match candidates to jobs, the newer one first. A migrated file may have both: then both are read, and
#: the newer one wins for the same pair.
MATCH_TABLES = ("job_candidates", "candidate_job_matches")
#: Newer files have a culture profile for each job in it, as JSON.
CULTURE_TABLE = "job_culture_profiles"
_MATCH_COLUMNS = ("candidate_id", "score", "status")
REQUIRED: dict[str, frozenset[str]] = {
    "jobs": frozenset({"id", "title"}),
    "candidates": frozenset({"id", "full_name"}),
    **dict.fromkeys(MATCH_TABLES, frozenset({"job_id", "candidate_id"})),
}
#: A candidate's id is a number, or text that is one.
HAS_ID = (
    "(typeof(candidates.id) = 'integer' OR (typeof(candidates.id) = 'text'"
    " AND candidates.id GLOB '[0-9]*' AND candidates.id NOT GLOB '*[^0-9]*'))"
)
#: The id of a candidate as stored, but a number where it is text that is how this number is written.
StoredId = int | str


class MissingTable(Exception):
    """A table or column is missing. The text is the end of a sentence that says which."""


def ids_json(ids: Collection[StoredId]) -> str:
    """Ids as JSON for `IN`, which distinguishes a number from the same digits in text."""
    return json.dumps([*ids, *map(str, ids)])


def plain_id(stored: StoredId) -> StoredId:
    """The number that an id is, unless it is text that writes it otherwise, such as `007`."""
    return int(stored) if str(int(stored)) == str(stored) else stored


def matches_clause(db: sqlite3.Connection) -> str:
    """The WITH clause of `matches`: candidate, score and status of everybody matched to `:job_id`."""
    tables = match_tables(db)
    selects = []
    for position, table in enumerate(tables):
        names = require_columns(db, table)
        columns = ", ".join(name if name in names else f"NULL AS {name}" for name in _MATCH_COLUMNS)
        newer = "".join(
            f" AND candidate_id NOT IN (SELECT candidate_id FROM {newer_table}"  # noqa: S608 - our own names
            " WHERE job_id = :job_id AND candidate_id IS NOT NULL)"
            for newer_table in tables[:position]
        )
        selects.append(f"SELECT {columns} FROM {table} WHERE job_id = :job_id{newer}")  # noqa: S608 - our own names
    return f"WITH matches AS ({' UNION ALL '.join(selects)})"


def match_tables(db: sqlite3.Connection) -> list[str]:
    """Those of `MATCH_TABLES` that exist. Raises MissingTable without any."""
    tables = [table for table in MATCH_TABLES if column_names(db, table)]
    if not tables:
        raise MissingTable(f"it has no table `{'` and no table `'.join(MATCH_TABLES)}`")
    return tables


def column_names(db: sqlite3.Connection, table: str) -> set[str]:
    """The lower-case names of a table's columns; none for a missing table."""
    return {str(row["name"]).lower() for row in db.execute("SELECT name FROM pragma_table_xinfo(?)", (table,))}


def require_columns(db: sqlite3.Connection, table: str) -> set[str]:
    """The same for a required table. Raises MissingTable when it or a required column is missing."""
    names = column_names(db, table)
    if not names:
        raise MissingTable(f"it has no table `{table}`")
    missing = sorted(REQUIRED[table] - names)
    if missing:
        raise MissingTable(f"its table `{table}` has no column `{'`, `'.join(missing)}`")
    return names


def select_list(table: str, names: set[str]) -> str:
    """What to select of those columns that exist, under the names that `rows` reads."""
    return ", ".join(f'{table}."{column}" AS "{name}"' for column, name in COLUMNS[table].items() if column in names)
