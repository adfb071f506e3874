"""The main system's SQLite file as a source of JDs and candidates. It is only ever read."""

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
from .protocol import Candidate, CandidateFilter, Job, Page

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
#: Where candidates are matched to jobs, the newer table first. A file that was brought up to date may have both: then
#: both are read, and what they say of the same pair counts as the newer one says it.
MATCH_TABLES = ("job_candidates", "candidate_job_matches")
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
Ask = Callable[[sqlite3.Connection], _T]


class _Schema(Exception):
    """A table or column is missing; the text says which, as the end of a sentence."""


class SqliteSource:
    """The Source over tables `jobs`, `candidates` and one or both of `MATCH_TABLES` of a SQLite file.

    The file is opened for each call and closed again; it need not exist when this object is made.
    """

    kind = "sqlite"

    def __init__(self, path: Path) -> None:
        self.location = str(path)
        self._path = path.absolute()
        # Closing any descriptor of a file drops every POSIX lock that this process holds on it
        # (https://www.sqlite.org/howtocorrupt.html, 2.2), so the look at its header must never meet a reader.
        self._turn = threading.Lock()

    def jobs(self, limit: int) -> list[Job]:
        return self._read(lambda db: _jobs(db, limit))

    def job(self, job_id: int) -> Job:
        found = self._read(lambda db: _job(db, job_id))
        if found is None:
            raise self._no_job(job_id)
        return found

    def candidates(self, job_id: int, limit: int) -> list[Candidate]:
        found = self._read(lambda db: _candidates(db, job_id, limit) if _job(db, job_id) else None)
        if found is None:
            raise self._no_job(job_id)
        return found

    def page(self, job_id: int, wanted: CandidateFilter, offset: int, limit: int) -> Page:
        found = self._read(lambda db: _page(db, job_id, wanted, offset, limit) if _job(db, job_id) else None)
        if found is None:
            raise self._no_job(job_id)
        return found

    def candidates_by_id(self, job_id: int, candidate_ids: Collection[int]) -> dict[int, Candidate]:
        found = self._read(lambda db: _candidates(db, job_id, len(candidate_ids), candidate_ids))
        return {candidate.candidate_id: candidate for candidate in found}

    def parts(self) -> tuple[str, ...]:
        return self._read(lambda db: ("jobs", "candidates", *_match_tables(db)))

    def _no_job(self, job_id: int) -> Problem:
        return Problem("JOB_NOT_FOUND", f"There is no job {job_id} in the main system's database.")

    def _read(self, ask: Ask[_T]) -> _T:
        """Ask the file. Raises SOURCE_UNAVAILABLE with the reason when it cannot answer."""
        if not self._turn.acquire(timeout=BUSY_TIMEOUT_S):
            raise self._unavailable(REASONS[sqlite3.SQLITE_BUSY])
        try:
            return _asked(Path(os.path.realpath(self._path)), ask)
        except (_Schema, rows.InvalidRow) as fault:
            raise self._unavailable(f"{fault}; {_CHECK_PATH}, or mend the file in the main system") from None
        except FileNotFoundError:
            raise self._unavailable(f"there is no such file; {_CHECK_PATH}") from None
        except OSError as fault:
            raise self._unavailable(f"{(fault.strerror or 'it cannot be read').lower()}; {_CHECK_PATH}") from None
        except sqlite3.Error as fault:
            code = getattr(fault, "sqlite_errorcode", 0) & 0xFF
            raise self._unavailable(REASONS.get(code, f"SQLite says: {fault}")) from None
        finally:
            self._turn.release()

    def _unavailable(self, reason: str) -> Problem:
        return Problem(
            "SOURCE_UNAVAILABLE",
            f"The main system's database {self.location} cannot be read: {reason}.",
            {"source": self.kind, "location": self.location},
        )


