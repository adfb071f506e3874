"""The check of `doctor` for the language model that gives second opinions: it is asked once about a sample answer."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from .. import composition
from ..chat import ChatFailed
from ..domain.judge.opinions import VOID_REASONS
from ..domain.judge.probe import probe_judge
from ..settings import Settings
from ..system.clock import Clock
from .finding import FAULT, GOOD, NOTE, Finding

_REMEDY = (
    "Check TENER_INTERVIEW_JUDGE_URL, _MODEL and _API_KEY, and that the server runs. Interviews are scored without it."
)


def check_judge(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Ask the model, if one is set up."""
    judge = composition.build_judge(settings, composition.unmonitored(clock))
    if judge is None:
        return
    began_s = clock.monotonic_s()
    try:
        reply = probe_judge(judge, secrets.token_hex)
    except ChatFailed as failed:
        yield Finding("language model", FAULT, f"{judge.chat.model} gave no reply: {failed.reason}", _REMEDY)
        return
    took_s = clock.monotonic_s() - began_s
    if reply.void:
        reason = VOID_REASONS[reply.void][:-1]
        yield Finding(
            "language model", NOTE, f"{judge.chat.model} answers, but its reply does not count: {reason}",
            "A larger model keeps to the form and to the transcript. Replies that do not count change nothing.",
        )
    else:
        yield Finding("language model", GOOD, f"{judge.chat.model} judged a sample answer in {took_s:.1f} s")
