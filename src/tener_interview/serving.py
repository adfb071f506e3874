"""Serving: starts the application, says where it is, and reports why it cannot start."""

from __future__ import annotations

import errno
import gc
import json
import logging
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from . import settings as environment
from .composition import config_faults
from .errors import Problem
from .settings import Settings, SettingsError
from .store.maintenance import StoreRefused
from .store.opening import database_variable
from .system import logs
from .system.memory import give_back_freed_memory
from .web.application import Application
from .web.server import serve

#: How long a computing thread holds the interpreter while others wait for it. A response needs it a dozen times, so
#: Python's default of 5 ms would add up to more than 50 ms.
SWITCH_INTERVAL_S = 0.0002


def serve_until_stopped(
    environ: Mapping[str, str], create: Callable[[Settings], Application], *, as_json: bool = False
) -> int:
    """Serve. With `as_json`, the start message or the reasons for not starting are JSON."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    try:
        settings = environment.load(environ)
        logs.set_up(sys.stderr, settings.log_format)
        app = create(settings)
    except SettingsError as error:
        return _report_start_failure([*error.faults, *config_faults(error.settings)], as_json)
    except (StoreRefused, Problem) as error:
        sentence = error.error if isinstance(error, Problem) else str(error)
        return _report_start_failure([f"{database_variable(settings)}: {sentence}"], as_json)
    # What is there now stays: the garbage collector need not look at it again.
    gc.freeze()
    try:
        announce = partial(_announce, app, settings, app.service.store.name_and_version, as_json)
        return serve(app, settings, max_body_bytes=app.max_body_bytes, ready=announce, stop=app.close)
    except OSError as error:
        app.close()
        return _report_start_failure([_listen_fault(settings, error)], as_json)


def _announce(app: Application, settings: Settings, name_and_version: str, as_json: bool) -> None:
    """Start background work and print the address, once connections are accepted, so that neither delays the first
    response."""
    give_back_freed_memory()
    app.start()
    url = f"{settings.public_base_url}/dashboard"
    mode = "in demo mode (a pretend Hireflix)" if settings.provider == "demo" else "with Hireflix"
    text = f"Tener Interview runs {mode}, {name_and_version}. Open {url}"
    content = {"dashboard": url, "provider": settings.provider, "database": name_and_version}
    try:
        print(json.dumps(content) if as_json else text, flush=True)
    except OSError as error:
        # A full disk behind stdout is no reason not to serve.
        logs.log_event("address_not_printed", logging.WARNING, error=error.strerror or str(error))


def _listen_fault(settings: Settings, error: OSError) -> str:
    """Why the server cannot listen: which setting is wrong, and what would be right."""
    is_of_host = isinstance(error, socket.gaierror) or error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
    field, remedy = ("host", "use an address of this computer, such as 127.0.0.1 or 0.0.0.0") if is_of_host else (
        "port", "choose another port, or stop what uses this one")
    address = f"{settings.host}:{settings.port}"
    reason = error.strerror or error
    return f"{environment.DECLARATIONS[field].variable}: cannot listen on {address}: {reason}; {remedy}"


def _report_start_failure(faults: Sequence[str], as_json: bool) -> int:
    heading = "Tener Interview cannot start:"
    if as_json:
        print(json.dumps({"error": heading, "code": "CANNOT_START", "faults": faults}), file=sys.stderr)
    else:
        print(heading, *faults, sep="\n  ", file=sys.stderr)
    return 2
