"""Archives of pg_dump: written by it, and read table by table with pg_restore.

An archive is only ever read as data. What it says about tables, functions or triggers is never run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from psycopg.conninfo import make_conninfo

from ...regex import regex
from ..maintenance import StoreRefused

#: Where Debian and others install the programs of each version, out of the PATH.
VERSIONS = "/usr/lib/postgresql/*/bin"
_OTHER_BACKUPS_HINT = (
    "The database's own backups work without it: point-in-time recovery of a managed database, or pg_dump on another"
    " machine."
)
_COPY = regex(rb'COPY (?:\S+\.)?(\w+) \(([a-z_, "]+)\) FROM stdin;')
_COPY_END = b"\\."


def find_program(name: str) -> Path:
    """A program of PostgreSQL, the newest that is installed: it works with older servers. Raises StoreRefused."""
    folders = sorted(Path("/").glob(VERSIONS.lstrip("/")), key=_version, reverse=True)
    program = next((folder / name for folder in folders if (folder / name).exists()), None) or shutil.which(name)
    if program is None:
        raise StoreRefused(
            f"{name} is not installed here (Debian: apt-get install postgresql-client). {_OTHER_BACKUPS_HINT}"
        )
    return Path(program)


def _version(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def dump(settings: Mapping[str, Any], snapshot: str, tables: list[str], target: Path) -> None:
    """Write tables, as a snapshot of an open transaction sees them, to an archive. Raises StoreRefused."""
    connection = {name: value for name, value in settings.items() if name not in ("password", "client_encoding")}
    named = [f"--table={table}" for table in tables]
    # In the environment, where other users do not see it as they do in arguments.
    environ = {**os.environ, "PGPASSWORD": str(settings["password"])} if "password" in settings else None
    ran = subprocess.run(  # noqa: S603 - the operator's own program and addresses
        (find_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", *named,
         f"--file={target}", "--no-password", f"--dbname={make_conninfo('', **connection)}"),
        env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False,
    )
    if ran.returncode:
        raise StoreRefused(f"pg_dump could not copy the database: {last_line(ran.stderr)}")


def tables_in(archive: Path) -> set[str]:
    """The names of the tables whose rows are in an archive. Raises StoreRefused for a file that is none."""
    ran = subprocess.run(  # noqa: S603 - it reads a file
        (find_program("pg_restore"), "--list", archive), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        errors="replace", check=False,
    )
    if ran.returncode:
        raise StoreRefused(f"{archive} is not a backup of this service: {last_line(ran.stderr)}")
    return set(re.findall(r"^\d+; \d+ \d+ TABLE DATA \S+ (\S+) ", ran.stdout, re.MULTILINE))


def count_rows(archive: Path) -> dict[str, int]:
    """How many rows of each table an archive holds, every one of them read. Raises StoreRefused."""
    counts: dict[str, int] = {}
    with _script(archive) as script:
        for line in script:
            if match := _COPY.match(line):
                counts[match[1].decode()] = sum(1 for _ in _rows(script))
    return counts


@contextmanager
def rows_of(archive: Path, table: str) -> Iterator[tuple[list[str], Iterator[bytes]]]:
    """The columns of a table in an archive, and its rows as lines of COPY. Raises StoreRefused."""
    with _script(archive, f"--table={table}") as script:
        columns = next((match[2] for line in script if (match := _COPY.match(line))), b"")
        yield re.findall(r"[a-z_]+", columns.decode()), _rows(script)
        # The rest, so that the program ends by itself.
        is_twice = any(_COPY.match(line) for line in script)
    if is_twice or not columns:
        raise StoreRefused(f"{archive} is not as this service made it: {table} is in it twice, or not at all.")


@contextmanager
def _script(archive: Path, *options: str) -> Iterator[IO[bytes]]:
    """The rows of an archive as the SQL that pg_restore would run. Raises StoreRefused if it cannot read all of it."""
    with subprocess.Popen(  # noqa: S603 - it reads a file
        (find_program("pg_restore"), "--data-only", *options, "--file=-", archive), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            yield process.stdout
            if process.wait():
                complaint = last_line(process.stderr.read().decode("utf-8", "replace"))
                raise StoreRefused(f"{archive} is damaged: {complaint}")
        finally:
            process.kill()


def _rows(script: IO[bytes]) -> Iterator[bytes]:
    """The lines until the end of the rows. Raises StoreRefused when there is none."""
    for line in script:
        if line.rstrip(b"\r\n") == _COPY_END:
            return
        yield line
    raise StoreRefused("the backup is cut short.")


def last_line(output: str) -> str:
    """What a program complained of, without what it tried before."""
    lines = [line for line in output.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it is incomplete"
