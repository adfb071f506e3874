"""The figures as tables in Markdown."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.measured_service import CONCURRENCY, REFRESH_SIZES
from benchmarks.measures import CONNECTIONS, LATENCIES_MS, LOADED, OURS, Row
from documents.table import table

#: What the summary tells of.
MANY, FINISHED, LATENCY_MS = CONNECTIONS[1], REFRESH_SIZES[1], LATENCIES_MS[-1]


def machine() -> str:
    """What it was measured on."""
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    except OSError:
        found = None
    processor = " ".join((found[1] if found else platform.processor() or platform.machine()).split())
    return (
        f"{os.cpu_count()} cores ({processor}), {platform.system()}, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}"
    )


def tables(found: dict[str, list[Row]], *, date: str, loaded_by: str) -> str:
    """All tables with the words between them."""
    loads = [f"{connection} at once: req/s (p50, p99 ms)" for connection in CONNECTIONS]
    starts = [[item["server"], f"{item['start_ms']:,.0f} ms"] for item in found["start"]]
    return f"""\
Measured on {date}, in one run on one machine: {machine()}.
Load by {loaded_by}, on the same cores; some {os.getloadavg()[2]:.0f} other processes wanted them. The last column is
the rate at 1, 16 and 64 connections as a part of what `/health` does here, which is what can be compared between
machines.

{_figures(["", *loads, "of ours"], _http_rows(found["http"]))}

Refreshing a job whose candidates have all finished, {CONCURRENCY} requests in flight at most. In brackets, how much
longer it takes than waiting alone would: rounds of requests times what Hireflix takes for an answer.

{_figures(["sessions", "requests", *(f"at {each} ms" for each in LATENCIES_MS)], _refresh_rows(found["refresh"]))}

{_figures(["", "start to first answer"], starts)}

{_figures(["memory", "now", "at most"], _memory_rows(found["memory"]))}"""


def summary(found: dict[str, list[Row]], *, date: str) -> str:
    """What a newcomer wants to know."""
    many = [item for item in found["http"] if item["connections"] == MANY]
    rates = [
        [f"{item['server']}: {item['what']}",
         f"{item['requests_s']:,.0f} a second, 99 % of them within {item['p99_ms']:.0f} ms"
         + (f"; {item['failed']:,} were refused" if item["failed"] else "")]
        for item in many
    ]
    refreshes = [
        [f"{OURS}: refresh of {FINISHED} finished interviews, {LATENCY_MS} ms for each answer of Hireflix",
         f"{item['took_ms'] / 1000:.1f} s"]
        for item in found["refresh"] if (item["sessions"], item["latency_ms"]) == (FINISHED, LATENCY_MS)
    ]
    starts = [
        [f"{OURS}: start to first answer", f"{item['start_ms'] / 1000:.1f} s"]
        for item in found["start"] if item["server"] == OURS
    ]
    memory = [
        [f"{OURS}: memory at most", f"{item['VmHWM']:.0f} MB"] for item in found["memory"] if item["when"] == LOADED
    ]
    heading = f"With {MANY} requests at once, on {date}: {machine()}."
    return f"{heading}\n\n{_figures(['', ''], [*rates, *refreshes, *starts, *memory])}"


def _http_rows(rows: Sequence[Row]) -> Iterator[list[str]]:
    best = {row["connections"]: row["requests_s"] for row in rows if (row["server"], row["what"]) == (OURS, "/health")}
    for server, what in dict.fromkeys((row["server"], row["what"]) for row in rows):
        at = {row["connections"]: row for row in rows if (row["server"], row["what"]) == (server, what)}
        ratios = [at[connection]["requests_s"] / best[connection] for connection in CONNECTIONS if connection in at]
        is_compared = (server, what) != (OURS, "/health") and len(ratios) == len(CONNECTIONS)
        yield [
            f"{server}: {what}",
            *(_load(at[connection]) if connection in at else "" for connection in CONNECTIONS),
            " / ".join(f"{ratio:.2f}" for ratio in ratios) if is_compared else "",
        ]


def _load(row: Row) -> str:
    failed = f", {row['failed']} failed" if row["failed"] else ""
    return f"{row['requests_s']:,.0f} ({row['p50_ms']:.2f}, {row['p99_ms']:.1f}{failed})"


def _refresh_rows(rows: Sequence[Row]) -> Iterator[list[str]]:
    for sessions in REFRESH_SIZES:
        at = {row["latency_ms"]: row for row in rows if row["sessions"] == sessions}
        yield [f"{sessions:,}", str(at[LATENCIES_MS[0]]["requests"]), *(_refresh(at[item]) for item in LATENCIES_MS)]


def _refresh(row: Row) -> str:
    ratio = f" ({row['took_ms'] / row['ideal_ms']:.1f} times {row['ideal_ms'] / 1000:.2f} s)" if row["ideal_ms"] else ""
    return f"{row['took_ms'] / 1000:.2f} s{ratio}"


def _memory_rows(rows: Sequence[Row]) -> Iterator[list[str]]:
    for row in rows:
        if "VmRSS" in row:
            yield [str(row["when"]), f"{row['VmRSS']:.0f} MB", f"{row['VmHWM']:.0f} MB"]


def _figures(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return table(heads, rows, aligned="---:")
