"""Using the judge's language model for other requests, within the same limits."""

from __future__ import annotations

from ...chat import ChatFailed, ChatReply, ChatRequest
from ...store.judge_records import JudgeUsage
from ..service import Service
from .judge import Judge, day_of


class MeteredChat:
    """The judge's model for any request."""

    def __init__(self, service: Service, judge: Judge) -> None:
        self._service = service
        self._judge = judge

    @property
    def model(self) -> str:
        return self._judge.chat.model

    def __call__(self, request: ChatRequest) -> ChatReply:
        """Ask once, outside of any transaction. Raises ChatFailed, also where the limit of the day is reached."""
        day = day_of(self._service.clock.now_ms())
        with self._service.store.write() as tx:
            if not tx.judge_usage.reserve(day, max_requests=self._judge.max_requests, max_cost=self._judge.max_cost):
                raise ChatFailed("the limit of the day is reached")
        usage = JudgeUsage(day, failures=1)
        try:
            reply = self._judge.chat(request)
            usage = JudgeUsage(
                day, input_tokens=reply.input_tokens, output_tokens=reply.output_tokens,
                cost=self._judge.cost(reply) or 0.0,
            )
            return reply
        finally:
            with self._service.store.write() as tx:
                tx.judge_usage.add(usage)
