"""Scoring gives way to whoever else wants the interpreter; benchmarks.giving_way measures by how much."""

from __future__ import annotations

import sys

import pytest

from tener_interview import __main__ as main


def test_a_serving_process_lets_others_have_the_interpreter_soon(capsys: pytest.CaptureFixture[str]) -> None:
    former_s = sys.getswitchinterval()
    try:
        assert main.main([], {"TENER_INTERVIEW_PORT": "none"}) == 2
        assert sys.getswitchinterval() == pytest.approx(main.SWITCH_S)
    finally:
        sys.setswitchinterval(former_s)
    assert "TENER_INTERVIEW_PORT" in capsys.readouterr().err
