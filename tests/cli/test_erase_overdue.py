"""Consent to overdue erasures that retention does not do by itself."""

from __future__ import annotations

from pathlib import Path

from cli.conftest import Command
from fakes.stored import add_session
from tener_interview.store.sqlite.database import Store
from tener_interview.system.clock import HOUR_MS, SystemClock


def count_not_erased(path: Path) -> int:
    store = Store(path)
    with store.read() as tx:
        count = tx.sessions.count_not_erased()
    store.close()
    return count


def test_overdue_sessions_are_erased_after_confirmation_and_reported_by_doctor(
    command: Command, environ: dict[str, str]
) -> None:
    path = Path(environ["TENER_INTERVIEW_DB_PATH"])
    store = Store(path)
    with store.write() as tx:
        for number in range(1, 31):
            add_session(tx, number, updated_at=SystemClock().now_ms() - 31 * 24 * HOUR_MS)
        tx.withheld_erasures.put(30, "because")
    store.close()
    keep = {"TENER_INTERVIEW_RETENTION_DAYS": "30"}
    (finding,) = [
        check for check in command("doctor", "--json", **keep).json["checks"] if check["check"] == "retention"
    ]
    assert "30 sessions" in finding["said"]
    assert "because" in finding["said"]
    assert "erase --overdue" in finding["mend"]
    assert command("erase", "--overdue", **keep).status == 2, "nobody is there to be asked"
    assert command("erase", "5", "--overdue", "--yes", **keep).status == 2
    assert command("erase", "--overdue", "--yes").status == 2, "nobody's time passes"
    assert command("erase", "--yes", **keep).status == 2
    assert count_not_erased(path) == 30
    result = command("erase", "--overdue", "--yes", "--json", **keep)
    assert (result.status, result.json["erased_sessions"], count_not_erased(path)) == (0, 30, 0)
    assert not [check for check in command("doctor", "--json", **keep).json["checks"] if check["check"] == "retention"]
