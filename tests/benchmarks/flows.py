"""How many files and functions of the service a request runs through: what has to be read to follow it.

    PYTHONPATH=src:tests python3 -m benchmarks.flows [--list]

Each flow is a second request of its kind, so that nothing is counted that happens once in the life of a process. A
function is one with a name, called while the flow runs, in whatever thread; classes that only hold values count too.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import tener_interview
from documents.table import table
from fakes.clock import FakeClock
from fakes.desk import Desk
from fakes.hireflix import FakeHireflix
from fakes.running_service import PROJECT

PACKAGE = Path(tener_interview.__file__).parent


@contextmanager
def called() -> Iterator[set[CodeType]]:
    """The code of the package that runs meanwhile, of all threads that are started or go on here."""
    seen: set[CodeType] = set()
    ours = f"{PACKAGE}/"

    def watch(frame: FrameType, event: str, _argument: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(ours) and not code.co_name.startswith("<"):
            seen.add(code)

    threading.setprofile(watch)
    sys.setprofile(watch)
    try:
        yield seen
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def flows(desk: Desk) -> dict[str, set[CodeType]]:
    """What each flow calls."""
    first = desk.started(1)
    desk.finish(first)
    desk.refresh_job()
    desk.client.get("/api/jobs/1/interview-leaderboard")
    return {
        "start a session": _of(lambda: desk.start(2)),
        "refresh a job": _of(lambda: desk.refresh_job(), before=lambda: desk.finish(desk.started(3))),
        "read a leaderboard": _of(lambda: desk.client.get("/api/jobs/1/interview-leaderboard")),
    }


def _of(flow: Callable[[], object], before: Callable[[], object] = lambda: None) -> set[CodeType]:
    before()
    with called() as seen:
        flow()
    return seen


def main() -> int:
    words = argparse.ArgumentParser(prog="python3 -m benchmarks.flows", description=__doc__.partition("\n")[0])
    words.add_argument("--list", action="store_true", help="name them, file by file")
    listed = words.parse_args().list
    with tempfile.TemporaryDirectory() as folder, FakeHireflix() as fake:
        desk = Desk(_environ(Path(folder), fake), fake, FakeClock(), None)
        try:
            found = flows(desk)
        finally:
            desk.close()
    rows = [(name, len({code.co_filename for code in codes}), len(codes)) for name, codes in found.items()]
    print(table(("flow", "files", "functions"), [tuple(map(str, row)) for row in rows]))
    for name, codes in found.items() if listed else ():
        print(f"\n{name}")
        for file in sorted({code.co_filename for code in codes}):
            names = sorted(code.co_qualname for code in codes if code.co_filename == file)
            print(f"  {Path(file).relative_to(PACKAGE)}: {', '.join(names)}")
    return 0


def _environ(folder: Path, fake: FakeHireflix) -> dict[str, str]:
    return {
        "TENER_INTERVIEW_DB_PATH": str(folder / "interview.sqlite3"),
        "TENER_INTERVIEW_SOURCE_DB_PATH": str(folder / "source.sqlite3"),
        "TENER_INTERVIEW_TOKEN_SECRET": secrets.token_urlsafe(32),
        "TENER_INTERVIEW_SYNC_SECONDS": "0",
        "TENER_INTERVIEW_TRANSCRIPTION_SCORING_CRITERIA_PATH": str(
            PROJECT / "config/interview_transcription_scoring_criteria.json"
        ),
        "TENER_INTERVIEW_TOTAL_SCORE_FORMULA_PATH": str(PROJECT / "config/interview_total_score_formula.json"),
        "TENER_INTERVIEW_PROVIDER": "hireflix",
        "TENER_HIREFLIX_API_KEY": fake.api_key,
        "TENER_HIREFLIX_POSITION_ID": fake.position_id,
        "TENER_HIREFLIX_BASE_URL": fake.url,
    }


if __name__ == "__main__":
    sys.exit(main())
