"""Measures the service beside what could serve it instead, in one run: `PYTHONPATH=src:tests python3 -m benchmarks`.

Prints tables and writes every figure as JSON; `--docs` puts the tables into docs/benchmarks.md and the README. It takes
about three minutes. wrk makes the load where it is installed; servers that are not installed are left out.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.load import WRK
from benchmarks.measures import measure
from benchmarks.report import machine, summary, tables
from documents.place import Place
from fakes.running_service import PROJECT


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Measure the service beside what could serve it instead.")
    parser.add_argument("--seconds", type=float, default=3, help="how long each load lasts (default: %(default)s)")
    parser.add_argument("--json", type=Path, default=PROJECT / "build" / "benchmarks.json", help="where figures go")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/benchmarks.md and the README")
    wanted = parser.parse_args()
    began = time.monotonic()
    loaded_by = "wrk" if WRK else "threads of a Python process"
    date = datetime.now(UTC).date().isoformat()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), wanted.seconds)
    text = tables(found, date=date, loaded_by=loaded_by)
    print(f"\n{text}\n\n{time.monotonic() - began:.0f} seconds in all.")
    wanted.json.parent.mkdir(parents=True, exist_ok=True)
    everything = {"date": date, "machine": machine(), "loaded_by": loaded_by, **found}
    wanted.json.write_text(json.dumps(everything, indent=2) + "\n", "utf-8")
    if wanted.docs:
        Place("docs/benchmarks.md", "benchmarks").write(text)
        Place("README.md", "figures").write(summary(found, date=date))


if __name__ == "__main__":
    main()
