"""Instances of the service on one database."""

from __future__ import annotations

from pathlib import Path

from fakes.hireflix import FakeHireflix
from fakes.process import ServiceProcess, environ, hireflix_environ
from fakes.waiting import eventually


def on_postgres(settings: dict[str, str], url: str) -> dict[str, str]:
    """Return the same settings with a PostgreSQL database in place of the file."""
    return {
        name: value for name, value in settings.items() if name != "TENER_INTERVIEW_DB_PATH"
    } | {"TENER_INTERVIEW_DATABASE_URL": url}


def demo_instance(folder: Path, url: str, **changes: str) -> dict[str, str]:
    """Start demo mode on a PostgreSQL database."""
    return on_postgres(environ(folder, **changes), url)


def instance(folder: Path, fake: FakeHireflix, url: str, **changes: str) -> dict[str, str]:
    """Start an instance with Hireflix, and without background sync unless a test needs it."""
    return on_postgres(hireflix_environ(folder, fake, **changes), url)


def holders(*services: ServiceProcess) -> list[ServiceProcess]:
    """Return the instances that say they hold the lease of the background sync."""
    return [service for service in services if service.get("/api").json["sync"]["holds_lease"]]


def one_holder(*services: ServiceProcess) -> ServiceProcess:
    """Wait until a single instance holds the lease of the background sync; return it. Another may take it later."""
    found: list[ServiceProcess] = []

    def is_single() -> bool:
        found[:] = holders(*services)
        return len(found) == 1

    eventually(is_single)
    return found[0]
