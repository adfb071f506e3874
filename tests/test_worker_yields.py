"""Scoring yields the interpreter to other threads; benchmarks.giving_way measures by how much."""

from __future__ import annotations

import sys

import pytest

from tener_interview.__main__ import main
from tener_interview.serving import SWITCH_INTERVAL_S


def test_the_server_sets_a_short_thread_switch_interval(capsys: pytest.CaptureFixture[str]) -> None:
    former_s = sys.getswitchinterval()
    try:
        assert main([], {"TENER_INTERVIEW_PORT": "none"}) == 2
        assert sys.getswitchinterval() == pytest.approx(SWITCH_INTERVAL_S)
    finally:
        sys.setswitchinterval(former_s)
    assert "TENER_INTERVIEW_PORT" in capsys.readouterr().err
