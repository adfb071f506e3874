"""A DemoInterviewStore in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tener_interview.providers.demo.provider import ComposeAnswers
from tener_interview.store.records import DemoInterview


class MemoryDemoInterviewStore:
    """Stores interviews and positions in dictionaries; for one thread."""

    def __init__(self) -> None:
        self.interviews: dict[str, DemoInterview] = {}
        self.created: list[tuple[str, str, str]] = []

    def add(self, interview: DemoInterview) -> bool:
        if self.find(interview.position_id, interview.email, interview.external_id) is not None:
            return False
        self.interviews[interview.invitation_id] = interview
        return True

    def by_hash(self, hash: str) -> DemoInterview | None:  # noqa: A002 - the protocol's word
        return next((interview for interview in self.interviews.values() if interview.hash == hash), None)

    def find(self, position_id: str, email: str, external_id: str) -> DemoInterview | None:
        in_position = [interview for interview in self.interviews.values() if interview.position_id == position_id]
        by_external_id = (interview for interview in in_position if interview.external_id == external_id)
        by_email = (interview for interview in in_position if interview.email.lower() == email.lower())
        return next(by_external_id, None) or next(by_email, None)

    def poll(
        self, invitation_ids: Sequence[str], compose_answers: ComposeAnswers, at_ms: int
    ) -> dict[str, DemoInterview]:
        known_ids = [invitation_id for invitation_id in invitation_ids if invitation_id in self.interviews]
        for invitation_id in known_ids:
            interview = self.interviews[invitation_id]
            if interview.finished_at_ms is None:
                self.interviews[invitation_id] = replace(interview, polls=interview.polls + 1)
                self.finish(invitation_id, compose_answers(self.interviews[invitation_id]) or (), at_ms)
        return {invitation_id: self.interviews[invitation_id] for invitation_id in known_ids}

    def finish(self, invitation_id: str, transcripts: tuple[str, ...], at_ms: int) -> bool:
        interview = self.interviews.get(invitation_id)
        if interview is None or interview.finished_at_ms is not None or not transcripts:
            return False
        self.interviews[invitation_id] = replace(interview, finished_at_ms=at_ms, transcripts=transcripts)
        return True

    def add_position(self, position_id: str, name: str, questions_json: str) -> None:
        self.created.append((position_id, name, questions_json))

    def positions(self) -> list[tuple[str, str, str]]:
        return list(self.created)
