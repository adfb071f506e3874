"""PgBouncer in transaction mode in front of a test's PostgreSQL, started from the installed program on a free port."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg

from fakes.postgres import PASSWORD, ROLE, PostgresServer, unprivileged
from fakes.running_service import free_port
from fakes.temporary import shared_folder

_START_S = 20.0

_SETTINGS = """
[databases]
* = host=127.0.0.1 port={server_port}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = {pool_size}
max_client_conn = 500
"""


def find_pgbouncer() -> str | None:
    return shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin")


@contextmanager
def pooled(server: PostgresServer, program: str, pool_size: int = 5) -> Iterator[PostgresServer]:
    """Return the same server through PgBouncer, which opens this many connections for all clients."""
    port = free_port()
    with shared_folder("tener-pgbouncer-") as folder:
        (folder / "users").write_text(f'"{ROLE}" "{PASSWORD}"\n')
        (folder / "pgbouncer.ini").write_text(
            _SETTINGS.format(server_port=server.port, port=port, folder=folder, pool_size=pool_size)
        )
        with (folder / "log").open("wb") as log, subprocess.Popen(
            (program, folder / "pgbouncer.ini"), cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            **unprivileged(folder),
        ) as process:
            try:
                pooler = replace(server, port=port)
                _await_answer(pooler, process, folder / "log")
                yield pooler
            finally:
                process.kill()


def _await_answer(pooler: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + _START_S
    while True:
        try:
            psycopg.connect(pooler.url("postgres")).close()
        except psycopg.OperationalError:
            assert process.poll() is None, log.read_text("utf-8", "replace")
            assert time.monotonic() < give_up_at, log.read_text("utf-8", "replace")
            time.sleep(0.02)
        else:
            return
