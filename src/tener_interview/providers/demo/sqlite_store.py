"""Keeps the pretend Hireflix's interviews in the service's own database, so that they survive a restart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from ...store.records import DemoInterviewRow
from ...store.sqlite.database import Store
from ...store.sqlite.demo_interviews import DemoInterviews
from .provider import DemoInterview, Pretend


class SqliteDemoInterviewStore:
    """The demo interviews of the running service, in its database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, interview: DemoInterview) -> bool:
        with self._store.write() as tx:
            return tx.demo.add(DemoInterviewRow(**asdict(interview)))

    def by_hash(self, hash: str) -> DemoInterview | None:  # noqa: A002 - the provider's word
        with self._store.read() as tx:
            return _interview(tx.demo.by_hash(hash))

    def find(self, position_id: str, email: str, external_id: str) -> DemoInterview | None:
        with self._store.read() as tx:
            return _interview(tx.demo.find(position_id, email, external_id))

    def ask(self, invitation_ids: Sequence[str], pretend: Pretend, at_ms: int) -> dict[str, DemoInterview]:
        with self._store.write() as tx:
            asked = (_asked(tx.demo, each, pretend, at_ms) for each in invitation_ids)
            return {each.invitation_id: each for each in asked if each is not None}

    def finish(self, invitation_id: str, transcripts: tuple[str, ...], at_ms: int) -> bool:
        with self._store.write() as tx:
            return tx.demo.finish(invitation_id, transcripts, at_ms)

    def add_position(self, position_id: str, name: str, questions_json: str) -> None:
        with self._store.write() as tx:
            tx.demo.add_position(position_id, name, questions_json)

    def positions(self) -> list[tuple[str, str, str]]:
        with self._store.read() as tx:
            return tx.demo.positions()


def _asked(demo: DemoInterviews, invitation_id: str, pretend: Pretend, at_ms: int) -> DemoInterview | None:
    if demo.count_poll(invitation_id):
        interview = _interview(demo.get(invitation_id))
        answers = interview and pretend(interview)
        if not answers:
            return interview
        demo.finish(invitation_id, answers, at_ms)
    return _interview(demo.get(invitation_id))


def _interview(row: DemoInterviewRow | None) -> DemoInterview | None:
    return None if row is None else DemoInterview(**asdict(row))
