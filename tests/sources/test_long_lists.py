"""Long answers of the main system: what is promised is served within bounds, and what is not harms nobody.

`pytest -s tests/sources/test_long_lists.py` prints the peaks of memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from fakes.running_service import PROJECT, clean_environ
from for_each import for_each
from tener_interview.sources.item_list import MAX_ROWS, InvalidList, read_items

PEAK_MB = 150

READER = """
import sys
from tener_interview.system.clock import SystemClock
from tener_interview.errors import Problem
from tener_interview.outbound.request import send
from tener_interview.sources.api import ApiSource
source = ApiSource(send, sys.argv[1], None, 60.0, SystemClock())
try:
    told = f"{len(source.candidates(1, 10_000))} candidates"
except Problem as problem:
    told = problem.error
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
peak_mb = int(status["VmHWM"].split()[0]) / 1000
print(round(peak_mb), told)
"""


def row(number: int, letter: str = "x") -> dict[str, Any]:
    """Some 2.9 KB, as the main system's own rows have them at most."""
    return {
        "candidate_id": number, "full_name": f"Person {number}", "email": f"p{number}@example.com", "score": 0.5,
        "status": "new", "headline": letter * 300, "location": "Berlin", "languages": ["en", "de"],
        "skills": [f"skill {item}" for item in range(20)],
        "notes": [{"at": item, "said": letter * 50} for item in range(25)],
    }


def listed(rows: list[Any], **more: Any) -> bytes:
    return json.dumps({**more, "items": rows}, ensure_ascii=False).encode()


def listed_rows(count: int, letter: str = "x") -> bytes:
    """What `listed` writes for that many rows. All are written as the first was: each by itself would take longer than
    to read them."""
    number = 987_654_321
    written = json.dumps(row(number, letter), ensure_ascii=False)
    rows = ", ".join(written.replace(str(number), str(item)) for item in range(count))
    return f'{{"items": [{rows}]}}'.encode()


LISTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "10,000 candidates": (lambda: listed_rows(10_000), "10000 candidates"),
    "10,000 candidates with pictures": (lambda: listed_rows(2_500, "é😀"), "2500 candidates"),
    "small objects": (lambda: b'{"items": [' + b"{}," * 5_000_000 + b"{}]}", "no list"),
    "small rows": (lambda: b'{"items": [' + b'{"candidate_id":1},' * 1_000_000 + b"{}]}", "more than 20,000 rows"),
    "lists in lists": (lambda: b'{"items": [' + b"[[]]," * 3_000_000 + b"[]]}", "no list"),
    "one long row": (lambda: b'{"items": [{"a": [' + b"{}," * 5_000_000 + b"{}]}]}", "no list"),
    "beside the list": (lambda: b'{"more": [' + b"1," * 9_000_000 + b'1], "items": []}', "no list"),
    "nothing but openings": (lambda: b"[" * 15_000_000, "no list"),
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = LISTS[list(LISTS)[int(self.path.split("/")[1])]][0]()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                return

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", LISTS)
def test_a_long_json_list_is_parsed_with_little_memory(address: str, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READER, f"{address}/{list(LISTS).index(name)}"], capture_output=True, text=True,
        cwd=PROJECT, env=clean_environ(PYTHONPATH=os.pathsep.join(("src", "tests"))), timeout=100, check=True,
    )
    peak_mb, _, told = done.stdout.strip().partition(" ")
    print(f"{name}: {peak_mb} MB at most: {told}")
    assert LISTS[name][1] in told
    assert int(peak_mb) < PEAK_MB


LONG = [row(item) for item in range(200)]


def test_a_long_json_list_is_parsed_like_a_short_one() -> None:
    odd = [{**row(1), "a": '}]"{[\\', "b": {"c": [{"d": [[{}]]}]}, "é": "\u2028\\\""}, row(2)]
    for rows in (odd, LONG, [*LONG, *odd]):
        more = listed(rows, total=3, pages={"next": [1, {}]})
        for body in (listed(rows), more, json.dumps({"items": rows}).encode()):
            assert read_items(body, dict) == rows


@for_each(
    "body", [
        listed(LONG)[:-1], listed(LONG) + b"x", listed(LONG)[:-2] + b",}", listed(LONG).replace(b"}, {", b"} {", 1),
        listed([*LONG, 5]), listed([*LONG, []]), listed([*LONG, "\0"]), json.dumps([LONG]).encode(),
        json.dumps({"rows": LONG}).encode(), json.dumps({"items": [], "rows": LONG}).encode(),
        listed(LONG).decode().encode("utf-16"), listed(LONG).replace(b'"Berlin"', b'"Ber\nlin"', 1),
        b'{"items": [' + b"{}" + b",{}" * (MAX_ROWS + 1) + b"]" + b" " * 300_000 + b"}",
    ]
)
def test_a_long_body_that_is_not_a_complete_json_list_is_refused(body: bytes) -> None:
    assert len(body) > 256 * 1024
    with pytest.raises(InvalidList):
        read_items(body, dict)
