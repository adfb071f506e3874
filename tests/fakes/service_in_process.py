"""The service on threads of the test's own process: started and stopped in a fraction of a process's time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from fakes.application import make_application
from fakes.running_service import RunningService
from tener_interview import settings as environment
from tener_interview.web.response import security_headers
from tener_interview.web.server import HttpServer


@contextmanager
def service_in_process(environ: Mapping[str, str]) -> Iterator[RunningService]:
    """Run the application behind the HTTP server that `running_service` starts, for tests of what it serves.

    Tests of how a process starts, ends, and what it prints need `running_service`.
    """
    settings = environment.load(environ)
    app = make_application(environ)
    headers = security_headers(https=settings.public_base_url.startswith("https:"))
    server = HttpServer(app, settings.host, settings.port, error_headers=headers)
    server.start()
    app.start()
    try:
        yield RunningService(f"http://127.0.0.1:{settings.port}")
    finally:
        server.shutdown()
        app.close()
