"""Response deadline: answer before the client gives up; work that takes longer continues in the background."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..domain.service import Service
from ..errors import Problem
from ..system.parallel import CommitToRespond, NoWorkerFree, StillRunning
from ..web.request import Request

Done = TypeVar("Done")

#: The main system gives up after 20 s.
RESPONSE_DEADLINE_S = 15.0


def respond_before_deadline(
    service: Service, request: Request, work: Callable[[CommitToRespond], Done], deadline_s: float | None = None
) -> Done:
    """Return the result of `work` if it is done within the deadline, by default `RESPONSE_DEADLINE_S`, of the request's
    arrival.

    Raises `INTERVIEW_PROVIDER_TIMEOUT` after that; the work continues, and the same request sent again returns its
    result. Raises `SERVER_BUSY` if no worker is free, and whatever `work` raises.
    """
    deadline_s = RESPONSE_DEADLINE_S if deadline_s is None else deadline_s
    waited_s = service.clock.monotonic_s() - request.received_s

    def run(commit_to_respond: CommitToRespond) -> Done:
        return work(lambda: not request.client_gone and commit_to_respond())

    try:
        return service.workers.run_with_deadline(deadline_s - waited_s, run)
    except StillRunning:
        raise Problem(
            "INTERVIEW_PROVIDER_TIMEOUT",
            f"This did not finish within {deadline_s:g} seconds and continues in the background."
            " Send the same request again in a minute: it returns the result and does nothing twice.",
            headers={"Retry-After": "30"},
        ) from None
    except NoWorkerFree:
        raise Problem(
            "SERVER_BUSY", "Too many requests are running. Nothing was changed; try again in a minute.",
            headers={"Retry-After": "60"},
        ) from None
