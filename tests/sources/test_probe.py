"""SourceHealth reports whether a source can be read, without waiting for a slow one."""

from __future__ import annotations

import threading

from fakes.clock import FakeClock
from fakes.waiting import PATIENCE_S
from tener_interview.errors import Problem
from tener_interview.providers.demo.source import DemoSource
from tener_interview.sources.probe import SourceHealth
from tener_interview.sources.protocol import Job


class Scripted(DemoSource):
    """A source that answers when it is told to, and fails if it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = threading.Event()
        self.fault: Problem | None = None
        self.asked = 0

    def jobs(self, limit: int) -> list[Job]:
        self.asked += 1
        self.may_answer.wait(PATIENCE_S)
        if self.fault:
            raise self.fault
        return super().jobs(limit)


def test_the_source_probe_reports_a_fault_and_the_recovery() -> None:
    source = Scripted()
    source.may_answer.set()
    check = SourceHealth(source, FakeClock())
    assert check.fault() is None
    source.fault = Problem("SOURCE_UNAVAILABLE", "No such file.")
    assert check.fault() is source.fault
    source.fault = None
    assert check.fault() is None


def test_a_slow_source_is_a_fault_and_is_probed_once() -> None:
    source = Scripted()
    check = SourceHealth(source, FakeClock(), deadline_s=0.02)
    for _ in range(3):
        fault = check.fault()
        assert fault is not None
        assert fault.code == "SOURCE_UNAVAILABLE"
        assert "has not answered within 0.02 seconds" in fault.error
    assert source.asked == 1
    source.may_answer.set()
    assert SourceHealth(source, FakeClock()).fault() is None
