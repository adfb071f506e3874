"""A desk whose interviews are judged: a stand-in for the model's server, and the dispatcher run by the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fakes.chat_server import ChatServer, Judge
from fakes.desk import Desk, MakeDesk
from fakes.front_door import SESSIONS
from tener_interview import settings
from tener_interview.domain.outbox.dispatcher import Dispatcher
from tener_interview.outbox_channels import outbox_channels
from tener_interview.store.outbox_records import Channel

PREFIX = "TENER_INTERVIEW_JUDGE_"


def judge_settings(server: ChatServer, **more: object) -> dict[str, str]:
    """Return the settings of a service that uses this server."""
    named = {"URL": server.url, "MODEL": server.model, "TIMEOUT_SECONDS": "5", **more}
    return {f"{PREFIX}{name}": str(value) for name, value in named.items()}


@contextmanager
def judged_by(make_desk: MakeDesk, judge: Judge, **more: object) -> Iterator[tuple[Desk, ChatServer]]:
    """Create a desk whose answers are judged by this judge."""
    server = ChatServer(judge)
    try:
        yield make_desk(**judge_settings(server, **more)), server
    finally:
        server.close()


def dispatcher(desk: Desk, owner: str) -> Dispatcher:
    """Create the dispatcher of a process."""
    channels = outbox_channels(desk.service, settings.load(desk.environ))
    return Dispatcher(desk.service.store, desk.clock, channels, owner, lambda: 0.0)


def judge_all(desk: Desk) -> None:
    """Let a dispatcher send everything that is due."""
    dispatcher(desk, "test").run_once()


def opinions(desk: Desk, session_id: str) -> list[Any]:
    """Return the opinion about each answer, as the scorecard shows it."""
    return [answer["opinion"] for answer in desk.scorecard(session_id)["transcription_scoring"]["question_scores"]]


def judgement(desk: Desk, session_id: str) -> Any:
    """Return whether the interview is judged, as the scorecard says."""
    return desk.client.get(f"{SESSIONS}/{session_id}/scorecard").json["judgement"]


def outbox_states(desk: Desk) -> list[str]:
    """Return the states of the rows that wait for the judge."""
    with desk.service.store.read() as tx:
        counts = tx.outbox.count()
    return sorted(state for (channel, state), count in counts.items() if channel == Channel.JUDGE for _ in range(count))
