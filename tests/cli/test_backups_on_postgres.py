"""`backup` and `restore` on PostgreSQL: through pg_dump, complete or not at all, and who was erased stays erased."""

from __future__ import annotations

import json
import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from cli.conftest import Command
from fakes.instances import on_postgres
from fakes.postgres import PASSWORD, PostgresServer
from fakes.waiting import eventually
from for_each import for_each

NAME = "Zenobia Quillfeather"
URL = "TENER_INTERVIEW_DATABASE_URL"
PASSWORD_IN_URL = urlsplit(PostgresServer(1, Path(), Path()).url("x")).password or ""


@pytest.fixture
def database_url(postgres: PostgresServer, migrated_postgres: str) -> Iterator[str]:
    """A database of the test's own, as a first start leaves it."""
    name = f"test_{uuid4().hex}"
    yield postgres.create_database(name, migrated_postgres)
    postgres.drop_database(name)


@pytest.fixture
def environ(environ: dict[str, str], database_url: str) -> dict[str, str]:
    """A demo service on that database."""
    return on_postgres(environ, database_url)


@pytest.fixture
def other_database(postgres: PostgresServer) -> Iterator[str]:
    """Another machine's: empty."""
    name = f"other_{uuid4().hex}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


def started(command: Command, candidate_id: int = 42, job_id: int = 1, *, url: str | None = None) -> str:
    changes = {} if url is None else {URL: url}
    result = command("start", str(job_id), str(candidate_id), "--name", NAME, "--force", "--json", **changes)
    assert result.status == 0, result.err
    session_id: str = result.json["session_id"]
    return session_id


def sessions(command: Command, job_id: int = 1, *, url: str | None = None) -> list[Any]:
    changes = {} if url is None else {URL: url}
    found: list[Any] = json.loads(command("export", str(job_id), **changes).out)["sessions"]
    return found


def names(command: Command, *, url: str | None = None) -> list[str]:
    return sorted(each["candidate_name"] for each in sessions(command, url=url))


def restored(command: Command, backup: Path, *more: str, **changes: str) -> Any:
    result = command("restore", str(backup), *more, "--json", **changes)
    assert result.status == 0, result.err
    return result.json


def schemas(url: str) -> list[str]:
    with psycopg.connect(url) as db:
        rows = db.execute("SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information)'").fetchall()
    return sorted(row[0] for row in rows)


def test_a_postgres_backup_holds_every_row_and_can_be_restored(
    command: Command, environ: dict[str, str], tmp_path: Path, database_url: str
) -> None:
    for candidate_id in (42, 43):
        started(command, candidate_id)
    command("refresh", "1", "--force")
    before = sessions(command)
    backup = tmp_path / "interviews.dump"
    saved = command("backup", str(backup), "--json")
    assert saved.status == 0, saved.err
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert saved.json["rows"]["interview_sessions"] == 2
    assert saved.json["path"] == str(backup)
    assert command("backup", str(backup)).status == 1, "it overwrites nothing"
    assert command("backup", str(backup), "--overwrite").status == 0
    with psycopg.connect(database_url) as db:
        db.execute("UPDATE interview_sessions SET candidate_name = 'Somebody Else'")
    started(command, 44)
    done = restored(command, backup)
    assert sessions(command) == before
    assert done["kept"].startswith("schema before_restore_2")
    assert done["path"] == environ[URL].replace(PASSWORD_IN_URL, "***")
    assert done["rows"]["interview_sessions"] == 2
    kept = done["kept"].removeprefix("schema ")
    assert schemas(database_url) == [kept, "public"]
    with psycopg.connect(database_url) as db:
        assert db.execute(f"SELECT count(*) FROM {kept}.interview_sessions").fetchone() == (3,)
    # New rows get numbers that no restored row has, and a second restore keeps the first one's tables as well.
    started(command, 45)
    restored(command, backup)
    assert len(schemas(database_url)) == 3
    assert not [each for each in tmp_path.iterdir() if ".part" in each.name]


def test_a_restore_repeats_erasures_and_revocations(
    command: Command, tmp_path: Path, database_url: str
) -> None:
    for candidate_id, job_id in ((42, 1), (42, 2), (43, 1), (44, 1)):
        started(command, candidate_id, job_id)
    backup = tmp_path / "interviews.dump"
    assert command("backup", str(backup)).status == 0
    erased = command("erase", "42", "--yes", "--json")
    assert erased.json == {"candidate_id": 42, "erased_sessions": 2, "scrubbed": True}
    assert "freed space in its pages, the write-ahead log, replicas, and backups" in command("erase", "42", "--yes").out
    with psycopg.connect(database_url) as db:
        db.execute("UPDATE interview_sessions SET status = 'canceled', link_serial = 2 WHERE candidate_id = 44")
    done = restored(command, backup)
    assert (done["erased_again"], done["erased_people"]) == (2, 1)
    assert done["revoked_again"] >= 1
    assert names(command) == ["(erased)", NAME, NAME]
    assert {each["status"] for each in sessions(command) if each["candidate_id"] == 44} == {"canceled"}
    # The list has not been forgotten with the tables that it was in.
    again = restored(command, backup)
    assert again["erased_people"] == 1


def test_on_another_server_a_restore_repeats_erasures_from_the_newest_backup(
    command: Command, tmp_path: Path, other_database: str
) -> None:
    started(command)
    old, new = tmp_path / "old.dump", tmp_path / "new.dump"
    assert command("backup", str(old)).status == 0
    command("erase", "42", "--yes")
    assert command("backup", str(new)).status == 0
    done = restored(command, old, "--erased", f"{new}.erased", **{URL: other_database})
    assert (done["erased_again"], done["kept"]) == (1, None)
    assert names(command, url=other_database) == ["(erased)"]
    assert started(command, 43, url=other_database)


