"""A real PostgreSQL for tests, started from the installed binaries on a free port of this computer.

    with started_server(binaries) as server:            # a server of this test's own
        server.create_database("interviews")
        url = server.url("interviews")                   # for the service: a role that owns the database, no more
        server.stop("immediate")                         # as a crash ends it
        server.start()                                   # with the same data, on the same port
        server.pause(); server.resume()                  # SIGSTOP: connections stay open, nothing answers

Most tests need only a database of their own: `shared_server` starts one server for all processes of a test session.

What differs between installations differs here from what a developer's machine has: texts sort by a language's rules,
the time zone is far away, and the password needs escaping in a URL.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from fakes.running_service import PROJECT, clean_environ, free_port
from fakes.temporary import shared_folder

#: Set to `required`, it makes tests fail that would be skipped because PostgreSQL is not installed.
REQUIRED = "TENER_TEST_POSTGRES"
NEEDED = ("initdb", "postgres", "pg_dump", "pg_restore", "psql")
#: The first with languages of its own for sorting, and the first that can be told to make passwords cheap to check.
_HAS_LANGUAGES, _HAS_CHEAP_SCRAM = 15, 16
#: The first that may copy a database by its files, as the driver numbers versions.
_HAS_STRATEGIES = 150_000

ADMIN, ADMIN_PASSWORD = "admin", "only-for-tests"
#: The service's role: it owns its database and may create nothing outside of it.
ROLE, PASSWORD = "tener", "s3cret/of@tener:50%#?"

#: As pg_ctl calls them: without waiting for clients, or as a crash.
StopMode = Literal["fast", "immediate"]
_STOP_SIGNALS = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}
_START_S, _STOP_S = 60.0, 30.0

SERVER_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    # Safe from killed processes, which is all that tests do; only a power cut would need the disk.
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "timezone": "Asia/Kolkata",
}


def find_binaries() -> Path | None:
    """Return the folder with PostgreSQL's programs, the newest of several; None if one is missing."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0),
        reverse=True,
    )
    if pg_config := shutil.which("pg_config"):
        folders.append(Path(subprocess.run((pg_config, "--bindir"), capture_output=True, text=True).stdout.strip()))
    folders += [Path("/usr/local/bin"), *map(Path, os.get_exec_path())]
    return next((item for item in folders if all((item / program).exists() for program in NEEDED)), None)


def unprivileged(folder: Path) -> dict[str, Any]:
    """Return how `subprocess` starts a program that refuses to run as root, with its files in a folder."""
    if os.geteuid() != 0:
        return {}
    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    for path in (folder, *folder.iterdir()):
        os.chown(path, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@dataclass(frozen=True)
class PostgresServer:
    """A server that runs somewhere on this computer: its databases and their addresses."""

    port: int
    binaries: Path
    #: The files of a server before its first start.
    first_files: Path

    def url(self, database: str, *, role: str = ROLE, port: int | None = None, **options: str) -> str:
        """The address of a database, with the role's password; `port` if something stands between."""
        password = ADMIN_PASSWORD if role == ADMIN else PASSWORD
        query = f"?{urlencode(options)}" if options else ""
        return f"postgresql://{role}:{quote(password, safe='')}@127.0.0.1:{port or self.port}/{database}{query}"

    @contextmanager
    def admin(self, database: str = "postgres") -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """Connect as the superuser; each statement is a transaction."""
        with psycopg.connect(self.url(database, role=ADMIN), autocommit=True, connect_timeout=10) as db:
            yield db

    def create_database(self, name: str, template: str = "template1") -> str:
        """Create a database that the service's role owns; return its URL."""
        with self.admin() as db:
            names = map(sql.Identifier, (name, template, ROLE))
            # To copy files takes two thirds of what it takes to log every page.
            strategy = sql.SQL("STRATEGY FILE_COPY" if db.info.server_version >= _HAS_STRATEGIES else "")
            db.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} {}").format(*names, strategy))
            db.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM public").format(sql.Identifier(name)))
        if template == "template1":
            with self.admin(name) as db:
                db.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(ROLE)))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        with self.admin() as db:
            db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@dataclass(frozen=True)
