"""Second opinions by a real server: llama.cpp with a model of random weights, or whatever model you name.

Skipped where there is none. `pip install xllamacpp gguf` brings the first; `TENER_TEST_PYTHON_WITH_LLAMA` names another
Python that has them. `TENER_TEST_JUDGE_URL` and `TENER_TEST_JUDGE_MODEL` name a server of your own, whose model must
tell a good answer from none.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.running_service import PROJECT
from tener_interview.domain.judge.judge import Judge
from tener_interview.domain.judge.probe import SAMPLE, probe_judge
from tener_interview.domain.judge.prompt import PromptNonces, judge_request
from tener_interview.domain.judge.reply import read_reply
from tener_interview.outbound.chat_completions import ChatCompletions
from tener_interview.outbound.request import send

PYTHON = os.environ.get("TENER_TEST_PYTHON_WITH_LLAMA", sys.executable)
URL, MODEL = os.environ.get("TENER_TEST_JUDGE_URL"), os.environ.get("TENER_TEST_JUDGE_MODEL")


@pytest.fixture
def llama(tmp_path: Path) -> Iterator[str]:
    """The address of llama.cpp's own server."""
    has_it = subprocess.run([PYTHON, "-c", "import gguf, xllamacpp"], capture_output=True, check=False)
    if has_it.returncode != 0:
        pytest.skip(f"no llama.cpp: {PYTHON} has no xllamacpp and gguf")
    command = [PYTHON, "-m", "fakes.tiny_llama", str(tmp_path)]
    with subprocess.Popen(
        command, cwd=PROJECT / "tests", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield f"{process.stdout.readline().strip()}/v1"
        process.kill()


def test_llama_cpp_accepts_the_request_and_its_meaningless_reply_does_not_count(llama: str) -> None:
    chat = ChatCompletions(send, llama, model="tiny", api_key=None, timeout_s=120)
    for seed in range(3):
        nonces = PromptNonces("mark1", "check2", "canary3")
        reply = chat(judge_request(SAMPLE, nonces, seed))
        # Its grammar holds it to the schema, so only what it says is wrong.
        assert reply.complete
        assert reply.text.lstrip().startswith("{")
        assert reply.input_tokens > 1_000 > reply.output_tokens > 20
        assert read_reply(reply, SAMPLE, nonces).void == "not_the_form"


def test_a_real_model_rates_a_good_answer_above_an_empty_one() -> None:
    if not URL or not MODEL:
        pytest.skip("no model: TENER_TEST_JUDGE_URL and TENER_TEST_JUDGE_MODEL are not set")
    key = os.environ.get("TENER_TEST_JUDGE_API_KEY")
    chat = ChatCompletions(send, URL, model=MODEL, api_key=key, timeout_s=300)
    good = probe_judge(Judge(chat, 1, 10), secrets.token_hex)
    assert good.void is None
    nothing = replace(SAMPLE, text="Well, faults happen. I always try to do my best and to be a good team player.")
    nonces = PromptNonces(*(secrets.token_hex(6) for _ in range(3)))
    none = read_reply(chat(judge_request(nothing, nonces, seed=1)), nothing, nonces)
    assert (none.rating or 1) < (good.rating or 0)
