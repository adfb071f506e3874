"""Stores the demo provider's interviews in the service's database, so that they survive a restart."""

from __future__ import annotations

from collections.abc import Sequence

from ...store.ports import Store
from ...store.records import DemoInterview
from ...store.tables.demo_interviews import DemoInterviews
from .provider import ComposeAnswers


class StoredDemoInterviews:
    """The demo interviews in the service's own database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, interview: DemoInterview) -> bool:
        with self._store.write() as tx:
            return tx.demo.add(interview)

    def by_hash(self, hash: str) -> DemoInterview | None:  # noqa: A002 - the provider's word
        with self._store.read() as tx:
            return tx.demo.by_hash(hash)

    def find(self, position_id: str, email: str, external_id: str) -> DemoInterview | None:
        with self._store.read() as tx:
            return tx.demo.find(position_id, email, external_id)

    def poll(
        self, invitation_ids: Sequence[str], compose_answers: ComposeAnswers, at_ms: int
    ) -> dict[str, DemoInterview]:
        with self._store.write() as tx:
            interviews = (_poll_one(tx.demo, invitation_id, compose_answers, at_ms) for invitation_id in invitation_ids)
            return {interview.invitation_id: interview for interview in interviews if interview is not None}

    def finish(self, invitation_id: str, transcripts: tuple[str, ...], at_ms: int) -> bool:
        with self._store.write() as tx:
            return tx.demo.finish(invitation_id, transcripts, at_ms)

    def add_position(self, position_id: str, name: str, questions_json: str) -> None:
        with self._store.write() as tx:
            tx.demo.add_position(position_id, name, questions_json)

    def positions(self) -> list[tuple[str, str, str]]:
        with self._store.read() as tx:
            return tx.demo.positions()


def _poll_one(
    demo: DemoInterviews, invitation_id: str, compose_answers: ComposeAnswers, at_ms: int
) -> DemoInterview | None:
    if demo.count_poll(invitation_id):
        interview = demo.get(invitation_id)
        answers = interview and compose_answers(interview)
        if not answers:
            return interview
        demo.finish(invitation_id, answers, at_ms)
    return demo.get(invitation_id)
