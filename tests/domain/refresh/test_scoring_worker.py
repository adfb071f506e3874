"""The scoring worker: the same scores, whatever happens to the worker, and no process left behind."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from subprocess import check_output
from typing import Any

import pytest

from fakes.desk import ANSWERS
from fakes.killing import assert_dies
from fakes.process import ServiceProcess, altered, environ
from fakes.running_service import PROJECT
from fakes.waiting import eventually, join
from tener_interview.criteria.criteria import load_criteria
from tener_interview.criteria.formula import load_formula
from tener_interview.domain.refresh.scoring_worker import COMMAND, NICENESS, ScoringWorker, score_in_this_process
from tener_interview.scorecards import interview as scoring
from tener_interview.transcripts.transcript import Transcript

MODULE = ScoringWorker.__module__
CRITERIA = load_criteria(PROJECT / "config" / "interview_transcription_scoring_criteria.json")
FORMULA = load_formula(PROJECT / "config" / "interview_total_score_formula.json")

CAPTIONED = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Speaker 1>We cut the bill by 30 % in May.\n"
GERMAN = "Im Mai haben wir die Kosten um 30 Prozent gesenkt, weil ich die Anfragen zusammengefasst habe."


def interview(*texts: str | None) -> tuple[Transcript, ...]:
    return tuple(
        Transcript(number, f"q{number}", f"Tell us about challenge {number}.", answered=text is not None, text=text)
        for number, text in enumerate(texts)
    )


INTERVIEWS: dict[str, tuple[tuple[Transcript, ...], str | None, dict[str, Any]]] = {
    "whole": (interview(*ANSWERS), "en", {}),
    "captions": (interview(CAPTIONED, None), None, {}),
    "another language": (interview(GERMAN), "de", {}),
    "not a word": (interview("", " ", None), "en", {}),
    "no question": ((), None, {}),
    "half a surrogate": (interview("The bill \ud800 was cut."), "en", {}),
    "with vectors": (interview(ANSWERS[0]), "en", {ANSWERS[0]: (0.5, 0.25), "Tell us about challenge 0.": (1.0, 0.0)}),
}


@pytest.fixture
def worker() -> Iterator[ScoringWorker]:
    worker = ScoringWorker()
    yield worker
    worker.close()


@pytest.fixture
def no_scoring_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be scored in this process."""

    def refuse(*_: object) -> None:
        raise AssertionError("scored in this process")

    monkeypatch.setattr(scoring, "score_interview", refuse)


def ask(worker: ScoringWorker, name: str = "whole") -> Any:
    return worker.score(CRITERIA, FORMULA, *INTERVIEWS[name])


