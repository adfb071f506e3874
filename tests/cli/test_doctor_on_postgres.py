"""The doctor finds what keeps a PostgreSQL database from being used, says how to mend it, and changes nothing."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from cli.conftest import Command
from fakes.instances import on_postgres
from fakes.pgbouncer import find_pgbouncer, pooled
from fakes.postgres import PASSWORD, ROLE, PostgresServer

URL = "TENER_INTERVIEW_DATABASE_URL"
#: Of this database alone: other tests use the server and its role at the same time.
READ_ONLY = """
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database());
    END $$
"""


@pytest.fixture
def environ(environ: dict[str, str], empty_postgres: str) -> dict[str, str]:
    return on_postgres(environ, empty_postgres)


@pytest.fixture
def database_name(empty_postgres: str) -> str:
    """The database's name."""
    return urlsplit(empty_postgres).path[1:]


@pytest.fixture
def ready(command: Command) -> None:
    """The tables are there, with one session."""
    assert command("start", "1", "42", "--force").status == 0


def examined(command: Command, **changes: str) -> dict[str, tuple[str, str]]:
    """The status and message of each check about the database."""
    result = command("doctor", "--json", **changes)
    assert PASSWORD not in result.out
    assert not [row for row in result.json["checks"] if row["status"] != "ok" and not row["mend"]]
    found = {row["check"]: (row["status"], row["said"]) for row in result.json["checks"]}
    assert "disk" not in found
    assert "SQLite" not in found
    return found


def tables(url: str) -> Any:
    with psycopg.connect(url) as db:
        return db.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()


def test_doctor_accepts_a_new_postgres_database_and_leaves_it_empty(command: Command, empty_postgres: str) -> None:
    found = examined(command)
    assert {status for name, (status, _) in found.items() if name != "provider"} <= {"ok", "note"}
    assert "is empty yet; the first start creates its tables" in found["database"][1]
    assert found["encoding"] == ("ok", "UTF8; time zone Asia/Kolkata, which no stored time depends on")
    assert found["PostgreSQL"][1].startswith("PostgreSQL 1")
    assert tables(empty_postgres) == (0,)


@pytest.mark.usefixtures("ready")
def test_doctor_finds_no_fault_in_a_postgres_database_in_use(command: Command) -> None:
    found = examined(command)
    assert found["database"][0] == "ok"
    assert ": 1 session, " in found["database"][1]
    assert found["rights"] == ("ok", "the user may do everything that the service needs")
    assert "database clock" not in found


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(("statements", "check", "reason"), [
    (("ALTER TABLE shares OWNER TO admin", f"GRANT ALL ON shares TO {ROLE}"), "rights", "migrate and VACUUM shares"),
    (("ALTER TABLE logins OWNER TO admin", f"GRANT SELECT, INSERT ON logins TO {ROLE}"), "rights",
     "read and change logins|migrate"),
    ((READ_ONLY,), "PostgreSQL", "takes no changes"),
    (("UPDATE tener_interview_schema SET version = 99",), "database", "newer version"),
    (("DROP TABLE tener_interview_schema",), "database", "did not make"),
    (("UPDATE interview_sessions SET provider = 'hireflix'",), "database", "sessions of the hireflix provider"),
])
def test_doctor_names_faults_of_a_postgres_database(
    command: Command, postgres: PostgresServer, database_name: str, statements: tuple[str, ...], check: str, reason: str
) -> None:
    with postgres.admin(database_name) as db:
        for statement in statements:
            db.execute(statement)
    result = command("doctor", "--json")
    faults = {row["check"]: row["said"] for row in result.json["checks"] if row["status"] == "fault"}
    assert result.status == 1
    assert [words for words in reason.split("|") if words in faults[check]], faults


@pytest.mark.parametrize(("change", "reason"), [
    (lambda url: url.replace(ROLE, "nobody", 1), "password authentication failed"),
    (lambda url: f"{url}?sslmode=require", "SSL"),
    (lambda url: f"{url}x", "does not exist"),
    (lambda url: url.replace("127.0.0.1", "127.0.0.1:1,127.0.0.1"), ""),
    (lambda url: f"{url}?frobnicate=1", "frobnicate"),
])
def test_doctor_reports_an_unusable_postgres_url(
    command: Command, empty_postgres: str, change: Any, reason: str
) -> None:
    found = examined(command, **{URL: change(empty_postgres)})
    if reason:
        assert found["database"][0] == "fault"
        assert reason in found["database"][1]
    else:
        assert found["database"][0] == "ok", "the second host answers"


def test_a_postgres_database_of_a_wrong_encoding_is_refused(command: Command, postgres: PostgresServer) -> None:
    name = f"latin_{uuid4().hex}"
    with postgres.admin() as db:
        provider = "LOCALE_PROVIDER libc" if db.info.server_version >= 150_000 else ""
        db.execute(
            f"CREATE DATABASE {name} OWNER {ROLE} ENCODING 'LATIN1' LOCALE 'C' {provider} TEMPLATE template0"
        )
    try:
        changes = {URL: postgres.url(name)}
        assert examined(command, **changes)["encoding"] == ("fault", "LATIN1 cannot hold every name")
        refused = command("start", "1", "42", "--force", **changes)
        assert refused.status == 1
        assert "LATIN1" in refused.err
    finally:
        postgres.drop_database(name)


def test_doctor_notes_a_different_database_clock_and_few_connections(
    command: Command, postgres: PostgresServer, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.admin() as db:
        db.execute(f'ALTER DATABASE "{database_name}" CONNECTION LIMIT 30')
    real_ns = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real_ns() + 90_000_000_000)
    found = examined(command)
    assert found["database clock"][0] == found["connections"][0] == "note"
    assert re.search(r"differs from it by (90|89)\.\d s", found["database clock"][1])
    assert found["connections"][1].startswith("the user may have 30")
    assert "connections" not in examined(command, TENER_INTERVIEW_DATABASE_POOL_SIZE="7")


def test_doctor_notes_a_connection_pooler(command: Command, postgres: PostgresServer, database_name: str) -> None:
    program = find_pgbouncer()
    if program is None:
        pytest.skip("PgBouncer is not installed")
    with pooled(postgres, program) as pooler:
        found = examined(command, **{URL: pooler.url(database_name)})
        assert found["pooler"][0] == "note"
        assert command("start", "1", "42", "--force", **{URL: pooler.url(database_name)}).status == 0
    assert "pooler" not in examined(command)
