"""Player: runs the service of one tree on a new database, sends it requests, and records the responses."""

from __future__ import annotations

import json
import re
import sqlite3
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from email.utils import formatdate
from pathlib import Path
from typing import Any

from fakes.client import Reply
from fakes.hireflix import FakeHireflix
from fakes.process import ServiceProcess, environ
from fakes.running_service import PROJECT
from recording.recording import Entry

BEGIN_MS = 1_770_000_000_000
STILL_SERVICE = Path(__file__).with_name("still_service.py")
KINDS = {"application/json": "json", "text/html": "page", "text/csv": "sheet"}
#: Metrics that differ each time: memory, background work, and requests that are repeated until they succeed.
_UNSTEADY = re.compile(
    r"tener_interview_(process_resident_memory_bytes|sync_last_round_age_seconds"
    r'|request\w*\{method="GET",route="(/health|/api/interviews/sessions/\{session_id\})")'
)
_COMMAND_S = 60.0


class Player:
    """Starts, stops and calls the service of one tree; `entries` is the recording.

    `scene` begins every label. Whatever differs from run to run is written in capitals: FOLDER for the folder with the
    files, TREE for that of the service, PORT and HIREFLIX for two ports.
    """

    def __init__(self, scene: str, tree: Path, folder: Path, fake: FakeHireflix | None = None, **settings: str) -> None:
        self.scene = scene
        self.tree = tree
        self.folder = folder
        self.fake = fake
        self.entries: list[Entry] = []
        self._clock = folder / "clock"
        self._processes = 0
        self._settings = self._all_settings(settings)
        self._service: ServiceProcess | None = None
        #: Texts that differ in each run, and what is written in their place.
        self._changing = {str(folder): "FOLDER", str(tree): "TREE"}
        if fake is not None:
            self.hide(fake.url, "http://127.0.0.1:HIREFLIX/me")
        self.set_clock(BEGIN_MS)

    def hide(self, changing: str, written: str) -> None:
        """Replace a text that differs in each run by another, from now on."""
        self._changing[changing] = written

    # Time -------------------------------------------------------------------------------------------------------

    def set_clock(self, now_ms: int) -> None:
        self.now_ms = now_ms
        with self._clock.open("r+b" if self._clock.exists() else "wb") as file:
            file.write(struct.pack("<q", now_ms * 1_000_000))
        if self.fake is not None:
            self.fake.account.now_ms = lambda: now_ms
            self.fake.says_date = formatdate(now_ms / 1000, usegmt=True)

    def pass_time(self, *, hours: float = 0, seconds: float = 0) -> None:
        self.set_clock(self.now_ms + round(hours * 3_600_000 + seconds * 1000))

    # Playing ----------------------------------------------------------------------------------------------------

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Run the service for the duration of the block."""
        with ServiceProcess(self._settings) as service:
            self._processes += 1
            service.start(self._command(), cwd=self.tree)
            self._service = service
            self.hide(f"127.0.0.1:{service.port}", "127.0.0.1:PORT")
            yield
            service.terminate()
            self._service = None

    def ask(
        self, label: str, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Let a second pass, send a request, and record the response."""
        self.pass_time(seconds=1)
        reply = self.read(method, path, body, headers)
        kind = KINDS.get(reply.headers.get("content-type", "").partition(";")[0], "text")
        text = reply.body.decode("utf-8", "backslashreplace")
        body = self._steady(text)
        kept = {name: value for name, value in reply.headers.items() if body == text or name not in _BODY_HEADERS}
        self._add(label, kind, status=reply.status, headers=json.loads(self._steady(json.dumps(kept))), body=body)
        return reply

    def read(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a request without recording the response."""
        assert self._service is not None
        return self._service.call(method, path, body=body, headers=headers)

    def await_status(self, session_id: str, status: str, headers: Mapping[str, str]) -> None:
        """Wait until background work has brought a session to this status."""
        give_up_at = time.monotonic() + 20
        while self.read("GET", f"/api/interviews/sessions/{session_id}", None, headers).json["status"] != status:
            assert time.monotonic() < give_up_at, f"{session_id} did not become {status}"
            time.sleep(0.02)

    def command(self, label: str, *words: str, stdin: str = "") -> None:
        """Let a second pass, run a command, and record its exit status and output."""
        self.pass_time(seconds=1)
        self._processes += 1
        done = subprocess.run(
            self._command(*words), input=stdin, capture_output=True, text=True, timeout=_COMMAND_S, check=False,
            cwd=self.tree, env=self._settings,
        )
        out, err = (self._steady(item) for item in (done.stdout, done.stderr))
        self._add(f"command {label}", "command", status=done.returncode, out=out, err=err)

    # Recording --------------------------------------------------------------------------------------------------

    def record_stored(self) -> None:
        """Record every table of the database, its schema, and the file beside it."""
        path = Path(self._settings["TENER_INTERVIEW_DB_PATH"])
        with closing(sqlite3.connect(path)) as db:
            db.row_factory = sqlite3.Row
            schema = db.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").fetchall()
            version = db.execute("PRAGMA user_version").fetchone()[0]
            self._add("database schema", "schema", version=version, parts=[dict(item) for item in schema])
            for name in [item["name"] for item in schema if item["type"] == "table"]:
                rows = [self._row(row) for row in db.execute(f'SELECT * FROM "{name}"')]
                self._add(f"table {name}", "table", rows=sorted(rows, key=json.dumps))
        erased = Path(f"{path}.erased")
        if erased.exists():
            self._add(f"file {erased.name}", "file", text=self._steady(erased.read_text("utf-8")))

    def record_hireflix(self) -> None:
        """Record the requests that Hireflix received, in order."""
        assert self.fake is not None
        recorded = ("operation", "type", "fields", "variables", "status")
        self._add("asked of Hireflix", "hireflix", requests=[
            {name: request[name] for name in recorded} for request in self.fake.requests
        ])

    # --------------------------------------------------------------------------------------------------------------

    def _add(self, label: str, kind: str, **content: Any) -> None:
        label = f"{self.scene}: {label}"
        assert label not in {entry.label for entry in self.entries}, f"two are called {label}"
        self.entries.append(Entry(label, kind, content))

    def _command(self, *words: str) -> tuple[str, ...]:
        series = f"{self.scene} {self._processes}"
        return (sys.executable, str(STILL_SERVICE), str(self._clock), series, *words)

    def _all_settings(self, settings: Mapping[str, str]) -> dict[str, str]:
        # Nothing is written into another tree, which is only looked at; this one is compiled already.
        compiled = {} if self.tree == PROJECT else {"PYTHONPYCACHEPREFIX": str(self.folder.parent / "compiled")}
        return environ(self.folder, PYTHONHASHSEED="0", COLUMNS="100", **compiled) | {
            "PYTHONPATH": str(self.tree / "src"), **settings,
        }

    def _steady(self, text: str) -> str:
        """The text without what is different in each run."""
        for changing, written in self._changing.items():
            text = text.replace(changing, written)
        text = re.sub(r"\d+( MB are free)", r"MUCH\1", text)
        return "".join(
            f"{line.rpartition(' ')[0]} UNSTEADY\n" if _UNSTEADY.match(line) else line
            for line in text.splitlines(keepends=True)
        )

    def _row(self, row: sqlite3.Row) -> dict[str, Any]:
        return {
            name: value.hex() if isinstance(value, bytes) else self._steady(value) if isinstance(value, str) else value
            for name, value in dict(row).items()
        }


#: Headers that depend on the body.
_BODY_HEADERS = ("content-length", "etag")
