"""What a start costs, in seconds of the processor, which other processes hardly change:
`PYTHONPATH=src:tests python3 -m benchmarks.start`.

Prints medians of some starts in demo mode on a database that exists. Needs Linux.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.processes import Server, running
from documents.table import table
from fakes.running_service import START, demo_environ

_STARTS = 7
#: By then everything that is done ahead is done, unless a dozen processes want the processor.
_SETTLED_S = 5.0
_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0.0
_ENGLISH = {"Accept": "text/html", "Accept-Language": "en", "Accept-Encoding": "gzip"}


def main() -> None:
    """Measure and print."""
    if not sys.platform.startswith("linux"):
        sys.exit("The processor's time is read from /proc, which only Linux has.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _measure(folder)
        found = [_measure(folder) for _ in range(_STARTS)]
    rows = [[what, f"{statistics.median(values[what] for values in found):.0f}"] for what in found[0]]
    print(table(["", "median"], rows, aligned="---:"))


def _measure(folder: Path) -> dict[str, float]:
    environ = {name: value for name, value in demo_environ(folder, 0).items() if name.startswith("TENER_")}
    with running(START, environ | {"TENER_INTERVIEW_PORT": "{port}"}) as server:
        first_ms = _processor_ms(server)
        time.sleep(_SETTLED_S)
        settled_ms, memory = _processor_ms(server), server.memory_mb()
        server.call("GET", "/dashboard", headers=_ENGLISH)
        return {
            "to the first answer, ms of the processor": first_ms,
            "to the first answer, ms of the clock": server.start_ms,
            "with what is done ahead, ms of the processor": settled_ms,
            "memory then, MB": memory["VmRSS"],
            "first dashboard after that, ms of the processor": _processor_ms(server) - settled_ms,
        }


def _processor_ms(server: Server) -> float:
    """User and system time of the process so far (proc(5)), in steps of a hundredth of a second."""
    fields = Path(f"/proc/{server.pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_MS


if __name__ == "__main__":
    main()
