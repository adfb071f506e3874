"""The desk has words for whatever happens to an interview."""

from __future__ import annotations

import re

from fakes.running_service import PROJECT
from tener_interview.domain.privacy.sheet_words import EVENTS

_SCRIPT = PROJECT / "src/tener_interview/static/components/session_history.js"
_DOMAIN = PROJECT / "src/tener_interview/domain"


def test_the_history_of_an_interview_names_every_event() -> None:
    script = _SCRIPT.read_text("utf-8")
    named = set(re.findall(r"^  (\w+): (?:t\(|\(who\))", script, re.MULTILINE))
    added = {
        event for path in _DOMAIN.rglob("*.py")
        for event in re.findall(r'events\.add\(\s*[\w.]+, "(\w+)"', path.read_text("utf-8"))
    }
    assert "message_queued" in added
    assert {*added, *EVENTS, "opted_out", "opted_in"} - named == set()
