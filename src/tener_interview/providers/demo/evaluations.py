"""What people have made of demo interviews: kept in memory, because nobody looks into a pretend Hireflix."""

from __future__ import annotations

import threading
from dataclasses import replace

from ..protocol import InterviewEvaluation, Placement

_UNTOUCHED = InterviewEvaluation(finished=True, placement=Placement.TO_EVALUATE, score=None, comments=())
#: Comments kept for an interview, so that memory stays bounded.
_MAX_COMMENTS = 20


class DemoEvaluations:
    """Places, scores and comments by interview. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._evaluations: dict[str, InterviewEvaluation] = {}

    def get(self, invitation_id: str) -> InterviewEvaluation:
        return self._evaluations.get(invitation_id, _UNTOUCHED)

    def set_placement(self, invitation_id: str, placement: Placement) -> None:
        with self._lock:
            self._evaluations[invitation_id] = replace(self.get(invitation_id), placement=placement)

    def rate(self, invitation_id: str, score: float | None) -> None:
        with self._lock:
            self._evaluations[invitation_id] = replace(self.get(invitation_id), score=score)

    def comment(self, invitation_id: str, text: str) -> None:
        with self._lock:
            evaluation = self.get(invitation_id)
            comments = (*evaluation.comments, text)[-_MAX_COMMENTS:]
            self._evaluations[invitation_id] = replace(evaluation, comments=comments)
