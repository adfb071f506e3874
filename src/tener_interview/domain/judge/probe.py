"""Tries the judge on a sample answer, for the doctor: whether it answers, and whether its reply counts."""

from __future__ import annotations

from collections.abc import Callable

from ...plans.plan import Anchors
from .answer_to_judge import AnswerToJudge
from .judge import Judge
from .opinions import JudgeReply
from .prompt import NONCE_BYTES, PromptNonces, judge_request
from .reply import read_reply

#: An answer that tells what was found, done and prevented.
SAMPLE = AnswerToJudge(
    question_id="sample",
    title="Tell us about a fault that you found and mended.",
    description=None,
    key_points=("found the cause", "made sure that it stays mended"),
    anchors=Anchors(),
    text=(
        "Last spring our nightly export failed three times in one week. I read the logs and found that two jobs wrote"
        " to the same file at the same time. I gave each job a folder of its own and added a check that warns us. It"
        " has not failed since."
    ),
    prompt_injection_spans=(),
    language="en",
)


def probe_judge(judge: Judge, token_hex: Callable[[int], str]) -> JudgeReply:
    """Ask the judge once about a sample answer. Raises ChatFailed."""
    nonces = PromptNonces(*(token_hex(NONCE_BYTES) for _ in range(3)))
    return read_reply(judge.chat(judge_request(SAMPLE, nonces, seed=1)), SAMPLE, nonces)
