"""A mail server for demo mode, which accepts everything and sends nothing."""

from __future__ import annotations

from collections.abc import Callable

from .smtp_result import SendOutcome, SendResult, SmtpStep


class DemoMailServer:
    """Accepts messages. The dashboard shows them as sent."""

    @property
    def display_name(self) -> str:
        return "demo, which sends nothing"

    def send(self, _sender: str, _recipient: str, _content: bytes, confirm_send: Callable[[], bool], /) -> SendResult:
        return SendResult(SendOutcome.ACCEPTED if confirm_send() else SendOutcome.WITHDRAWN, SmtpStep.CONTENT, "demo")