def _asked(path: Path, ask: Ask[_T]) -> _T:
    """Ask without leaving a trace beside the file.

    A plain read-only connection to a file in WAL mode creates `-wal` and `-shm` beside it and leaves them there, or
    fails where it may not. While nobody has such a file open, all that was committed is in the file itself, and
    `immutable=1` reads it without either. That mode takes no lock, so its answer counts only if the file is
    unchanged afterwards (https://www.sqlite.org/uri.html, https://www.sqlite.org/wal.html#readonly).
    """
    if not _rests_in_wal_mode(path):
        return ask_once(path, "mode=ro", ask)
    before = _stamp(path)
    try:
        answer = ask_once(path, "mode=ro&immutable=1", ask)
        if _rests_in_wal_mode(path) and _stamp(path) == before:
            return answer
    except (sqlite3.Error, _Schema, rows.InvalidRow):
        if _stamp(path) == before:
            raise
    return ask_once(path, "mode=ro", ask)


def _rests_in_wal_mode(path: Path) -> bool:
    """Whether the file is in WAL mode (header bytes 18 and 19, https://www.sqlite.org/fileformat.html) and not open."""
    with path.open("rb") as file:
        header = file.read(20)
    if header[18:20] != b"\x02\x02":
        return False
    log = path.with_name(f"{path.name}-wal")
    return not log.exists() or (log.stat().st_size == 0 and not path.with_name(f"{path.name}-shm").exists())