def test_restoring_a_damaged_backup_changes_nothing(command: Command, tmp_path: Path, database_url: str) -> None:
    started(command)
    backup = tmp_path / "interviews.dump"
    assert command("backup", str(backup)).status == 0
    whole = backup.read_bytes()

    @for_each(("name", "content", "reason"), [
        ("no archive", b"not an archive", "is not a backup of this service"),
        ("cut short", whole[: len(whole) // 2], "damaged|cut short|not a"),
        ("not text", whole.replace(b"'UTF8'", b"'UT\xdb8'"), "is not a backup"),
        ("missing", None, "there is no file"),
    ])
    def is_refused(name: str, content: bytes | None, reason: str) -> None:
        damaged = tmp_path / name
        if content is not None:
            damaged.write_bytes(content)
        refused = command("restore", str(damaged))
        assert refused.status == 1
        assert re.search(reason, refused.err), refused.err
        assert names(command) == [NAME]
        assert schemas(database_url) == ["public"]

    is_refused()


def test_an_archive_of_something_else_is_refused(
    command: Command, tmp_path: Path, postgres: PostgresServer, postgres_binaries: Path, migrated_postgres: str
) -> None:
    started(command)
    altered = tmp_path / "altered.dump"

    @for_each("statement", [
        "CREATE TABLE public.interview_sessions_of_mine (id INT)",
        "ALTER TABLE interview_sessions ADD COLUMN more TEXT",
        "UPDATE tener_interview_schema SET version = 99",
        "DROP TABLE job_titles",
    ])
    def is_refused(statement: str) -> None:
        name = f"altered_{uuid4().hex}"
        other = postgres.create_database(name, migrated_postgres)
        with psycopg.connect(other) as db:
            db.execute(statement)
        subprocess.run((postgres_binaries / "pg_dump", "--format=custom", f"--file={altered}", other), check=True)
        postgres.drop_database(name)
        refused = command("restore", str(altered))
        assert refused.status == 1
        assert "this service" in refused.err, refused.err
        assert names(command) == [NAME]

    is_refused()


def test_functions_in_a_restored_archive_are_not_executed(
    command: Command, tmp_path: Path, postgres: PostgresServer, postgres_binaries: Path, database_url: str
) -> None:
    """A trigger, a rule or a function in an archive of somebody else stays there: only rows are read from it."""
    started(command)
    database = urlsplit(database_url).path[1:]
    other = postgres.create_database(f"hostile_{database}"[:60], template=database)
    with psycopg.connect(other) as db:
        db.execute("CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
        db.execute("CREATE TRIGGER keep BEFORE UPDATE ON interview_sessions FOR EACH ROW EXECUTE FUNCTION keep()")
    hostile = tmp_path / "hostile.dump"
    subprocess.run((postgres_binaries / "pg_dump", "--format=custom", f"--file={hostile}", other), check=True)
    postgres.drop_database(urlsplit(other).path[1:])
    restored(command, hostile)
    with psycopg.connect(database_url) as db:
        # Only the audit log has any: those that refuse changes of it.
        guarded = db.execute(
            "SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON tgrelid = pg_class.oid WHERE NOT tgisinternal"
        ).fetchall()
        assert guarded == [("audit_log",)]
        assert db.execute("SELECT to_regproc('keep')").fetchone() == (None,)
    command("erase", "42", "--yes")
    assert names(command) == ["(erased)"]


def test_a_restore_is_refused_while_others_use_the_database(
    command: Command, tmp_path: Path, database_url: str
) -> None:
    started(command)
    backup = tmp_path / "interviews.dump"
    assert command("backup", str(backup)).status == 0
    with psycopg.connect(database_url):
        refused = command("restore", str(backup))
        assert refused.status == 1
        assert "in use: 1 other connections" in refused.err
    eventually(lambda: command("restore", str(backup)).status == 0)


def test_a_backup_of_demo_interviews_is_not_restored_for_hireflix(command: Command, tmp_path: Path) -> None:
    started(command)
    backup = tmp_path / "interviews.dump"
    assert command("backup", str(backup)).status == 0
    refused = command(
        "restore", str(backup), TENER_HIREFLIX_API_KEY="key", TENER_HIREFLIX_POSITION_ID="position"
    )
    assert refused.status == 1
    assert "sessions of the demo provider" in refused.err


def test_without_pg_dump_a_backup_fails_with_alternatives(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(command)
    backup = tmp_path / "interviews.dump"
    monkeypatch.setattr("tener_interview.store.postgres.archive.VERSIONS", "/nowhere/*/bin")
    monkeypatch.setenv("PATH", "/nowhere")
    refused = command("backup", str(backup))
    assert refused.status == 1
    assert "pg_dump is not installed here" in refused.err
    assert "point-in-time recovery" in refused.err
    assert not list(tmp_path.glob("*.dump*"))


def test_the_database_password_is_in_no_argument_and_no_message(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(command)
    seen: list[str] = []
    real_run = subprocess.run

    def run(arguments: Any, **options: Any) -> Any:
        seen.extend(map(str, arguments))
        return real_run(arguments, **options)

    monkeypatch.setattr(subprocess, "run", run)
    saved = command("backup", str(tmp_path / "interviews.dump"))
    assert saved.status == 0
    shown = "\n".join([*seen, saved.out, saved.err])
    assert "pg_dump" in shown
    assert PASSWORD not in shown
    assert PASSWORD_IN_URL not in shown
