"""The figures as tables in Markdown."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.measures import CONNECTIONS, HELLO, LATENCIES_MS, LOADED, OURS, Row
from benchmarks.scenes import CONCURRENCY, REFRESH_SIZES
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
    loads = [f"{each} at once: req/s (p50, p99 ms)" for each in CONNECTIONS]
    starts = [[each["server"], f"{each['start_ms']:,.0f} ms"] for each in found["start"]]
    return f"""\
Measured on {date}, in one run on one machine: {machine()}.
Load by {loaded_by}, on the same cores. The last column is the others' rate at 1, 16 and 64 connections as a part of
what `/health` does here.

{_figures(["", *loads, "of ours"], _http_rows(found["http"]))}

Refreshing a job whose candidates have all finished, {CONCURRENCY} requests in flight at most. In brackets, how much
longer it takes than waiting alone would: rounds of requests times what Hireflix takes for an answer.

{_figures(["sessions", "requests", *(f"at {each} ms" for each in LATENCIES_MS)], _refresh_rows(found["refresh"]))}

{_figures(["", "start to first answer"], starts)}

{_figures(["memory", "now", "at most"], _memory_rows(found["memory"]))}"""


def summary(found: dict[str, list[Row]], *, date: str) -> str:
    """What a newcomer wants to know."""
    many = [each for each in found["http"] if each["connections"] == MANY]
    rates = [
        [f"{each['server']}: {each['what']}",
         f"{each['requests_s']:,.0f} a second, 99 % of them within {each['p99_ms']:.0f} ms"]
        for each in many
    ]
    refreshes = [
        [f"{OURS}: refresh of {FINISHED} finished interviews, {LATENCY_MS} ms for each answer of Hireflix",
         f"{each['took_ms'] / 1000:.1f} s"]
        for each in found["refresh"] if (each["sessions"], each["latency_ms"]) == (FINISHED, LATENCY_MS)
    ]
    starts = [
        [f"{OURS}: start to first answer", f"{each['start_ms'] / 1000:.1f} s"]
        for each in found["start"] if each["server"] == OURS
    ]
    memory = [
        [f"{OURS}: memory at most", f"{each['VmHWM']:.0f} MB"] for each in found["memory"] if each["when"] == LOADED
    ]
    heading = f"With {MANY} requests at once, on {date}: {machine()}."
    return f"{heading}\n\n{_figures(['', ''], [*rates, *refreshes, *starts, *memory])}"


def _http_rows(rows: Sequence[Row]) -> Iterator[list[str]]:
    best = {each["connections"]: each["requests_s"] for each in rows if each["what"] == "/health"}
    for server, what in dict.fromkeys((each["server"], each["what"]) for each in rows):
        at = {each["connections"]: each for each in rows if (each["server"], each["what"]) == (server, what)}
        ratios = [at[each]["requests_s"] / best[each] for each in CONNECTIONS if each in at]
        yield [
            f"{server}: {what}",
            *(_load(at[each]) if each in at else "" for each in CONNECTIONS),
            " / ".join(f"{each:.2f}" for each in ratios) if what == HELLO else "",
        ]


def _load(row: Row) -> str:
    failed = f", {row['failed']} failed" if row["failed"] else ""
    return f"{row['requests_s']:,.0f} ({row['p50_ms']:.2f}, {row['p99_ms']:.1f}{failed})"


def _refresh_rows(rows: Sequence[Row]) -> Iterator[list[str]]:
    for sessions in REFRESH_SIZES:
        at = {each["latency_ms"]: each for each in rows if each["sessions"] == sessions}
        yield [f"{sessions:,}", str(at[LATENCIES_MS[0]]["requests"]), *(_refresh(at[each]) for each in LATENCIES_MS)]


def _refresh(row: Row) -> str:
    ratio = f" ({row['took_ms'] / row['ideal_ms']:.1f} times {row['ideal_ms'] / 1000:.2f} s)" if row["ideal_ms"] else ""
    return f"{row['took_ms'] / 1000:.2f} s{ratio}"


def _memory_rows(rows: Sequence[Row]) -> Iterator[list[str]]:
    for row in rows:
        if "VmRSS" in row:
            yield [str(row["when"]), f"{row['VmRSS']:.0f} MB", f"{row['VmHWM']:.0f} MB"]


def _figures(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return table(heads, rows, aligned="---:")
