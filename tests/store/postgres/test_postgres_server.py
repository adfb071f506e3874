"""The PostgreSQL that tests run on: shared, stopped, paused, and behind a network that breaks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from fakes.network import Network
from fakes.pgbouncer import find_pgbouncer, pooled
from fakes.postgres import OwnServer, PostgresServer, shared_server
from fakes.running_service import PROJECT, clean_environ
from fakes.waiting import PATIENCE_S, eventually


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=1) as db:
            return db.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_each_test_has_its_own_postgres_database(postgres: PostgresServer, empty_postgres: str) -> None:
    with psycopg.connect(empty_postgres) as db:
        row = db.execute(
            "SELECT current_user, pg_encoding_to_char(encoding), 'Z' < 'a', current_setting('is_superuser'),"
            " rolcreatedb FROM pg_database, pg_roles WHERE datname = current_database() AND rolname = current_user"
        ).fetchone()
        assert row == ("tener", "UTF8", False, "off", False)
        db.execute("CREATE TABLE notes (text TEXT)")
    name = "copy_of_" + urlsplit(empty_postgres).path[1:]
    with psycopg.connect(postgres.create_database(name, template=urlsplit(empty_postgres).path[1:])) as db:
        assert db.execute("SELECT count(*) FROM notes").fetchone() == (0,)
    postgres.drop_database(name)
    assert not answers(postgres.url(name))


def test_test_processes_of_one_session_share_a_postgres_server_that_ends_with_it(
    postgres_binaries: Path, tmp_path: Path
) -> None:
    with subprocess.Popen(("sleep", str(PATIENCE_S))) as session:
        first = shared_server(postgres_binaries, tmp_path, session.pid)
        begin = (
            "import sys; from pathlib import Path; from fakes.postgres import shared_server;"
            " print(shared_server(*map(Path, sys.argv[1:]), 1).port)"
        )
        environ = clean_environ(PYTHONPATH=f"{PROJECT / 'src'}:{PROJECT / 'tests'}")
        command = (sys.executable, "-c", begin, postgres_binaries, tmp_path)
        other = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        assert int(other.stdout) == first.port
        eventually(lambda: answers(first.url("postgres")))
        session.kill()
    eventually(lambda: not answers(first.url("postgres")))


def test_a_server_keeps_committed_data_in_a_crash_and_no_response_while_paused(own_postgres: OwnServer) -> None:
    url = own_postgres.create_database("kept")
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("CREATE TABLE notes AS SELECT 1 AS number")
        own_postgres.stop("immediate")
        with pytest.raises(psycopg.OperationalError):
            db.execute("SELECT 1")
    assert not answers(url)
    own_postgres.start()
    with psycopg.connect(url) as db:
        assert db.execute("SELECT number FROM notes").fetchone() == (1,)
    with psycopg.connect(url, autocommit=True) as db:
        own_postgres.pause()
        assert not answers(url)
        own_postgres.resume()
        assert db.execute("SELECT 1").fetchone() == (1,)
        own_postgres.pause()
    own_postgres.stop()
    assert not answers(url)


@pytest.mark.parametrize("fail", [Network.cut, Network.lose])
def test_the_network_to_postgres_can_be_cut_and_restored(
    fail: Callable[[Network], None], postgres: PostgresServer
) -> None:
    with Network(postgres.port) as network:
        url = postgres.url("postgres", port=network.port)
        eventually(lambda: answers(url))
        with psycopg.connect(url, tcp_user_timeout=1) as db:
            assert db.execute("SELECT repeat('long', 100000)").fetchone() == ("long" * 100_000,)
            fail(network)
            assert not answers(url)
            network.mend()
            eventually(lambda: answers(url))
            with pytest.raises(psycopg.OperationalError):
                db.execute("SELECT 1")
    assert not answers(url)


def test_a_pooler_may_give_each_transaction_another_connection(postgres: PostgresServer, empty_postgres: str) -> None:
    program = find_pgbouncer()
    if program is None:
        pytest.skip("PgBouncer is not installed")
    with pooled(postgres, program, pool_size=1) as pooler:
        url = pooler.url(urlsplit(empty_postgres).path[1:])
        with psycopg.connect(url, autocommit=True) as one, psycopg.connect(url, autocommit=True) as other:
            pids = [db.execute("SELECT pg_backend_pid()").fetchone() for db in (one, other)]
            assert pids[0] == pids[1]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give the server to another user")
def test_the_test_postgres_server_does_not_run_as_root(postgres: PostgresServer) -> None:
    with postgres.admin() as db:
        row = db.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        assert Path(f"/proc/{row[0]}").stat().st_uid != 0