class OwnServer(PostgresServer):
    """A server that a test may stop and start again."""

    folder: Path
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @cached_property
    def _owner(self) -> dict[str, Any]:
        return unprivileged(self.folder)

    @property
    def log(self) -> str:
        """Return what the server has logged."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def create(self) -> None:
        """Create the files of a new server, or copy those of another, and create its role once it runs."""
        if not self.first_files.exists():
            self._create_first_files()
        self._run("cp", "-Rp", str(self.first_files), str(self.folder / "data"))
        self.start()
        with self.admin() as db:
            db.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(ROLE), PASSWORD))

    def _create_first_files(self) -> None:
        passwords = self.folder / "password"
        passwords.write_text(ADMIN_PASSWORD)
        passwords.chmod(0o644)  # the folder is private
        version = int(re.findall(r"\d+", self._run(str(self.binaries / "postgres"), "--version"))[0])
        language = ("--locale-provider=icu", "--icu-locale=en-US") if version >= _HAS_LANGUAGES else ()
        # A test connects several times, and to check a password as carefully as it should be takes longest.
        scram = ("--auth", "scram-sha-256", "--set", "scram_iterations=1")
        authentication = scram if version >= _HAS_CHEAP_SCRAM else ("--auth", "md5")
        self._run(
            str(self.binaries / "initdb"), "--pgdata", str(self.first_files), "--username", ADMIN, *authentication,
            "--pwfile", str(passwords), "--encoding", "UTF8", "--locale", "C.UTF-8", *language, "--no-sync",
        )

    def start(self, **settings: str) -> None:
        """Start the server and wait until it responds."""
        flags = [f"-c{name}={value}" for name, value in {**SERVER_SETTINGS, "port": self.port, **settings}.items()]
        with (self.folder / "log").open("ab") as log:
            self._processes.append(subprocess.Popen(
                (self.binaries / "postgres", "-D", self.folder / "data", *flags), cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._owner,
            ))
        give_up_at = time.monotonic() + _START_S
        while not self._answers():
            assert self._processes[-1].poll() is None, self.log
            assert time.monotonic() < give_up_at, self.log
            time.sleep(0.02)

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop the server if it runs; it may be paused."""
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(_STOP_SIGNALS[mode])
                self.resume()
                process.wait(_STOP_S)
        self._processes.clear()

    def pause(self) -> None:
        """Pause every process of the server, as on a computer that hangs."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        """The first process first, so that no other begins meanwhile. Those that serve connections are no group."""
        for process in self._processes:
            with suppress(ProcessLookupError):
                process.send_signal(number)
            listed = subprocess.run(("ps", "-A", "-o", "ppid=,pid="), capture_output=True, text=True, check=True).stdout
            for parent, child in map(str.split, listed.splitlines()):
                if int(parent) == process.pid:
                    with suppress(ProcessLookupError):
                        os.kill(int(child), number)

    def _answers(self) -> bool:
        try:
            with self.admin():
                return True
        except psycopg.OperationalError:
            return False

    def _run(self, program: str, *arguments: str) -> str:
        ran: subprocess.CompletedProcess[str] = subprocess.run(
            (program, *arguments), cwd=self.folder, capture_output=True, text=True, **self._owner
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


@contextmanager
def started_server(binaries: Path, other: PostgresServer | None = None) -> Iterator[OwnServer]:
    """A new server, stopped and removed at the end. It need not create its files if it may copy those of another."""
    with shared_folder("tener-postgres-") as folder:
        first_files = folder / "first" if other is None else other.first_files
        server = OwnServer(free_port(), binaries, first_files, folder)
        try:
            server.create()
            yield server
        finally:
            server.stop("immediate")


def shared_server(binaries: Path, folder: Path, session_pid: int) -> PostgresServer:
    """Return a server for all processes that name the same folder; it ends with the process that holds the session."""
    address = folder / "postgres.json"
    with (folder / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not address.exists():
            with (folder / "postgres.log").open("wb") as log:
                keeper = subprocess.Popen(
                    (sys.executable, "-m", "fakes.postgres", binaries, address, str(session_pid)),
                    cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                    env=clean_environ(PYTHONPATH=f"{PROJECT / 'src'}:{PROJECT / 'tests'}"),
                )
            while not address.exists():
                assert keeper.poll() is None, (folder / "postgres.log").read_text("utf-8", "replace")
                time.sleep(0.02)
            # Not this process's to wait for.
            keeper.returncode = 0
    known = json.loads(address.read_text("utf-8"))
    return PostgresServer(known["port"], binaries, Path(known["first_files"]))


def _keep(binaries: Path, address: Path, session_pid: int) -> None:
    """Run a server until another process has ended, however it ends."""
    with started_server(binaries) as server:
        draft = address.with_suffix(".draft")
        draft.write_text(json.dumps({"port": server.port, "first_files": str(server.first_files)}), "utf-8")
        draft.replace(address)
        while _is_alive(session_pid):
            time.sleep(0.2)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    _keep(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
