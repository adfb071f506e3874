"""Freed memory is given back to the machine."""

from __future__ import annotations

import subprocess
import sys

import pytest

from fakes.running_service import PROJECT, clean_environ
from tener_interview.system import memory

#: Large blocks that threads hold at the same time and then free: by itself, glibc keeps them in pools.
ANSWERS = """
import threading
from tener_interview.system.memory import give_back_freed_memory

def resident_mb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1024

give_back_freed_memory()
before = resident_mb()
bytes(10_000_000)
together = threading.Barrier(8)

def answer():
    body = b"x" * 8_000_000
    together.wait()
    del body
    together.wait()

threads = [threading.Thread(target=answer) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(resident_mb() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc is on Linux")
def test_memory_of_large_responses_is_returned_to_the_system() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", ANSWERS], cwd=PROJECT, env=clean_environ(PYTHONPATH="src"),
        capture_output=True, text=True, timeout=60, check=True,
    )
    assert int(ran.stdout) < 10


def test_freeing_memory_does_nothing_without_glibc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    memory.give_back_freed_memory()
