"""The main system's SQLite file is read leniently and never touched; every fault has a reason."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fakes.special_files import special_file
from tener_interview.errors import Problem
from tener_interview.sources import sqlite as sqlite_module
from tener_interview.sources.protocol import Candidate, CandidateFilter, Job
from tener_interview.sources.sqlite import SqliteSource

SCHEMA = """
CREATE TABLE jobs(id INTEGER PRIMARY KEY, title TEXT, jd_text TEXT, location TEXT, preferred_languages TEXT,
    seniority TEXT, created_at TEXT, salary TEXT);
CREATE TABLE candidates(id INTEGER PRIMARY KEY, linkedin_id TEXT, full_name TEXT, headline TEXT, location TEXT,
    languages TEXT, skills TEXT, years_experience INTEGER, email TEXT, raw_profile TEXT);
CREATE TABLE candidate_job_matches(job_id INTEGER, candidate_id INTEGER, score REAL, status TEXT, notes TEXT);
INSERT INTO jobs VALUES (1, 'Backend', 'Long text', 'Berlin', '["en", "de"]', 'senior', '2026-01-02', '1');
INSERT INTO jobs VALUES (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO jobs VALUES (3, 'Data', NULL, NULL, 'en, fr', NULL, '2026-01-03', NULL);
INSERT INTO candidates VALUES (42, 'li-42', 'Jane Doe', 'Engineer', 'London', '["en"]', '["Python", "SQL"]', 8,
    'jane.doe@example.com', '{}');
INSERT INTO candidates VALUES (43, NULL, NULL, NULL, NULL, '{"no": "list"}', 'Go, Rust', 'about ten', NULL, NULL);
INSERT INTO candidates VALUES (44, 7, X'C3A9FF', NULL, NULL, NULL, NULL, '6 years', 'none', NULL);
INSERT INTO candidate_job_matches VALUES (1, 42, 0.5, 'matched', NULL), (1, 43, NULL, NULL, NULL),
    (1, 44, '0.9', 'new', NULL), (1, 42, 0.4, 'older', NULL), (3, 44, 0.1, NULL, NULL), (1, 999, 1.0, NULL, NULL);
"""


def make(path: Path, schema: str = SCHEMA, journal: str = "delete") -> Path:
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA journal_mode={journal}")
        db.executescript(schema)
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if not file.is_dir()}


@pytest.fixture
def quick_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_module, "BUSY_TIMEOUT_S", 0.05)


def refused(source: SqliteSource) -> str:
    with pytest.raises(Problem) as caught:
        source.jobs(10)
    problem = caught.value
    assert problem.code == "SOURCE_UNAVAILABLE"
    assert source.location in problem.error
    assert problem.details == {"source": "sqlite", "location": source.location}
    return problem.error


def test_jobs_come_newest_first_with_lists_as_tuples(tmp_path: Path) -> None:
    source = SqliteSource(make(tmp_path / "main.sqlite3"))
    assert source.kind == "sqlite"
    assert source.location == str(tmp_path / "main.sqlite3")
    assert source.jobs(10) == [
        Job(3, "Data", preferred_languages=("en", "fr"), created_at="2026-01-03T00:00:00.000Z"),
        Job(1, "Backend", "Long text", "Berlin", ("en", "de"), "senior", "2026-01-02T00:00:00.000Z"),
        Job(2, "Job 2"),
    ]
    assert [job.job_id for job in source.jobs(1)] == [3]


def test_candidates_come_best_match_first_whatever_the_columns_hold(tmp_path: Path) -> None:
    source = SqliteSource(make(tmp_path / "main.sqlite3"))
    assert source.candidates(1, 500) == [
        Candidate(44, "é\N{REPLACEMENT CHARACTER}", 0.9, "new", years_experience=6.0, linkedin_id="7"),
        Candidate(
            42, "Jane Doe", 0.5, "matched", "Engineer", "London", ("en",), ("Python", "SQL"), 8.0, "li-42",
            "jane.doe@example.com",
        ),
        Candidate(43, "Candidate 43", skills=("Go", "Rust")),
    ]
    assert [one.candidate_id for one in source.candidates(1, 2)] == [44, 42]
    assert source.candidates(2, 10) == []


@pytest.mark.parametrize("job_id", [9, 2**70])
def test_an_unknown_job_is_not_found(tmp_path: Path, job_id: int) -> None:
    source = SqliteSource(make(tmp_path / "main.sqlite3"))
    with pytest.raises(Problem) as caught:
        source.candidates(job_id, 10)
    assert caught.value.code == "JOB_NOT_FOUND"


def test_candidates_by_id_only_returns_candidates_of_the_job(tmp_path: Path) -> None:
    source = SqliteSource(make(tmp_path / "main.sqlite3"))
    assert set(source.candidates_by_id(1, [42, 44, 1000])) == {42, 44}
    assert set(source.candidates_by_id(3, {42, 44})) == {44}
    assert source.candidates_by_id(1, []) == {}
    assert source.candidates_by_id(77, [42]) == {}
    assert source.candidates_by_id(2**70, [42, 2**70]) == {}
    assert source.candidates_by_id(1, range(1, 5000)).keys() == {42, 43, 44}


def test_only_the_required_columns_are_needed(tmp_path: Path) -> None:
    path = make(
        tmp_path / "small.sqlite3",
        "CREATE TABLE jobs(ID INTEGER, Title TEXT); INSERT INTO jobs VALUES (1, 'A'), (2, 'B');"
        "CREATE TABLE candidates(id INTEGER, full_name TEXT); INSERT INTO candidates VALUES (5, 'E'), (4, 'D');"
        "CREATE TABLE candidate_job_matches(job_id, candidate_id);"
        "INSERT INTO candidate_job_matches VALUES (1, 5), (1, 4);",
    )
    source = SqliteSource(path)
    assert source.jobs(10) == [Job(2, "B"), Job(1, "A")]
    assert source.candidates(1, 10) == [Candidate(4, "D"), Candidate(5, "E")]


@pytest.mark.parametrize("name", ["with space.db", "what?mode=rwc#x%41&y.db", "日本.db", "a;b'c\".db"])
def test_a_source_path_may_have_special_characters(tmp_path: Path, name: str) -> None:
    source = SqliteSource(make(tmp_path / name))
    assert len(source.jobs(10)) == 3
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_a_relative_path_survives_chdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path / "main.sqlite3")
    monkeypatch.chdir(tmp_path)
    source = SqliteSource(Path("main.sqlite3"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert len(source.jobs(10)) == 3


@pytest.mark.parametrize("journal", ["delete", "truncate", "persist", "wal"])
def test_reading_the_source_changes_no_file(tmp_path: Path, journal: str) -> None:
    path = make(tmp_path / "main.sqlite3", journal=journal)
    before = contents(tmp_path)
    status = path.stat()
    source = SqliteSource(path)
    assert len(source.jobs(10)) == 3
    assert len(source.candidates(1, 10)) == 3
    assert contents(tmp_path) == before
    assert path.stat().st_mtime_ns == status.st_mtime_ns
    with closing(sqlite3.connect(path, timeout=0)) as db, db:
        db.execute("DELETE FROM jobs")


def test_a_write_ahead_log_behind_a_symbolic_link_is_read(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    path = make(tmp_path / "real" / "main.sqlite3", journal="wal")
    link = tmp_path / "link.sqlite3"
    link.symlink_to(path)
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("INSERT INTO jobs(id, title) VALUES (8, 'In the log')")
        writer.commit()
        assert {job.job_id for job in SqliteSource(link).jobs(10)} == {1, 2, 3, 8}


def test_changes_of_a_live_writer_in_wal_mode_are_visible(tmp_path: Path) -> None:
    path = make(tmp_path / "main.sqlite3", journal="wal")
    source = SqliteSource(path)
    with closing(sqlite3.connect(path, timeout=0)) as writer:
        writer.execute("INSERT INTO jobs(id, title) VALUES (8, 'Committed')")
        writer.commit()
        writer.execute("INSERT INTO jobs(id, title) VALUES (9, 'Not yet')")
        assert {job.job_id for job in source.jobs(10)} == {1, 2, 3, 8}
        writer.commit()
        assert {job.job_id for job in source.jobs(10)} == {1, 2, 3, 8, 9}
    assert [file.name for file in tmp_path.iterdir()] == ["main.sqlite3"]
    assert len(source.jobs(10)) == 5


def test_a_leftover_write_ahead_log_of_the_source_is_read(tmp_path: Path) -> None:
    path = make(tmp_path / "main.sqlite3", journal="wal")
    (tmp_path / "copy").mkdir()
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("INSERT INTO jobs(id, title) VALUES (8, 'Only in the log')")
        writer.commit()
        shutil.copy(path, tmp_path / "copy")
        shutil.copy(f"{path}-wal", tmp_path / "copy")
    copy = tmp_path / "copy" / "main.sqlite3"
    before = copy.read_bytes(), Path(f"{copy}-wal").read_bytes()
    assert {job.job_id for job in SqliteSource(copy).jobs(10)} == {1, 2, 3, 8}
    assert (copy.read_bytes(), Path(f"{copy}-wal").read_bytes()) == before


def test_a_write_during_an_unlocked_read_causes_another_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path / "main.sqlite3", journal="wal")
    writer = sqlite3.connect(path)
    asked: list[str] = []
    answered = sqlite_module.run_query

    def interrupted(at: Path, query: str, ask: sqlite_module.Query[list[Job]]) -> list[Job]:
        found = answered(at, query, ask)
        asked.append(query)
        if len(asked) == 1:
            writer.execute("INSERT INTO jobs(id, title) VALUES (8, 'Meanwhile')")
            writer.commit()
        return found

    monkeypatch.setattr(sqlite_module, "run_query", interrupted)
    with closing(writer):
        assert {job.job_id for job in SqliteSource(path).jobs(10)} == {1, 2, 3, 8}
    assert asked == ["mode=ro&immutable=1", "mode=ro"]


def test_a_missing_source_file_is_not_created(tmp_path: Path) -> None:
    source = SqliteSource(tmp_path / "none.sqlite3")
    message = refused(source)
    assert "there is no such file" in message
    assert "TENER_INTERVIEW_SOURCE_DB_PATH" in message
    assert list(tmp_path.iterdir()) == []
    for ask in (lambda: source.jobs(1), lambda: source.candidates(1, 5), lambda: source.candidates_by_id(1, [1])):
        with pytest.raises(Problem) as caught:
            ask()
        assert caught.value.code == "SOURCE_UNAVAILABLE"
    make(tmp_path / "none.sqlite3")
    assert len(source.jobs(10)) == 3


def test_a_folder_a_text_and_an_empty_file_are_refused_by_their_kind(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Dear diary, today I wrote no database. " * 40)
    (tmp_path / "empty.db").touch()
    (tmp_path / "loop.db").symlink_to(tmp_path / "loop.db")
    assert "is a directory" in refused(SqliteSource(tmp_path))
    assert "not a SQLite database" in refused(SqliteSource(tmp_path / "notes.txt"))
    assert "has no table `jobs`" in refused(SqliteSource(tmp_path / "empty.db"))
    assert "symbolic links" in refused(SqliteSource(tmp_path / "loop.db"))
    assert (tmp_path / "empty.db").stat().st_size == 0


@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_a_device_or_pipe_as_source_is_a_fault(kind: str, tmp_path: Path) -> None:
    assert "not a regular file" in refused(SqliteSource(special_file(kind, tmp_path)))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_source_file_without_read_permission_is_a_fault(tmp_path: Path) -> None:
    path = make(tmp_path / "main.sqlite3")
    path.chmod(0)
    assert "permission denied" in refused(SqliteSource(path))


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_wrong_schema_names_the_table_or_column(tmp_path: Path, journal: str) -> None:
    path = make(tmp_path / "main.sqlite3", "CREATE TABLE jobs(id INTEGER, name TEXT);", journal)
    assert "its table `jobs` has no column `title`" in refused(SqliteSource(path))
    other = make(tmp_path / "other.sqlite3", "CREATE TABLE jobs(id INTEGER, title TEXT);", journal)
    source = SqliteSource(other)
    assert source.jobs(5) == []
    with pytest.raises(Problem, match="no table `candidates`"):
        source.candidates_by_id(1, [1])


def test_a_row_id_that_is_not_a_number_is_a_fault_and_not_skipped(tmp_path: Path) -> None:
    schema = "CREATE TABLE jobs(id TEXT, title TEXT); INSERT INTO jobs VALUES ('a', 'b');"
    path = make(tmp_path / "main.sqlite3", schema)
    assert "a job whose `id` is not a whole number" in refused(SqliteSource(path))


def test_a_damaged_source_file_is_a_fault(tmp_path: Path) -> None:
    path = make(tmp_path / "main.sqlite3")
    whole = path.read_bytes()
    # SQLite's message about the second is not UTF-8.
    misspelt = whole.replace(b"CREATE TABLE", b"CREATE \xbfABLE")
    for damaged in (whole[:100] + b"\xff" * 2000 + whole[2100:], misspelt):
        path.write_bytes(damaged)
        assert "damaged" in refused(SqliteSource(path))


@pytest.mark.usefixtures("quick_timeout")
def test_a_locked_source_file_is_a_fault(tmp_path: Path) -> None:
    path = make(tmp_path / "main.sqlite3")
    source = SqliteSource(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "locked by another program" in refused(source)
        other.execute("ROLLBACK")
    assert len(source.jobs(10)) == 3


def test_an_interrupted_write_to_the_source_is_not_rolled_back_by_reading(tmp_path: Path) -> None:
    path = make(tmp_path / "main.sqlite3")
    (tmp_path / "crashed").mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 2")
        writer.execute("BEGIN")
        writer.executemany("INSERT INTO jobs(title) VALUES (?)", [("x" * 3000,)] * 200)
        for file in tmp_path.glob("main.sqlite3*"):
            shutil.copy(file, tmp_path / "crashed")
        writer.execute("ROLLBACK")
    before = contents(tmp_path / "crashed")
    assert "main.sqlite3-journal" in before
    assert "cut short" in refused(SqliteSource(tmp_path / "crashed" / "main.sqlite3"))
    assert contents(tmp_path / "crashed") == before


def test_many_threads_read_while_another_connection_writes(tmp_path: Path) -> None:
    path = make(tmp_path / "main.sqlite3")
    source = SqliteSource(path)
    seen: list[int] = []

    def read() -> None:
        seen.extend(len(source.candidates(1, 10)) for _ in range(20))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    with closing(sqlite3.connect(path, timeout=10)) as writer:
        for _ in range(20):
            writer.execute("UPDATE jobs SET title = title || '.' WHERE id = 1")
            writer.commit()
    for thread in threads:
        thread.join()
    assert seen == [3] * 80


@pytest.mark.parametrize("journal", ["delete", "wal", "persist"])
def test_an_unchanged_source_file_is_read_once_and_each_change_is_seen(
    tmp_path: Path, journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens to the file: times of files are coarse, so one that was just written is always read."""
    path = make(tmp_path / "main.sqlite3", journal=journal)
    seconds = 0.0
    source = SqliteSource(path, lambda: time.time_ns() + int(seconds * 1e9))
    reads: list[object] = []
    run_query = sqlite_module.run_query

    def counted(*given: Any) -> Any:
        reads.append(given)
        return run_query(*given)

    monkeypatch.setattr(sqlite_module, "run_query", counted)

    def listed() -> tuple[int, list[int], int]:
        page = source.page(1, CandidateFilter(("e",)), 0, 10)
        return len(source.jobs(10)), [each.candidate_id for each in page.candidates], len(source.jobs(1))

    before = listed()
    assert len(reads) == 5
    assert listed() == before
    assert len(reads) == 10
    seconds = 10.0
    assert [listed() for _ in range(3)] == [before] * 3
    assert len(reads) == 15
    with closing(sqlite3.connect(path)) as writer:
        for number in range(50, 53):
            writer.execute("INSERT INTO candidates (id, full_name) VALUES (?, 'Eve')", (number,))
            writer.execute("INSERT INTO candidate_job_matches VALUES (1, ?, 9, NULL, NULL)", (number,))
            writer.commit()
            seconds += 1.0
            now = listed()
            assert now == (3, [*range(50, number + 1), *before[1]], 1)
            assert listed() == now
    seconds += 10.0
    assert listed() == now
    shutil.copy(path, tmp_path / "other.sqlite3")
    (tmp_path / "other.sqlite3").replace(path)
    assert listed() == now
    path.unlink()
    assert "there is no such file" in refused(source)