def _stamp(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def ask_once(path: Path, query: str, ask: Ask[_T]) -> _T:
    with closing(sqlite3.connect(f"{path.as_uri()}?{query}", uri=True, timeout=BUSY_TIMEOUT_S)) as db:
        db.row_factory = sqlite3.Row
        db.text_factory = lambda raw: raw.decode("utf-8", "replace")
        return ask(db)


def _jobs(db: sqlite3.Connection, limit: int) -> list[Job]:
    """First which they are, which is little to read of many; then all that is known of those that are listed."""
    names = _columns(db, "jobs")
    needed = [each for each in ("id", "created_at", "job_state", "archived_at") if each in names]
    brief = ", ".join(f'"{each}" AS "{each}"' for each in needed)
    stored = {rows.parse_job(dict(row)): row["id"] for row in db.execute(f"SELECT {brief} FROM jobs")}  # noqa: S608
    listed = rows.newest_first(each for each in stored if not each.archived)[:limit]
    ids = [each.job_id for each in listed]
    whole = db.execute(
        f"SELECT {_selected('jobs', names)} FROM jobs WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
        (json.dumps([stored[each] for each in listed]),),
    )
    by_id = {each.job_id: each for each in (rows.parse_job(dict(row)) for row in whole)}
    return [by_id[each] for each in ids if each in by_id]


def _job(db: sqlite3.Connection, job_id: int) -> Job | None:
    query = f"SELECT {_selected('jobs', _columns(db, 'jobs'))} FROM jobs WHERE id = ?"  # noqa: S608 - our own names
    found = db.execute(query, (job_id,)).fetchone() if abs(job_id) <= rows.MAX_ID else None
    return None if found is None else rows.parse_job(dict(found))


def _candidates(
    db: sqlite3.Connection, job_id: int, limit: int, only: Collection[int] | None = None
) -> list[Candidate]:
    """The job's candidates, or those among `only`, best match first."""
    people, matches = _columns(db, "candidates"), _matches(db)
    if abs(job_id) > rows.MAX_ID:
        return []
    db.create_function("number", 1, rows.number, deterministic=True)
    query = (
        f"{matches} SELECT {_selected('candidates', people)}, matches.score, matches.status"  # noqa: S608
        " FROM matches JOIN candidates ON candidates.id = matches.candidate_id"
        " WHERE (:only IS NULL OR candidates.id IN (SELECT value FROM json_each(:only)))"
        " ORDER BY number(matches.score) DESC NULLS LAST, candidates.id"
    )
    found = db.execute(query, {"job_id": job_id, "only": None if only is None else _ids(only)})
    return list(islice(rows.unique_candidates(rows.parse_candidate(dict(row)) for row in found), limit))


def _ids(ids: Collection[int]) -> str:
    """Ids as JSON, for `IN`, which takes a number and its digits in text for two things."""
    return json.dumps([*ids, *map(str, ids)])


#: What the words of a search are looked for in.
_SEARCHED = ("full_name", "headline", "location", "email", "languages", "skills")


def _page(db: sqlite3.Connection, job_id: int, wanted: CandidateFilter, offset: int, limit: int) -> Page:
    """First who they are, which is little to read of many; then all that is known of the few that are shown."""
    people, matches = _columns(db, "candidates"), _matches(db)
    db.create_function("number", 1, rows.number, deterministic=True)
    # As bytes: SQLite hands text to a function only if it is UTF-8, and not every program writes that.
    told = ", ".join(f"CAST(candidates.{name} AS BLOB)" for name in _SEARCHED if name in people)

    def is_wanted(id_: int | str, *raw: bytes | None) -> bool:
        also = wanted.also_named.get(int(id_))
        return rows.matches_search(wanted.words, int(id_), *map(_searchable, raw), also)

    db.create_function("wanted", -1, is_wanted, deterministic=True)
    query = (
        f"{matches} SELECT candidates.id FROM matches"  # noqa: S608 - our own names
        " JOIN candidates ON candidates.id = matches.candidate_id"
        " WHERE (typeof(candidates.id) = 'integer' OR (typeof(candidates.id) = 'text'"
        " AND candidates.id GLOB '[0-9]*' AND candidates.id NOT GLOB '*[^0-9]*'))"
        " AND (:only IS NULL OR candidates.id IN (SELECT value FROM json_each(:only)))"
        " AND candidates.id NOT IN (SELECT value FROM json_each(:without))"
        f" AND {f'wanted(candidates.id, {told})' if wanted.words else '1'}"
        " GROUP BY candidates.id ORDER BY max(number(matches.score)) DESC NULLS LAST, candidates.id"
    )
    only = None if wanted.only is None else _ids(wanted.only)
    found = db.execute(query, {"job_id": job_id, "only": only, "without": _ids(wanted.without)})
    ids = [int(row[0]) for row in found.fetchall()]
    shown = ids[offset : offset + limit]
    return Page(_candidates(db, job_id, len(shown), shown) if shown else [], len(ids))


def _searchable(raw: bytes | None) -> str | None:
    """A column as text; a list that JSON wrote may hold `\\u00e9` for é."""
    if raw is not None and b"\\" in raw:
        return "\n".join(rows.string_list(raw))
    return rows.text(raw)


def _matches(db: sqlite3.Connection) -> str:
    """The WITH clause of `matches`: candidate, score and status of everybody matched to `:job_id`."""
    tables = _match_tables(db)
    parts = []
    for place, table in enumerate(tables):
        names = _columns(db, table)
        columns = ", ".join(name if name in names else f"NULL AS {name}" for name in _MATCH_COLUMNS)
        newer = "".join(
            f" AND candidate_id NOT IN (SELECT candidate_id FROM {each}"  # noqa: S608 - our own names
            " WHERE job_id = :job_id AND candidate_id IS NOT NULL)"
            for each in tables[:place]
        )
        parts.append(f"SELECT {columns} FROM {table} WHERE job_id = :job_id{newer}")  # noqa: S608 - our own names
    return f"WITH matches AS ({' UNION ALL '.join(parts)})"


def _match_tables(db: sqlite3.Connection) -> list[str]:
    """Those of `MATCH_TABLES` that are there. Raises _Schema for none."""
    found = [table for table in MATCH_TABLES if _names(db, table)]
    if not found:
        raise _Schema(f"it has no table `{'` and no table `'.join(MATCH_TABLES)}`")
    return found


def _names(db: sqlite3.Connection, table: str) -> set[str]:
    """The names of a table's columns in lower case; none for a table that is not there."""
    return {str(row["name"]).lower() for row in db.execute("SELECT name FROM pragma_table_xinfo(?)", (table,))}


def _columns(db: sqlite3.Connection, table: str) -> set[str]:
    """The same of a table that is needed. Raises _Schema when it or a required column is missing."""
    names = _names(db, table)
    if not names:
        raise _Schema(f"it has no table `{table}`")
    missing = sorted(REQUIRED[table] - names)
    if missing:
        raise _Schema(f"its table `{table}` has no column `{'`, `'.join(missing)}`")
    return names


def _selected(table: str, names: set[str]) -> str:
    return ", ".join(f'{table}."{column}" AS "{name}"' for column, name in COLUMNS[table].items() if column in names)
