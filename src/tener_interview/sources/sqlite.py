"""The main system's SQLite file as a source of JDs and candidates, opened read-only."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Hashable, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TypeVar

from ..errors import Problem
from ..special_files import NOT_A_REGULAR_FILE, is_special_file
from ..system.versioned_cache import VersionedCache
from . import rows
from .culture import culture_statements
from .protocol import Candidate, CandidateFilter, CandidatePage, Job, MatchedCandidate
from .sqlite_search import matches_of, name_index, search_index
from .sqlite_tables import (
    CULTURE_TABLE,
    HAS_ID,
    MissingTable,
    StoredId,
    column_names,
    ids_json,
    match_tables,
    matches_clause,
    plain_id,
    require_columns,
    select_list,
)

BUSY_TIMEOUT_S = 3.0
#: Times of files differ by so much at least, on any file system, between two writes that are further apart.
_TIMES_DIFFER_NS = 2_000_000_000
#: Lists of a handful of jobs.
_MAX_CACHED = 16
#: As many as a page of the API has at most.
_PAGE = 500
#: So many of those who match a search are looked up together: most of them have a job that is listed.
_SEARCHED_AT_ONCE = 50
#: As many as a search for jobs covers.
_MAX_JOBS = 10_000

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


class SqliteSource:
    """The Source over the tables `jobs`, `candidates` and one or both of `MATCH_TABLES` of a SQLite file.

    Each call opens and closes the file, which need not exist when this object is created.
    """

    kind = "sqlite"

    def __init__(self, path: Path, now_ns: Callable[[], int] = time.time_ns) -> None:
        """`now_ns` is the clock that the times of files are of."""
        self.location = str(path)
        self._path = path.absolute()
        self._now_ns = now_ns
        self._cache = VersionedCache(_MAX_CACHED)
        # Closing any descriptor of a file drops every POSIX lock that this process holds on it
        # (https://www.sqlite.org/howtocorrupt.html, 2.2), so nobody may read the file's header during a query.
        self._query_lock = threading.Lock()

    def jobs(self, limit: int) -> list[Job]:
        return list(self._read_cached(("jobs", limit), lambda db: _jobs(db, limit)))

    def job(self, job_id: int) -> Job:
        job = self._read(lambda db: _job(db, job_id))
        if job is None:
            raise self._no_job_problem(job_id)
        return job

    def culture(self, job_id: int) -> tuple[str, ...]:
        return self._read(lambda db: _culture(db, job_id))

    def candidates(self, job_id: int, limit: int) -> list[Candidate]:
        candidates = self._read(lambda db: _candidates(db, job_id, limit) if _job(db, job_id) else None)
        if candidates is None:
            raise self._no_job_problem(job_id)
        return candidates

    def page(self, job_id: int, candidate_filter: CandidateFilter, offset: int, limit: int) -> CandidatePage:
        matched = self._read_cached(
            ("matched", job_id), lambda db: _matched_ids(db, job_id) if _job(db, job_id) else None
        )
        if matched is None:
            raise self._no_job_problem(job_id)
        matching = _filter_ids(matched, candidate_filter)
        if candidate_filter.words:
            index = self._read_cached(("index", job_id), lambda db: search_index(db, matched))
            matching = rows.search(candidate_filter.words, matching, index, candidate_filter.other_names)
        page_ids = [int(id_) for id_ in matching[offset : offset + limit]]
        return CandidatePage(list(self._by_id(job_id, page_ids)) if page_ids else [], len(matching))

    def _by_id(self, job_id: int, candidate_ids: Collection[int]) -> list[Candidate]:
        """Candidates of a job, best match first; those of a page are kept."""

        def read(db: sqlite3.Connection) -> list[Candidate]:
            return _candidates(db, job_id, len(candidate_ids), candidate_ids)

        if len(candidate_ids) > _PAGE:
            return self._read(read)
        return self._read_cached(("candidates", job_id, tuple(candidate_ids)), read)

    def candidates_by_id(self, job_id: int, candidate_ids: Collection[int]) -> dict[int, Candidate]:
        candidates = self._by_id(job_id, candidate_ids)
        return {candidate.candidate_id: candidate for candidate in candidates}

    def search(self, words: Sequence[str], limit: int) -> list[MatchedCandidate] | None:
        index = self._read_cached(("names",), name_index)
        titles = {job.job_id: job.title for job in self.jobs(_MAX_JOBS)}
        ids = sorted(rows.search(words, list(index.texts), index, {}), key=int, reverse=True)
        matches: list[MatchedCandidate] = []
        for start in range(0, len(ids), _SEARCHED_AT_ONCE):
            page_ids = ids[start : start + _SEARCHED_AT_ONCE]
            matches += self._read(lambda db, page_ids=page_ids: matches_of(db, page_ids, titles))  # type: ignore[misc]
            if len(matches) >= limit:
                break
        return matches[:limit]

    def parts(self) -> tuple[str, ...]:
        return self._read(lambda db: ("jobs", "candidates", *match_tables(db)))

    def _no_job_problem(self, job_id: int) -> Problem:
        return Problem("JOB_NOT_FOUND", f"There is no job {job_id} in the main system's database.")

    def _read(self, query_db: Query[_T]) -> _T:
        """Run a query on the file. Raises SOURCE_UNAVAILABLE with the reason when that fails."""
        if not self._query_lock.acquire(timeout=BUSY_TIMEOUT_S):
            raise self._unavailable_problem(REASONS[sqlite3.SQLITE_BUSY])
        try:
            return _read_without_trace(Path(os.path.realpath(self._path)), query_db)
        except (MissingTable, rows.InvalidRow) as fault:
            raise self._unavailable_problem(f"{fault}; {_CHECK_PATH}, or mend the file in the main system") from None
        except FileNotFoundError:
            raise self._unavailable_problem(f"there is no such file; {_CHECK_PATH}") from None
        except OSError as fault:
            reason = (fault.strerror or "it cannot be read").lower()
            raise self._unavailable_problem(f"{reason}; {_CHECK_PATH}") from None
        except UnicodeDecodeError:
            # SQLite's message quotes a damaged schema.
            raise self._unavailable_problem(REASONS[sqlite3.SQLITE_CORRUPT]) from None
        except sqlite3.Error as fault:
            code = getattr(fault, "sqlite_errorcode", 0) & 0xFF
            raise self._unavailable_problem(REASONS.get(code, f"SQLite says: {fault}")) from None
        finally:
            self._query_lock.release()

    def _read_cached(self, key: Hashable, query_db: Query[_T]) -> _T:
        """The same as `_read`, once for each version of the file; nothing is kept of a result of None."""
        version = _file_version(self._path, self._now_ns())
        if version is None:
            return self._read(query_db)
        value: _T | None = self._cache.find(version, key)
        if value is None:
            value = self._read(query_db)
            if value is not None and _file_version(self._path, self._now_ns()) == version:
                self._cache.keep(version, key, value)
        return value

    def _unavailable_problem(self, reason: str) -> Problem:
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
    if is_special_file(path):
        raise OSError(errno.EINVAL, NOT_A_REGULAR_FILE)
    if not _is_idle_in_wal_mode(path):
        return run_query(path, "mode=ro", query_db)
    before = _file_stamp(path)
    try:
        result = run_query(path, "mode=ro&immutable=1", query_db)
        if _is_idle_in_wal_mode(path) and _file_stamp(path) == before:
            return result
    except (sqlite3.Error, MissingTable, rows.InvalidRow):
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


def _file_version(path: Path, now_ns: int) -> Hashable | None:
    """The file and its log as they are; None if the next write could leave both with the same times and sizes."""
    try:
        real = os.path.realpath(path)
        stamps = [_file_stamp(Path(real)), *([_file_stamp(log)] if (log := Path(f"{real}-wal")).exists() else [])]
    except OSError:
        return None
    return tuple(stamps) if max(stamp[2] for stamp in stamps) < now_ns - _TIMES_DIFFER_NS else None


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
    names = require_columns(db, "jobs")
    needed_columns = [job for job in ("id", "created_at", "job_state", "archived_at") if job in names]
    columns = ", ".join(f'"{job}" AS "{job}"' for job in needed_columns)
    raw_ids = {rows.parse_job(dict(row)): row["id"] for row in db.execute(f"SELECT {columns} FROM jobs")}  # noqa: S608
    listed = rows.newest_first(job for job in raw_ids if not job.archived)[:limit]
    ids = [job.job_id for job in listed]
    job_rows = db.execute(
        f"SELECT {select_list('jobs', names)} FROM jobs WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
        (json.dumps([raw_ids[job] for job in listed]),),
    )
    by_id = {job.job_id: job for job in (rows.parse_job(dict(row)) for row in job_rows)}
    return [by_id[job] for job in ids if job in by_id]


def _job(db: sqlite3.Connection, job_id: int) -> Job | None:
    query = f"SELECT {select_list('jobs', require_columns(db, 'jobs'))} FROM jobs WHERE id = ?"  # noqa: S608 - our own names
    row = db.execute(query, (job_id,)).fetchone() if abs(job_id) <= rows.MAX_ID else None
    return None if row is None else rows.parse_job(dict(row))


def _culture(db: sqlite3.Connection, job_id: int) -> tuple[str, ...]:
    if "job_id" not in column_names(db, CULTURE_TABLE) or abs(job_id) > rows.MAX_ID:
        return ()
    found = db.execute(f"SELECT * FROM {CULTURE_TABLE} WHERE job_id = ?", (job_id,)).fetchall()  # noqa: S608 - our name
    # Only the profile is JSON, whichever column it is in.
    texts = (rows.text(value) or "" for row in found for value in tuple(row))
    return culture_statements([said for said in texts if said.startswith(("{", "["))])


def _candidates(
    db: sqlite3.Connection, job_id: int, limit: int, only_ids: Collection[int] | None = None
) -> list[Candidate]:
    """The job's candidates, or those among `only_ids`, best match first."""
    names, matches = require_columns(db, "candidates"), matches_clause(db)
    if abs(job_id) > rows.MAX_ID:
        return []
    db.create_function("number", 1, rows.number, deterministic=True)
    is_wanted = "" if only_ids is None else " WHERE candidates.id IN (SELECT value FROM json_each(:only))"
    query = (
        f"{matches} SELECT {select_list('candidates', names)}, matches.score, matches.status"  # noqa: S608
        f" FROM matches JOIN candidates ON candidates.id = matches.candidate_id{is_wanted}"
        " ORDER BY number(matches.score) DESC NULLS LAST, candidates.id"
    )
    candidate_rows = db.execute(query, {"job_id": job_id, "only": None if only_ids is None else ids_json(only_ids)})
    return list(islice(rows.unique_candidates(rows.parse_candidate(dict(row)) for row in candidate_rows), limit))


def _matched_ids(db: sqlite3.Connection, job_id: int) -> list[StoredId]:
    """The ids of everybody matched to the job, best match first."""
    require_columns(db, "candidates")
    db.create_function("number", 1, rows.number, deterministic=True)
    id_rows = db.execute(
        f"{matches_clause(db)} SELECT candidates.id FROM matches"  # noqa: S608 - our own names
        " JOIN candidates ON candidates.id = matches.candidate_id"
        f" WHERE {HAS_ID} GROUP BY candidates.id ORDER BY max(number(matches.score)) DESC NULLS LAST, candidates.id",
        {"job_id": job_id},
    )
    return [plain_id(row[0]) for row in id_rows.fetchall()]


def _filter_ids(matched: list[StoredId], candidate_filter: CandidateFilter) -> list[StoredId]:
    """The candidates whose ids the filter allows. It names numbers, which is not how an id such as `007` is written."""
    only_ids, excluded_ids = candidate_filter.only_ids, set(candidate_filter.excluded_ids)
    if only_ids is not None:
        allowed = set(only_ids) - excluded_ids
        return [id_ for id_ in matched if id_ in allowed]
    return [id_ for id_ in matched if id_ not in excluded_ids] if excluded_ids else matched
