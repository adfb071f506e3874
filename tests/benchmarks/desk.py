"""How many requests a visit of the dashboard takes, when it is painted, and how smoothly it scrolls:
`PYTHONPATH=src:tests python3 -m benchmarks.desk`.

Prints a table, and with `--docs` puts it into docs/benchmarks.md. Needs Chromium and Playwright.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.measured_service import LARGE_JOB, SECRET, fill_source, fill_store
from benchmarks.report import machine
from documents.place import Place
from documents.table import table
from fakes.running_service import demo_environ, free_port, running_service
from tener_interview.store.sqlite.database import Store

#: What is visited.
PAGES = {
    "Today": "/dashboard",
    "candidates of a job of 10,000": f"/dashboard?job={LARGE_JOB}",
    "leaderboard of a job of 10,000": f"/dashboard?job={LARGE_JOB}&view=leaderboard",
    "a reviewer's work list": "/reviews",
    # How fast this browser paints at all on this machine.
    "one line of text, for comparison": "/health",
}
_LATER = 5
_READ = """() => {
  const sent = performance.getEntriesByType("resource").filter((entry) => entry.transferSize > 0);
  const page = performance.getEntriesByType("navigation")[0];
  return {
    requests: sent.length + 1,
    kilobytes: (page.transferSize + sent.reduce((sum, entry) => sum + entry.transferSize, 0)) / 1000,
    paint_ms: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
  };
}"""

#: Scrolls down the page for some seconds; the times between frames, in milliseconds, in their order of size.
_SCROLL = """() => new Promise((resolve) => {
  const took = [];
  let last = performance.now();
  const step = (now) => {
    took.push(now - last);
    last = now;
    scrollBy(0, 60);
    if (took.length < 240) requestAnimationFrame(step);
    else resolve(took.sort((a, b) => a - b));
  };
  requestAnimationFrame(step);
})"""


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Measure visits of the dashboard.")
    parser.add_argument("--docs", action="store_true", help="put the table into docs/benchmarks.md")
    wanted = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Neither Chromium nor Chrome is installed.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill_store(Store(folder / "interview.sqlite3"), provider="demo")
        fill_source(folder / "source.sqlite3")
        port = free_port()
        environ = demo_environ(folder, port) | {
            "TENER_INTERVIEW_SOURCE_DB_PATH": str(folder / "source.sqlite3"), "TENER_INTERVIEW_TOKEN_SECRET": SECRET,
        }
        with running_service(environ, port) as service, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            visits = {what: _visits(browser, service.base_url + path) for what, path in PAGES.items()}
            browser.close()
    text = _report(visits)
    print(text)
    if wanted.docs:
        Place("docs/benchmarks.md", "desk").write(text)


def _visits(browser: Browser, url: str) -> list[dict[str, Any]]:
    """A first visit and some later ones, each in a tab of its own."""
    context = browser.new_context(locale="en-GB")
    visits = []
    for _ in range(1 + _LATER):
        page = context.new_page()
        page.goto(url)
        page.wait_for_load_state("networkidle")
        visits.append({**page.evaluate(_READ), "frames_ms": page.evaluate(_SCROLL)})
        page.close()
    context.close()
    return visits


def _report(visits: dict[str, list[dict[str, Any]]]) -> str:
    rows = []
    for what, (first, *later) in visits.items():
        requests = max(visit["requests"] for visit in later)
        kilobytes, paint_ms = (statistics.median(visit[name] for visit in later) for name in ("kilobytes", "paint_ms"))
        rows.append([
            what, f"{first['requests']} ({first['kilobytes']:.0f} kB)", f"{first['paint_ms']:.0f} ms",
            f"{requests} ({kilobytes:.0f} kB)", f"{paint_ms:.0f} ms", _frames(later),
        ])
    heads = [
        "", "first visit: requests", "first paint", "later visit: requests", "first paint",
        "a frame while scrolling (p50, p95)",
    ]
    return f"""\
Measured on {datetime.now(UTC).date().isoformat()} with Chromium on the same machine: {machine()}; some
{os.getloadavg()[2]:.0f} other processes wanted its cores. Requests of the scripts for data are counted as well.

{table(heads, rows, aligned="---:")}"""


def _frames(visits: list[dict[str, Any]]) -> str:
    took_ms = sorted(frame for visit in visits for frame in visit["frames_ms"])
    return f"{statistics.median(took_ms):.0f}, {took_ms[len(took_ms) * 95 // 100]:.0f} ms"


if __name__ == "__main__":
    main()
