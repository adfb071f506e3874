"""What is done ahead of the first requests."""

from __future__ import annotations

import gzip
import shutil
import threading
from pathlib import Path

from fakes.client import Client
from for_each import for_each
from tener_interview.__main__ import STATIC_FOLDER
from tener_interview.api.desk_texts import DESK_TEXTS
from tener_interview.web.startup_tasks import StartupTasks
from tener_interview.web.static import StaticFiles


def test_startup_tasks_run_in_order_and_a_failing_one_does_not_stop_the_others() -> None:
    done: list[str] = []
    last = threading.Event()

    def fail() -> None:
        done.append("fails")
        raise OSError("the disk is gone")

    StartupTasks([lambda: done.append("first"), fail, lambda: done.append("third"), last.set], delay_s=0).start()
    assert last.wait(20)
    assert done == ["first", "fails", "third"]


def test_stopped_startup_tasks_begin_no_further_task() -> None:
    done: list[str] = []
    goes_on, is_running, ended = threading.Event(), threading.Event(), threading.Event()

    def wait() -> None:
        is_running.set()
        goes_on.wait(20)
        ended.set()

    startup_tasks = StartupTasks([wait, lambda: done.append("too late")], delay_s=0)
    startup_tasks.start()
    assert is_running.wait(20)
    startup_tasks.stop()
    goes_on.set()
    assert ended.wait(20)
    early = StartupTasks([lambda: done.append("never")], delay_s=60)
    early.start()
    early.stop()
    for thread in threading.enumerate():
        if thread.name == "startup-tasks":
            thread.join(20)
    assert done == []


@for_each("language", list(DESK_TEXTS.languages))
def test_a_page_built_at_startup_equals_one_built_on_request(client: Client, tmp_path: Path, language: str) -> None:
    # What is made of a folder is made once in a process.
    copied = shutil.copytree(STATIC_FOLDER, tmp_path / language)
    ahead, later = StaticFiles(STATIC_FOLDER, DESK_TEXTS), StaticFiles(copied, DESK_TEXTS)
    for name in ("dashboard.html", "reviews.html", "login.html"):
        ahead.build_ahead(name, language)
        assert ahead.template(name, language).template == later.template(name, language).template
    served = client.get("/dashboard", Accept_Language=language, Accept_Encoding="gzip")
    assert f'<html lang="{language}"' in gzip.decompress(served.body).decode()
