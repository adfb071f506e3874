"""Searching the candidates of the main system's SQLite file, by what it knows of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from . import rows
from .protocol import MatchedCandidate
from .sqlite_tables import HAS_ID, StoredId, ids_json, match_tables, plain_id, require_columns

#: The columns in which a search looks for parts of words.
_SEARCH_COLUMNS = ("full_name", "headline", "location", "languages", "skills")


def search_index(db: sqlite3.Connection, matched: list[StoredId]) -> rows.SearchIndex[StoredId]:
    """What a search among these candidates looks in."""
    return _index(db, _SEARCH_COLUMNS, "id IN (SELECT value FROM json_each(?))", (ids_json(matched),))


def name_index(db: sqlite3.Connection) -> rows.SearchIndex[StoredId]:
    """What a search among all candidates looks in: their names and e-mail addresses."""
    return _index(db, ("full_name",), HAS_ID, ())


def _index(
    db: sqlite3.Connection, text_columns: Sequence[str], condition: str, values: Sequence[str]
) -> rows.SearchIndex[StoredId]:
    names = require_columns(db, "candidates")
    # As bytes: SQLite passes text to Python as it is only then, and not every program writes UTF-8.
    columns = [f"CAST({name} AS BLOB)" if name in names else "NULL" for name in ("email", *text_columns)]
    text_rows = db.execute(f"SELECT id, {', '.join(columns)} FROM candidates WHERE {condition}", values)  # noqa: S608 - our own names
    texts, ids_by_email = dict[StoredId, str](), dict[str, set[StoredId]]()
    for stored_id, email, *raw_texts in text_rows:
        candidate_id = plain_id(stored_id)
        texts[candidate_id] = rows.search_text(int(stored_id), *map(_searchable, raw_texts))
        if key := rows.email_key(rows.text(email)):
            ids_by_email.setdefault(key, set()).add(candidate_id)
    return rows.SearchIndex(texts, ids_by_email)


def _searchable(raw: bytes | None) -> str | None:
    """A column as text. A list written as JSON may hold `\\u00e9` for é."""
    if raw is not None and b"\\" in raw:
        return "\n".join(rows.string_list(raw))
    return rows.text(raw)


def matches_of(db: sqlite3.Connection, ids: Sequence[StoredId], titles: Mapping[int, str]) -> list[MatchedCandidate]:
    """The jobs of these candidates, of those with a title here, in the order of the ids."""
    selects = []
    for table in match_tables(db):
        require_columns(db, table)
        selects.append(f"SELECT job_id, candidate_id FROM {table} WHERE candidate_id IN wanted")  # noqa: S608
    match_rows = db.execute(
        "WITH wanted AS (SELECT value FROM json_each(?))"  # noqa: S608 - our own names
        f" SELECT job_id, id, full_name FROM ({' UNION '.join(selects)}) JOIN candidates ON id = candidate_id",
        (ids_json(ids),),
    )
    order = {int(id_): position for position, id_ in enumerate(ids)}
    matches = {
        MatchedCandidate(job_id, titles[job_id], candidate.candidate_id, candidate.full_name)
        for row in match_rows
        if (job_id := rows.require_id(dict(row), "job_id", "a match")) in titles
        for candidate in [rows.parse_candidate({"candidate_id": row["id"], "full_name": row["full_name"]})]
    }
    return sorted(matches, key=lambda match: (order[match.candidate_id], -match.job_id))