def test_the_scoring_worker_gives_the_same_scores_as_the_service_process(
    worker: ScoringWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = {name: score_in_this_process(CRITERIA, FORMULA, *item) for name, item in INTERVIEWS.items()}
    monkeypatch.setattr(scoring, "score_interview", None)
    assert {name: ask(worker, name) for name in INTERVIEWS} == expected


@pytest.mark.usefixtures("no_scoring_in_this_process")
def test_the_scoring_worker_uses_the_latest_criteria(worker: ScoringWorker, tmp_path: Path) -> None:
    (tmp_path / "criteria.json").write_text('{"version": "another"}', "utf-8")
    another = load_criteria(tmp_path / "criteria.json")
    for item in (CRITERIA, another, another, CRITERIA):
        results = worker.score(item, FORMULA, *INTERVIEWS["whole"])
        assert results.result.criteria_version == item.version


@pytest.mark.usefixtures("no_scoring_in_this_process")
def test_a_killed_scoring_worker_is_replaced(worker: ScoringWorker) -> None:
    expected = ask(worker)
    for number in (signal.SIGKILL, signal.SIGSEGV):
        pid = worker.pid
        assert pid
        os.kill(pid, number)
        assert ask(worker) == expected
        assert worker.pid not in (None, pid)


@pytest.mark.usefixtures("no_scoring_in_this_process")
def test_a_worker_killed_while_scoring_is_replaced_and_the_score_computed(worker: ScoringWorker) -> None:
    expected = ask(worker)
    pid = worker.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    results: list[Any] = []
    asking = [threading.Thread(target=lambda: results.append(ask(worker))) for _ in range(3)]
    for item in asking:
        item.start()
    eventually(lambda: worker.lock.waiting == 2)
    os.kill(pid, signal.SIGKILL)
    join(*asking)
    assert results == [expected] * 3


@pytest.mark.usefixtures("no_scoring_in_this_process")
def test_the_scoring_worker_ignores_stop_signals(worker: ScoringWorker) -> None:
    ask(worker)
    pid = worker.pid
    assert pid
    for number in (signal.SIGTERM, signal.SIGINT):
        os.kill(pid, number)
    ask(worker)
    assert worker.pid == pid


@pytest.mark.parametrize("program", [
    "", "print('no pickle')", "import os; os._exit(3)", "import time; time.sleep(60)",
    "import sys; sys.stdout.buffer.write(bytes(1)); sys.stdout.flush(); sys.stdin.read()",
])
def test_failing_scoring_workers_are_not_restarted_for_a_while(program: str, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    note = f"open({str(begun)!r}, 'a').write('x'); "
    worker = ScoringWorker((sys.executable, "-I", "-S", "-c", note + program), response_timeout_s=0.5)
    expected = score_in_this_process(CRITERIA, FORMULA, *INTERVIEWS["whole"])
    assert [ask(worker) for _ in range(3)] == [expected] * 3
    assert begun.read_text("utf-8") == "xx"
    assert worker.pid is None


def test_scoring_works_if_no_worker_can_start(tmp_path: Path) -> None:
    worker = ScoringWorker((str(tmp_path / "no-python"),))
    assert ask(worker) == score_in_this_process(CRITERIA, FORMULA, *INTERVIEWS["whole"])


@pytest.mark.usefixtures("no_scoring_in_this_process")
def test_a_scoring_error_does_not_end_the_worker_process(worker: ScoringWorker) -> None:
    ask(worker)
    pid = worker.pid
    broken: Any = (object,)
    with pytest.raises(AttributeError):
        worker.score(CRITERIA, FORMULA, broken, None, {})
    assert worker.pid == pid


def test_after_closing_the_worker_scoring_runs_in_the_service_process(worker: ScoringWorker) -> None:
    expected = ask(worker)
    pid = worker.pid
    worker.close()
    assert pid
    assert has_ended(pid)
    assert ask(worker) == expected
    assert worker.pid is None


def test_an_idle_scoring_worker_exits(monkeypatch: pytest.MonkeyPatch) -> None:
    before = workers_of(os.getpid())
    soon = COMMAND[4].replace("; run", f"; import {MODULE} as own; own.IDLE_S = 0.01; run")
    assert soon != COMMAND[4]
    worker = ScoringWorker((*COMMAND[:4], soon, COMMAND[5]))
    expected = score_in_this_process(CRITERIA, FORMULA, *INTERVIEWS["whole"])
    monkeypatch.setattr(scoring, "score_interview", None)
    for _ in range(2):
        assert ask(worker) == expected
        # Not even as a defunct process that somebody has to ask about.
        eventually(lambda: set(workers_of(os.getpid())) <= set(before))
        assert worker.pid is None
    worker.close()


def test_the_scoring_worker_inherits_no_environment_or_open_files(worker: ScoringWorker) -> None:
    ask(worker)
    own = Path(f"/proc/{worker.pid}")
    assert (own / "environ").read_bytes() == b""
    assert os.getpriority(os.PRIO_PROCESS, worker.pid or 0) == os.nice(0) + NICENESS
    assert {path.name for path in (own / "fd").iterdir()} == {"0", "1", "2"}


def test_the_worker_imports_only_scoring() -> None:
    listed = COMMAND[4].replace(
        "run_worker()", f"import pickle, {MODULE} as own;"
        " own.score_in_this_process(*pickle.loads(bytes.fromhex(sys.argv[2]))); print(*sys.modules)",
    )
    work = pickle.dumps((CRITERIA, FORMULA, *INTERVIEWS["captions"])).hex()
    modules = check_output((*COMMAND[:4], listed, COMMAND[5], work), env={}, text=True).split()
    rooms = {module.split(".")[1] for module in modules if module.startswith("tener_interview.")}
    assert rooms == {
        "arithmetic", "criteria", "domain", "languages", "lazy_dataclass", "regex", "scorecards", "scoring",
        "special_files", "system", "transcripts",
    }
    of_system = {module.split(".")[2] for module in modules if module.startswith("tener_interview.system.")}
    assert of_system == {"locks", "logs"}
    assert not {"sqlite3", "ssl", "http", "asyncio"} & set(modules)


def workers_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    results: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            # proc(5): pid, name in parentheses, state, and the parent's pid.
            if int(path.read_text("utf-8", "replace").rpartition(")")[2].split()[1]) == pid:
                results.append(int(path.parent.name))
    return results


def has_ended(pid: int) -> bool:
    """Whether a process has ended, also where nobody has asked how."""
    try:
        return not Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return True


def refresh_new(service: ServiceProcess, first_id: int, count: int) -> None:
    """Have candidates invited, interviewed and scored, all at once."""
    for candidate_id in range(first_id, first_id + count):
        person = {"job_id": 1, "candidate_id": candidate_id, "candidate_name": "Jane Doe", "unlisted": True}
        assert service.post("/api/interviews/sessions/start", person).status == 201
    assert service.post("/api/admin/jobs/1/sessions/refresh", {}).status == 200
    assert service.post("/api/admin/jobs/1/sessions/refresh", {"force": True}).status == 200


@pytest.mark.parametrize("end", ["SIGKILL", "SIGTERM"])
def test_no_worker_outlives_the_service(tmp_path: Path, end: str) -> None:
    with ServiceProcess(environ(tmp_path)) as service:
        service.start()
        refresh_new(service, 1, 1)
        assert workers_of(service.pid) == [], "one session is scored in the serving process"
        refresh_new(service, 2, 2)
        (pid,) = workers_of(service.pid)
        os.kill(service.pid, signal.Signals[end])
        service.wait()
        eventually(lambda: has_ended(pid))


def test_a_busy_worker_does_not_outlive_the_service(tmp_path: Path) -> None:
    with ServiceProcess(environ(tmp_path)) as service:
        service.start(altered(f"kill-before {MODULE}:receive_result 5"))
        refresh_new(service, 1, 3)
        (pid,) = workers_of(service.pid)
        assert_dies(service, lambda: service.post("/api/admin/jobs/1/sessions/refresh", {"force": True}))
        eventually(lambda: has_ended(pid))
