"""The service is a plain WSGI application: it runs under gunicorn and waitress as docs/operations.md says."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from fakes.running_service import PROJECT, RunningService, demo_environ, free_port, running_service
from fakes.waiting import PATIENCE_S

PAGE = (PROJECT / "docs" / "operations.md").read_text("utf-8")
#: A client key; some keys hold what a server might take out of a path.
KEY = "q83v//JRWeJ+Crze8SNFZ4kKvN7="
#: The exit status of one that is told to stop; waitress leaves SIGTERM to the system.
SERVERS = {"gunicorn": 0, "waitress": -signal.SIGTERM}


@pytest.fixture(scope="module", params=sorted(SERVERS))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """One for all tests; each has a job of its own."""
    pytest.importorskip(request.param)
    folder: Path = tmp_path_factory.mktemp(request.param)
    exit_status = SERVERS[request.param]
    port = free_port()
    (line,) = re.findall(rf"(?m)^PYTHONPATH=src ({request.param}.*)$", PAGE)
    environ = demo_environ(
        folder, port, TENER_INTERVIEW_PUBLIC_BASE_URL=f"http://127.0.0.1:{port}", TENER_INTERVIEW_CLIENT_KEY=KEY
    )
    command = ("sh", "-c", f"exec env PYTHONPATH=src {line.replace('8090', str(port))}")
    with running_service(environ, port, command) as service:
        yield service
    assert not re.search(f"Traceback|raised_at|{re.escape(KEY[:8])}", service.output)
    assert service.exit_status == exit_status, service.output
    if exit_status == 0:
        assert not list(folder.glob("*-wal")), "the database was not closed"


def ask(
    server: RunningService, method: str, url: str, body: Any = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """One request; underscores in header names stand for hyphens."""
    line = http.client.HTTPConnection(urlsplit(server.base_url).netloc, timeout=PATIENCE_S)
    header_names = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        header_names["Content-Type"] = "application/json"
    line.request(method, url.removeprefix(server.base_url), body and json.dumps(body), header_names)
    answer = line.getresponse()
    content = answer.read()
    line.close()
    return answer, content


def test_candidates_are_started_and_ranked_on_every_wsgi_server(server: RunningService) -> None:
    sessions = []
    for candidate_id in range(1, 6):
        answer, content = ask(
            server, "POST", "/api/interviews/sessions/start", {"job_id": 1, "candidate_id": candidate_id}
        )
        assert answer.status == 201, content
        sessions.append(json.loads(content))
    answer, _ = ask(server, "GET", sessions[0]["entry_url"])
    assert (answer.status, answer.headers["Cache-Control"]) == (302, "no-store")
    answer, content = ask(server, "POST", "/api/admin/jobs/1/sessions/refresh", {"force": True})
    assert (answer.status, json.loads(content)["scored"]) == (200, 5)
    answer, plain = ask(server, "GET", "/api/jobs/1/interview-leaderboard")
    assert [item["rank"] for item in json.loads(plain)["items"]] == [1, 2, 3, 4, 5]
    answer, zipped = ask(server, "GET", "/api/jobs/1/interview-leaderboard", Accept_Encoding="gzip")
    assert gzip.decompress(zipped) == plain
    answer, content = ask(
        server, "GET", "/api/jobs/1/interview-leaderboard", Accept_Encoding="gzip", If_None_Match=answer.headers["ETag"]
    )
    assert (answer.status, content) == (304, b"")


def test_the_client_key_path_works_on_every_wsgi_server(server: RunningService) -> None:
    sessions = "/api/interviews/sessions"
    for key in (KEY, KEY.replace("/", "%2F").replace("+", "%2B")):
        answer, content = ask(server, "POST", f"/k/{key}{sessions}/start", {"job_id": 2, "candidate_id": 9})
        assert answer.status in (200, 201), content
        answer, content = ask(server, "GET", f"/k/{key}{sessions}?job_id=2&limit=500")
        assert [item["candidate_id"] for item in json.loads(content)["items"]] == [9]
    for path in (f"/k/{KEY}/api", f"/k/{KEY}x{sessions}", f"/k/{KEY[:-1]}{sessions}"):
        answer, content = ask(server, "GET", path)
        assert (answer.status, json.loads(content)["code"]) == (404, "ROUTE_NOT_FOUND")


def test_errors_and_empty_responses_are_correct_on_every_wsgi_server(server: RunningService) -> None:
    answer, content = ask(server, "GET", "/nowhere")
    assert (answer.status, json.loads(content)["code"]) == (404, "ROUTE_NOT_FOUND")
    assert answer.headers["Content-Security-Policy"]
    answer, content = ask(server, "POST", "/api/interviews/sessions/start", {"job_id": 0})
    assert (answer.status, json.loads(content)["code"]) == (400, "VALIDATION_FAILED")
    answer, content = ask(server, "HEAD", "/health")
    assert (answer.status, content, answer.headers["Content-Length"]) == (200, b"", "15")
    answer, content = ask(server, "GET", "/dashboard", Accept="text/html")
    assert answer.status == 200


def test_chunked_bodies_and_absolute_targets_work_on_every_wsgi_server(server: RunningService) -> None:
    host, _, port = urlsplit(server.base_url).netloc.partition(":")

    def status_of(target: str, coded: bytes) -> tuple[int, bytes]:
        fields = (
            f"Host: {host}:{port}", "Content-Type: application/json", "Connection: close", "Transfer-Encoding: chunked",
        )
        head = "\r\n".join([f"POST {target} HTTP/1.1", *fields, "", ""])
        with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as line:
            line.sendall(head.encode() + coded)
            answer = b"".join(iter(lambda: line.recv(65536), b""))
        return int(answer.split()[1]), answer

    start = "/api/interviews/sessions/start"
    body = b'{"job_id": 3, "candidate_id": 77}'
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(item), item) for item in (body[:5], body[5:20], body[20:])) + b"0\r\n\r\n"
    assert status_of(start, chunks)[0] == 201
    assert status_of(f"http://{host}:{port}{start}?x", chunks)[0] == 200
    assert status_of(start, b"0\r\n\r\n")[0] == 400
    large = b"1388\r\n" + b" " * 5000 + b"\r\n"
    assert status_of(start, large * 220 + b"0\r\n\r\n")[0] == 413
    status, answer = status_of(start, b"5\r\n{\"jobXX\r\nnonsense\r\n")
    assert status == 400, answer
