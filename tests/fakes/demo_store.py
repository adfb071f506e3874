"""A DemoInterviewStore in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tener_interview.providers.demo.provider import DemoInterview, Pretend


class MemoryDemoInterviewStore:
    """Keeps interviews and positions in dictionaries; for one thread."""

    def __init__(self) -> None:
        self.interviews: dict[str, DemoInterview] = {}
        self.created: list[tuple[str, str, str]] = []

    def add(self, interview: DemoInterview) -> bool:
        if self.find(interview.position_id, interview.email, interview.external_id) is not None:
            return False
        self.interviews[interview.invitation_id] = interview
        return True

    def by_hash(self, hash: str) -> DemoInterview | None:  # noqa: A002 - the protocol's word
        return next((one for one in self.interviews.values() if one.hash == hash), None)

    def find(self, position_id: str, email: str, external_id: str) -> DemoInterview | None:
        here = [one for one in self.interviews.values() if one.position_id == position_id]
        by_external_id = (one for one in here if one.external_id == external_id)
        by_email = (one for one in here if one.email.lower() == email.lower())
        return next(by_external_id, None) or next(by_email, None)

    def ask(self, invitation_ids: Sequence[str], pretend: Pretend, at_ms: int) -> dict[str, DemoInterview]:
        known = [each for each in invitation_ids if each in self.interviews]
        for each in known:
            interview = self.interviews[each]
            if interview.finished_at_ms is None:
                self.interviews[each] = replace(interview, polls=interview.polls + 1)
                self.finish(each, pretend(self.interviews[each]) or (), at_ms)
        return {each: self.interviews[each] for each in known}

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
