"""Keeps the pretend Hireflix's interviews in the service's own database, so that they survive a restart."""

from __future__ import annotations

from dataclasses import asdict

from ..providers.demo import DemoInterview
from ..store.database import Store
from ..store.demo import DemoRow


class StoredDemoShelf:
    """The DemoShelf of the running service."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, interview: DemoInterview) -> bool:
        with self._store.write() as tx:
            return tx.demo.add(DemoRow(**asdict(interview)))

    def get(self, invitation_id: str) -> DemoInterview | None:
        with self._store.read() as tx:
            return _interview(tx.demo.get(invitation_id))

    def by_hash(self, hash: str) -> DemoInterview | None:  # noqa: A002 - the provider's word
        with self._store.read() as tx:
            return _interview(tx.demo.by_hash(hash))

    def find(self, position_id: str, email: str, external_id: str) -> DemoInterview | None:
        with self._store.read() as tx:
            return _interview(tx.demo.find(position_id, email, external_id))

    def count_poll(self, invitation_id: str) -> int:
        with self._store.write() as tx:
            return tx.demo.count_poll(invitation_id)

    def finish(self, invitation_id: str, transcripts: tuple[str, ...], at_ms: int) -> bool:
        with self._store.write() as tx:
            return tx.demo.finish(invitation_id, transcripts, at_ms)

    def add_position(self, position_id: str, name: str, questions_json: str) -> None:
        with self._store.write() as tx:
            tx.demo.add_position(position_id, name, questions_json)

    def positions(self) -> list[tuple[str, str, str]]:
        with self._store.read() as tx:
            return tx.demo.positions()


def _interview(row: DemoRow | None) -> DemoInterview | None:
    return None if row is None else DemoInterview(**asdict(row))
