"""Archives of pg_dump: written by it, and read table by table with pg_restore.

An archive is only ever read as data. What it says about tables, functions or triggers is never run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
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
_TABLE_ENTRY = regex(r"^\d+; \d+ \d+ TABLE DATA \S+ (\S+) .*$", re.MULTILINE)
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
    return {table for table, _ in _entries(archive)}


def _entries(archive: Path) -> list[tuple[str, str]]:
    """The tables whose rows are in an archive, each with its line in the list of contents."""
    ran = subprocess.run(  # noqa: S603 - it reads a file
        (find_program("pg_restore"), "--list", archive), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        errors="replace", check=False,
    )
    if ran.returncode:
        raise StoreRefused(f"{archive} is not a backup of this service: {last_line(ran.stderr)}")
    return [(match[1], match[0]) for match in _TABLE_ENTRY.finditer(ran.stdout)]


def count_rows(archive: Path) -> dict[str, int]:
    """How many rows of each table an archive holds, every one of them read. Raises StoreRefused."""
    counts: dict[str, int] = {}
    with _script(archive) as script:
        for line in script:
            if match := _COPY.match(line):
                counts[match[1].decode()] = sum(1 for _ in _rows(script))
    return counts


def rows_of(archive: Path, tables: Sequence[str]) -> Generator[tuple[str, list[str], Iterator[bytes]], None, None]:
    """Each of these tables in turn: its name, its columns in an archive, and its rows as lines of COPY, all of which
    have to be read before the next table. Raises StoreRefused."""
    entries = _entries(archive)
    contents = "\n".join(line for wanted in tables for table, line in entries if table == wanted)
    complete = 0
    with _script(archive, contents) as script:
        found = (match for line in script if (match := _COPY.match(line)))
        for table, match in zip(tables, found, strict=False):
            if match[1].decode() != table:
                break
            yield table, re.findall(r"[a-z_]+", match[2].decode()), _rows(script)
            complete += 1
        # The rest is read as well, so that the program ends by itself.
        has_more = any(found)
    if has_more or complete < len(tables):
        raise StoreRefused(f"{archive} is not as this service made it: a table is in it twice, or not at all.")


@contextmanager
def _script(archive: Path, contents: str | None = None) -> Iterator[IO[bytes]]:
    """The rows of an archive as the SQL that pg_restore would run, of all or of some lines of its list of contents.
    Raises StoreRefused if it cannot read all of it."""
    options = () if contents is None else ("--use-list=/dev/stdin",)
    with subprocess.Popen(  # noqa: S603 - it reads a file
        (find_program("pg_restore"), "--data-only", *options, "--file=-", archive), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            # Short enough for a pipe that nobody reads yet. A program that refuses the archive never does.
            with suppress(BrokenPipeError), process.stdin:
                process.stdin.write((contents or "").encode())
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
