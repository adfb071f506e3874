"""The service in this process, without the parts that take time and matter only in production."""

from __future__ import annotations

from collections.abc import Mapping

from fakes.stored import create_migrated_file, without_file_checks
from tener_interview import settings
from tener_interview.__main__ import create_app
from tener_interview.domain.refresh.scoring_worker import ScoringWorker
from tener_interview.domain.users.passwords import PasswordCost
from tener_interview.system.clock import Clock
from tener_interview.web.application import Application

#: A hash of a password that takes no time.
_CHEAP_PASSWORDS = PasswordCost(n=2, r=1, p=1)


class _SharedWorker(ScoringWorker):
    """Scores for all services of a test process: one that begins imports the scorer and loads languages. It ends when
    nobody needs it for a minute, or when this process does."""

    def close(self) -> None:
        """Others may still need it."""


_WORKER = _SharedWorker()


def make_application(environ: Mapping[str, str], clock: Clock | None = None) -> Application:
    """Create the service with these settings, on a new database if there is none. The caller closes it."""
    loaded = settings.load(environ)
    with without_file_checks(create_migrated_file(environ)):
        return create_app(loaded, clock=clock, password_cost=_CHEAP_PASSWORDS, worker=_WORKER)
