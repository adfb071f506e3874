"""What needs a person: which interviews, what of it is new, and what it costs to find them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fakes.databases import open_store
from fakes.statements import Statements, query_plan, table_statements
from fakes.stored import add_session
from for_each import for_each
from tener_interview.domain.notifications.attention import attention_limits
from tener_interview.store.notification_records import Attention, AttentionLimits, NotificationSettings
from tener_interview.store.ports import Store
from tener_interview.store.sqlite.database import Store as SqliteStore

HOUR = 3_600_000
DAY = 24 * HOUR
NOW = 1_780_000_000_000
LIMITS = attention_limits(NOW, NOW - 2 * HOUR)

INVITED = {"status": "invited", "invited_at": NOW - HOUR, "link_expires_at": NOW + 9 * DAY}
FINISHED = {"status": "scored", "completed_at": NOW - HOUR, "total_score": 70.0, "machine_total": 70.0}
RATED = {**FINISHED, "completed_at": NOW - 9 * DAY, "updated_at": NOW - HOUR}


@pytest.fixture
def store(environ: dict[str, str]) -> Iterator[Store]:
    store = open_store(environ)
    yield store
    store.close()


CASES: list[tuple[dict[str, Any], dict[Attention, bool]]] = [
    # What a session is, and the kinds that it is of, each with whether that is new.
    (INVITED, {}),
    ({**INVITED, "invited_at": NOW - 3 * DAY}, {Attention.NOT_ANSWERED: True}),
    ({**INVITED, "invited_at": NOW - 3 * DAY + 1}, {}),
    ({**INVITED, "invited_at": NOW - 4 * DAY}, {Attention.NOT_ANSWERED: False}),
    ({**INVITED, "invited_at": NOW - 4 * DAY, "status": "in_progress"}, {Attention.NOT_ANSWERED: False}),
    ({**INVITED, "invited_at": NOW - 4 * DAY, "link_expires_at": NOW + 2 * DAY}, {Attention.RUNNING_OUT: True}),
    ({**INVITED, "link_expires_at": NOW + DAY}, {Attention.RUNNING_OUT: False}),
    ({**INVITED, "link_expires_at": NOW}, {}),
    ({**INVITED, "status": "expired"}, {}),
    (FINISHED, {Attention.FINISHED: True}),
    ({**FINISHED, "completed_at": NOW - DAY}, {Attention.FINISHED: False}),
    ({**FINISHED, "completed_at": NOW - DAY - 1}, {}),
    ({**FINISHED, "decision": "hold"}, {}),
    ({**FINISHED, "status": "completed", "total_score": None, "machine_total": None}, {Attention.FINISHED: True}),
    ({**FINISHED, "status": "completed", "total_score": None, "review_reason": "too short", "updated_at": NOW - DAY},
     {Attention.NEEDS_LOOK: False}),
    ({"status": "completed", "review_reason": "too short", "updated_at": NOW - 1}, {Attention.NEEDS_LOOK: True}),
    ({"status": "completed", "review_reason": "too short", "decision": "reject"}, {}),
    ({**RATED, "human_total": 90.0}, {}),
    ({**RATED, "human_total": 90.5}, {Attention.DISAGREEMENT: True}),
    ({**RATED, "human_total": 49.9, "updated_at": NOW - DAY}, {Attention.DISAGREEMENT: False}),
    ({**RATED, "human_total": 70.0, "human_spread": 30.0}, {Attention.DISAGREEMENT: True}),
    ({**RATED, "machine_total": None, "human_total": 30.0}, {}),
    ({**RATED, "human_total": 20.0, "decision": "advance"}, {}),
    ({**FINISHED, "is_current": False}, {}),
    ({**FINISHED, "erased_at": NOW - 1}, {}),
]


def test_an_interview_is_listed_for_every_reason_it_has_and_for_no_other(store: Store) -> None:
    with store.write() as tx:
        for number, (columns, _) in enumerate(CASES):
            add_session(tx, number, job_id=1 + number % 2, **columns)
    with store.read() as tx:
        found = {kind: tx.attention.rows(kind, LIMITS, limit=100) for kind in Attention}
        counts = tx.attention.count(LIMITS)
        first = {kind: tx.attention.rows(kind, LIMITS, limit=1) for kind in Attention}
    for number, (columns, kinds) in enumerate(CASES):
        listed = {kind: bool(row.is_new) for kind, rows in found.items() for row in rows if row.candidate_id == number}
        assert listed == kinds, columns
    assert {(count.kind, count.job_id): (count.total, count.new) for count in counts} == {
        (kind.value, job_id): (len(rows), sum(row.is_new for row in rows))
        for kind, all_rows in found.items() for job_id in (1, 2)
        if (rows := [row for row in all_rows if row.job_id == job_id])
    }
    assert {kind: rows[:1] for kind, rows in found.items()} == first
    assert [row.at for row in found[Attention.NOT_ANSWERED]] == sorted(
        row.at for row in found[Attention.NOT_ANSWERED]
    )


@for_each(("seen_at", "finished_since", "since"), [
    (0, None, NOW - DAY),
    (NOW - HOUR, None, NOW - DAY),
    (NOW - 5 * DAY, None, NOW - 5 * DAY),  # a long weekend
    (NOW - 90 * DAY, None, NOW - 14 * DAY),
    (NOW - HOUR, NOW - 2 * DAY, NOW - 2 * DAY),
    (NOW - HOUR, NOW + DAY, NOW - HOUR),
    (NOW + DAY, 0, NOW - 14 * DAY),
])
def test_finished_interviews_since_the_last_visit_are_listed(
    seen_at: int, finished_since: int | None, since: int
) -> None:
    assert attention_limits(NOW, seen_at, finished_since).finished_since == since


def test_notification_settings_are_per_person(store: Store) -> None:
    with store.write() as tx:
        table = tx.notification_settings
        assert table.get("ann") == NotificationSettings("ann", 0, None, None)
        table.mark_seen("ann", 5)
        table.mark_seen("ann", 3)
        table.set_digest("ann", 0, "Europe/Berlin", 4)
        table.set_digest("bob", 17, "America/Sao_Paulo", None)
        table.mark_seen("bob", 7)
    with store.write() as tx:
        assert table_rows(tx) == [
            NotificationSettings("ann", 5, 0, "Europe/Berlin", 4),
            NotificationSettings("bob", 7, 17, "America/Sao_Paulo"),
        ]
        tx.notification_settings.set_digest("ann", None, None, None)
        assert [row.person_id for row in table_rows(tx)] == ["bob"]
        tx.notification_settings.remove("bob")
        assert tx.notification_settings.get("bob").seen_at == 0


def table_rows(tx: Any) -> list[NotificationSettings]:
    rows: list[NotificationSettings] = tx.notification_settings.with_digest()
    return rows


def many_sessions(store: Store, sessions: int, jobs: int) -> None:
    """Most are decided or long over; of each kind there are some hundred."""
    with store.write() as tx:
        for number in range(sessions):
            part = number % 20
            columns: dict[str, Any] = {"status": "scored", "completed_at": NOW - 60 * DAY, "total_score": 60.0}
            if part == 0:
                columns = {**INVITED, "invited_at": NOW - 5 * DAY}
            elif part == 1:
                columns = {**INVITED, "link_expires_at": NOW + DAY}
            elif part == 2:
                columns = {"status": "completed", "review_reason": "too short", "updated_at": NOW - number}
            elif part == 3:
                columns = {**RATED, "human_total": 30.0, "updated_at": NOW - number}
            elif part == 4:
                columns = {**FINISHED, "completed_at": NOW - number}
            elif part < 10:
                columns = {**columns, "decision": "reject"}
            add_session(tx, number, job_id=number % jobs + 1, **columns)


def test_today_is_fast_with_ten_thousand_sessions(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Each list is read by its index, whatever else there is; the whole takes some milliseconds."""
    statements = Statements(monkeypatch)
    store = SqliteStore(tmp_path / "interview.sqlite3")
    many_sessions(store, 10_000, 500)

    def everything(limits: AttentionLimits) -> int:
        with store.read() as tx:
            assert sum(count.total for count in tx.attention.count(limits)) == 2_500
            return sum(len(tx.attention.rows(kind, limits, limit=10)) for kind in Attention)

    with statements.recorded() as run:
        assert everything(LIMITS) == 50
    plans = [query_plan(store.path, statement) for statement in table_statements(run)]
    assert len(plans) == 6
    for plan in plans:
        assert "one_current_session_per_candidate" not in plan
        assert any(name in plan for name in (
            "sessions_needing_a_look", "sessions_finished_lately", "sessions_not_answered", "sessions_rated_by_people",
        ))
    store.close()
