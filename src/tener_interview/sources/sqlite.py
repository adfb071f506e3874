"""The main system's SQLite file as a source of JDs and candidates, opened read-only."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Collection
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TypeVar

from ..errors import Problem
from . import rows
from .culture import culture_statements
from .protocol import Candidate, CandidateFilter, CandidatePage, Job

BUSY_TIMEOUT_S = 3.0

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

_CHECK_PATH = "check TENER_INTERVIEW_SOURCE_DB_PATH"
#: What SQLite's primary result codes mean here (https://www.sqlite.org/rescode.html), as the end of a sentence.
REASONS: dict[int, str] = {
    sqlite3.SQLITE_BUSY: "it is locked by another program; try again in a moment",
    sqlite3.SQLITE_LOCKED: "it is locked by another program; try again in a moment",
    sqlite3.SQLITE_NOTADB: f"it is not a SQLite database; {_CHECK_PATH}",
    sqlite3.SQLITE_CORRUPT: "it is damaged; restore it in the main system",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; let this service read the file and its folder",
    sqlite3.SQLITE_PERM: "it cannot be opened; let this service read the file and its folder",
    sqlite3.SQLITE_READONLY: "its last write was cut short; let the main system open it once to recover",
    sqlite3.SQLITE_IOERR: "the disk failed to read it; check the disk",
}

_T = TypeVar("_T")
Query = Callable[[sqlite3.Connection], _T]


class _MissingTable(Exception):
    """A table or column is missing. The text is the end of a sentence that says which."""


class SqliteSource:
    """The Source over the tables `jobs`, `candidates` and one or both of `MATCH_TABLES` of a SQLite file.

    Each call opens and closes the file, which need not exist when this object is created.
    """

    kind = "sqlite"

    def __init__(self, path: Path) -> None:
        self.location = str(path)
        self._path = path.absolute()
        # Closing any descriptor of a file drops every POSIX lock that this process holds on it
        # (https://www.sqlite.org/howtocorrupt.html, 2.2), so nobody may read the file's header during a query.
        self._query_lock = threading.Lock()

    def jobs(self, limit: int) -> list[Job]:
        return self._read(lambda db: _jobs(db, limit))

    def job(self, job_id: int) -> Job:
        job = self._read(lambda db: _job(db, job_id))
        if job is None:
            raise self._no_job(job_id)
        return job

    def culture(self, job_id: int) -> tuple[str, ...]:
        return self._read(lambda db: _culture(db, job_id))

    def candidates(self, job_id: int, limit: int) -> list[Candidate]:
        candidates = self._read(lambda db: _candidates(db, job_id, limit) if _job(db, job_id) else None)
        if candidates is None:
            raise self._no_job(job_id)
        return candidates

    def page(self, job_id: int, candidate_filter: CandidateFilter, offset: int, limit: int) -> CandidatePage:
        page = self._read(lambda db: _page(db, job_id, candidate_filter, offset, limit) if _job(db, job_id) else None)
        if page is None:
            raise self._no_job(job_id)
        return page

    def candidates_by_id(self, job_id: int, candidate_ids: Collection[int]) -> dict[int, Candidate]:
        candidates = self._read(lambda db: _candidates(db, job_id, len(candidate_ids), candidate_ids))
        return {candidate.candidate_id: candidate for candidate in candidates}

    def parts(self) -> tuple[str, ...]:
        return self._read(lambda db: ("jobs", "candidates", *_match_tables(db)))

    def _no_job(self, job_id: int) -> Problem:
        return Problem("JOB_NOT_FOUND", f"There is no job {job_id} in the main system's database.")

    def _read(self, query_db: Query[_T]) -> _T:
        """Run a query on the file. Raises SOURCE_UNAVAILABLE with the reason when that fails."""
        if not self._query_lock.acquire(timeout=BUSY_TIMEOUT_S):
            raise self._unavailable(REASONS[sqlite3.SQLITE_BUSY])
        try:
            return _read_without_trace(Path(os.path.realpath(self._path)), query_db)
        except (_MissingTable, rows.InvalidRow) as fault:
            raise self._unavailable(f"{fault}; {_CHECK_PATH}, or mend the file in the main system") from None
        except FileNotFoundError:
            raise self._unavailable(f"there is no such file; {_CHECK_PATH}") from None
        except OSError as fault:
            raise self._unavailable(f"{(fault.strerror or 'it cannot be read').lower()}; {_CHECK_PATH}") from None
        except sqlite3.Error as fault:
            code = getattr(fault, "sqlite_errorcode", 0) & 0xFF
            raise self._unavailable(REASONS.get(code, f"SQLite says: {fault}")) from None
        finally:
            self._query_lock.release()

    def _unavailable(self, reason: str) -> Problem:
        return Problem(
            "SOURCE_UNAVAILABLE",
            f"The main system's database {self.location} cannot be read: {reason}.",
            {"source": self.kind, "location": self.location},
        )


def _read_without_trace(path: Path, query_db: Query[_T]) -> _T:
    """Run a query without leaving files beside the database.

    A plain read-only connection to a file in WAL mode creates `-wal` and `-shm` and leaves them there, or fails where
    it may not create them. While nobody has such a file open, it holds everything committed, and `immutable=1` reads it
    without them. That mode takes no lock, so its result only counts if the file is unchanged afterwards
    (https://www.sqlite.org/uri.html, https://www.sqlite.org/wal.html#readonly).
    """
    if not _is_idle_in_wal_mode(path):
        return run_query(path, "mode=ro", query_db)
    before = _file_stamp(path)
    try:
        result = run_query(path, "mode=ro&immutable=1", query_db)
        if _is_idle_in_wal_mode(path) and _file_stamp(path) == before:
            return result
    except (sqlite3.Error, _MissingTable, rows.InvalidRow):
        if _file_stamp(path) == before:
            raise
    return run_query(path, "mode=ro", query_db)


def _is_idle_in_wal_mode(path: Path) -> bool:
    """Return whether the file is in WAL mode (header bytes 18 and 19, https://www.sqlite.org/fileformat.html) and not
    open."""
    with path.open("rb") as file:
        header = file.read(20)
    if header[18:20] != b"\x02\x02":
        return False
    log = path.with_name(f"{path.name}-wal")
    return not log.exists() or (log.stat().st_size == 0 and not path.with_name(f"{path.name}-shm").exists())


def _file_stamp(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def run_query(path: Path, mode: str, query_db: Query[_T]) -> _T:
    with closing(sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True, timeout=BUSY_TIMEOUT_S)) as db:
        db.row_factory = sqlite3.Row
        db.text_factory = lambda raw: raw.decode("utf-8", "replace")
        return query_db(db)


def _jobs(db: sqlite3.Connection, limit: int) -> list[Job]:
    """First the ids of all jobs, which is fast; then all columns of the listed ones only."""
    column_names = _require_columns(db, "jobs")
    needed_columns = [job for job in ("id", "created_at", "job_state", "archived_at") if job in column_names]
    columns = ", ".join(f'"{job}" AS "{job}"' for job in needed_columns)
    raw_ids = {rows.parse_job(dict(row)): row["id"] for row in db.execute(f"SELECT {columns} FROM jobs")}  # noqa: S608
    listed = rows.newest_first(job for job in raw_ids if not job.archived)[:limit]
    ids = [job.job_id for job in listed]
    job_rows = db.execute(
        f"SELECT {_select_list('jobs', column_names)} FROM jobs WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
        (json.dumps([raw_ids[job] for job in listed]),),
    )
    by_id = {job.job_id: job for job in (rows.parse_job(dict(row)) for row in job_rows)}
    return [by_id[job] for job in ids if job in by_id]


def _job(db: sqlite3.Connection, job_id: int) -> Job | None:
    query = f"SELECT {_select_list('jobs', _require_columns(db, 'jobs'))} FROM jobs WHERE id = ?"  # noqa: S608 - our own names
    row = db.execute(query, (job_id,)).fetchone() if abs(job_id) <= rows.MAX_ID else None
    return None if row is None else rows.parse_job(dict(row))


def _culture(db: sqlite3.Connection, job_id: int) -> tuple[str, ...]:
    if "job_id" not in _column_names(db, CULTURE_TABLE) or abs(job_id) > rows.MAX_ID:
        return ()
    found = db.execute(f"SELECT * FROM {CULTURE_TABLE} WHERE job_id = ?", (job_id,)).fetchall()  # noqa: S608 - our name
    # Beside the profile the table has columns of its own, none of which is JSON.
    texts = (rows.text(value) or "" for row in found for value in tuple(row))
    return culture_statements([said for said in texts if said.startswith(("{", "["))])


def _candidates(
    db: sqlite3.Connection, job_id: int, limit: int, only_ids: Collection[int] | None = None
) -> list[Candidate]:
    """The job's candidates, or those among `only_ids`, best match first."""
    column_names, matches = _require_columns(db, "candidates"), _matches_clause(db)
    if abs(job_id) > rows.MAX_ID:
        return []
    db.create_function("number", 1, rows.number, deterministic=True)
    query = (
        f"{matches} SELECT {_select_list('candidates', column_names)}, matches.score, matches.status"  # noqa: S608
        " FROM matches JOIN candidates ON candidates.id = matches.candidate_id"
        " WHERE (:only IS NULL OR candidates.id IN (SELECT value FROM json_each(:only)))"
        " ORDER BY number(matches.score) DESC NULLS LAST, candidates.id"
    )
    candidate_rows = db.execute(query, {"job_id": job_id, "only": None if only_ids is None else _ids_json(only_ids)})
    return list(islice(rows.unique_candidates(rows.parse_candidate(dict(row)) for row in candidate_rows), limit))


def _ids_json(ids: Collection[int]) -> str:
    """Ids as JSON for `IN`, which distinguishes a number from the same digits in text."""
    return json.dumps([*ids, *map(str, ids)])


#: The columns that a search covers.
_SEARCH_COLUMNS = ("full_name", "headline", "location", "email", "languages", "skills")


def _page(
    db: sqlite3.Connection, job_id: int, candidate_filter: CandidateFilter, offset: int, limit: int
) -> CandidatePage:
    """First the ids of all matching candidates, which is fast; then all columns of one page only."""
    column_names, matches = _require_columns(db, "candidates"), _matches_clause(db)
    db.create_function("number", 1, rows.number, deterministic=True)
    # As bytes: SQLite passes text to a function only if it is UTF-8, which not every program writes.
    search_columns = ", ".join(f"CAST(candidates.{name} AS BLOB)" for name in _SEARCH_COLUMNS if name in column_names)

    def matches_words(id_: int | str, *raw: bytes | None) -> bool:
        other_name = candidate_filter.other_names.get(int(id_))
        return rows.matches_search(candidate_filter.words, int(id_), *map(_searchable, raw), other_name)

    db.create_function("wanted", -1, matches_words, deterministic=True)
    query = (
        f"{matches} SELECT candidates.id FROM matches"  # noqa: S608 - our own names
        " JOIN candidates ON candidates.id = matches.candidate_id"
        " WHERE (typeof(candidates.id) = 'integer' OR (typeof(candidates.id) = 'text'"
        " AND candidates.id GLOB '[0-9]*' AND candidates.id NOT GLOB '*[^0-9]*'))"
        " AND (:only IS NULL OR candidates.id IN (SELECT value FROM json_each(:only)))"
        " AND candidates.id NOT IN (SELECT value FROM json_each(:without))"
        f" AND {f'wanted(candidates.id, {search_columns})' if candidate_filter.words else '1'}"
        " GROUP BY candidates.id ORDER BY max(number(matches.score)) DESC NULLS LAST, candidates.id"
    )
    only_ids = None if candidate_filter.only_ids is None else _ids_json(candidate_filter.only_ids)
    id_rows = db.execute(
        query, {"job_id": job_id, "only": only_ids, "without": _ids_json(candidate_filter.excluded_ids)}
    )
    ids = [int(row[0]) for row in id_rows.fetchall()]
    page_ids = ids[offset : offset + limit]
    return CandidatePage(_candidates(db, job_id, len(page_ids), page_ids) if page_ids else [], len(ids))


def _searchable(raw: bytes | None) -> str | None:
    """A column as text. A list written as JSON may hold `\\u00e9` for é."""
    if raw is not None and b"\\" in raw:
        return "\n".join(rows.string_list(raw))
    return rows.text(raw)


def _matches_clause(db: sqlite3.Connection) -> str:
    """The WITH clause of `matches`: candidate, score and status of everybody matched to `:job_id`."""
    tables = _match_tables(db)
    selects = []
    for position, table in enumerate(tables):
        column_names = _require_columns(db, table)
        columns = ", ".join(name if name in column_names else f"NULL AS {name}" for name in _MATCH_COLUMNS)
        newer = "".join(
            f" AND candidate_id NOT IN (SELECT candidate_id FROM {newer_table}"  # noqa: S608 - our own names
            " WHERE job_id = :job_id AND candidate_id IS NOT NULL)"
            for newer_table in tables[:position]
        )
        selects.append(f"SELECT {columns} FROM {table} WHERE job_id = :job_id{newer}")  # noqa: S608 - our own names
    return f"WITH matches AS ({' UNION ALL '.join(selects)})"


def _match_tables(db: sqlite3.Connection) -> list[str]:
    """Those of `MATCH_TABLES` that exist. Raises _MissingTable without any."""
    tables = [table for table in MATCH_TABLES if _column_names(db, table)]
    if not tables:
        raise _MissingTable(f"it has no table `{'` and no table `'.join(MATCH_TABLES)}`")
    return tables


def _column_names(db: sqlite3.Connection, table: str) -> set[str]:
    """The lower-case names of a table's columns; none for a missing table."""
    return {str(row["name"]).lower() for row in db.execute("SELECT name FROM pragma_table_xinfo(?)", (table,))}


def _require_columns(db: sqlite3.Connection, table: str) -> set[str]:
    """The same for a required table. Raises _MissingTable when it or a required column is missing."""
    names = _column_names(db, table)
    if not names:
        raise _MissingTable(f"it has no table `{table}`")
    missing = sorted(REQUIRED[table] - names)
    if missing:
        raise _MissingTable(f"its table `{table}` has no column `{'`, `'.join(missing)}`")
    return names


def _select_list(table: str, names: set[str]) -> str:
    return ", ".join(f'{table}."{column}" AS "{name}"' for column, name in COLUMNS[table].items() if column in names)
