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
from tener_interview.store.message_records import Message
from tener_interview.store.notification_records import Attention, AttentionLimits, NotificationSettings
from tener_interview.store.ports import Store, Transaction
from tener_interview.store.review_records import ReviewVersion
from tener_interview.store.share_records import ShareRecommendation
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
    (INVITED, {Attention.NOT_WRITTEN: True}),
    ({**INVITED, "invited_at": NOW - HOUR + 1}, {}),
    ({**INVITED, "invited_at": NOW - 4 * HOUR}, {Attention.NOT_WRITTEN: False}),
    ({**INVITED, "opened_at": NOW - HOUR}, {}),
    ({**INVITED, "conversation_id": 77}, {}),
    ({**INVITED, "invited_at": NOW - 3 * DAY}, {Attention.NOT_ANSWERED: True}),
    ({**INVITED, "invited_at": NOW - 3 * DAY + 1}, {Attention.NOT_WRITTEN: False}),
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


def test_nobody_is_listed_as_not_written_to_who_was_sent_a_message(store: Store) -> None:
    with store.write() as tx:
        for number in (1, 2, 3):
            add_session(tx, number, **INVITED)
        for number, by_hand in ((1, False), (2, True)):
            tx.messages.add(Message(f"me_{number}", f"iv_{number:032x}", "invitation", by_hand, False, NOW))
    with store.read() as tx:
        (row,) = tx.attention.rows(Attention.NOT_WRITTEN, LIMITS, limit=10)
    assert row.candidate_id == 3


def recommend(tx: Transaction, number: int, verdict: str, at_ms: int, author: str = "Ann", job_id: int = 1) -> None:
    """Share a candidate, and have a reader recommend something."""
    share = f"sh_{number}"
    if tx.shares.get(share) is None:
        tx.shares.add(share, job_id, [number], title=None, initials_only=False, allow_answers=True, created_at=NOW,
                      expires_at=NOW + DAY)
    tx.recommendations.put(ShareRecommendation(
        f"sr_{number}_{author}", share, number, f"hash of {author}", author, verdict, None, at_ms, at_ms
    ))


def review(tx: Transaction, number: int, verdict: str, at_ms: int | None) -> None:
    """Begin a review, and submit it at that time."""
    session_id = f"iv_{number:032x}"
    assert tx.reviews.save(session_id, 1, "token", "Bo", "{}", NOW, revision=0, assigned_only=False)
    if at_ms is not None:
        given = ReviewVersion(session_id, "token", 1, "{}", 60.0, verdict, True, None, None, at_ms)
        assert tx.reviews.submit(given, 1, revision=1, assigned_only=False)


def test_recommendations_are_listed_until_somebody_decides(store: Store) -> None:
    old = {**FINISHED, "completed_at": NOW - 9 * DAY}
    agreed = {**old, "human_total": 71.0, "human_reviews": 1}
    apart = {**agreed, "human_total": 20.0}
    with store.write() as tx:
        for number, columns in enumerate((old, agreed, agreed, apart, {**old, "decision": "hold"}, old), 1):
            add_session(tx, number, **columns)
        recommend(tx, 1, "yes", NOW - 3 * HOUR)
        recommend(tx, 1, "strong_no", NOW - HOUR, "Cleo")
        review(tx, 2, "strong_yes", NOW - 5 * HOUR)
        review(tx, 3, "no", None)
        review(tx, 4, "no", NOW)
        recommend(tx, 4, "no", NOW)
        recommend(tx, 5, "no", NOW)
        # On the shortlist of a job for which nobody is invited.
        recommend(tx, 7, "no", NOW)
    with store.read() as tx:
        rows = tx.attention.rows(Attention.RECOMMENDED, LIMITS, limit=10)
        counts = [count for count in tx.attention.count(LIMITS) if count.kind == Attention.RECOMMENDED]
    assert [(row.candidate_id, row.recommended_by, row.recommendation, row.at, row.is_new) for row in rows] == [
        (1, "Cleo", "strong_no", NOW - HOUR, 1), (2, "Bo", "strong_yes", NOW - 5 * HOUR, 0),
    ]
    assert [(count.job_id, count.total, count.new) for count in counts] == [(1, 2, 1)]


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
            elif part < 12:
                columns = {**columns, "human_total": 55.0}
            elif part == 12:
                columns = INVITED
            add_session(tx, number, job_id=number % jobs + 1, **columns)
            if part == 10:
                review(tx, number, "yes", NOW - number)
            elif part == 12 and number % 40 == 12:
                tx.messages.add(Message(f"me_{number}", f"iv_{number:032x}", "invitation", True, False, NOW))
            elif part == 13:
                recommend(tx, number, "yes", NOW - number, job_id=number % jobs + 1)


def test_today_is_fast_with_ten_thousand_sessions(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Each list is read by its index, whatever else there is; the whole takes some milliseconds."""
    statements = Statements(monkeypatch)
    store = SqliteStore(tmp_path / "interview.sqlite3")
    many_sessions(store, 10_000, 500)

    def everything(limits: AttentionLimits) -> int:
        with store.read() as tx:
            assert sum(count.total for count in tx.attention.count(limits)) == 3_750
            return sum(len(tx.attention.rows(kind, limits, limit=10)) for kind in Attention)

    with statements.recorded() as run:
        assert everything(LIMITS) == 70
    plans = [query_plan(store.path, statement) for statement in table_statements(run)]
    assert len(plans) == 8
    for plan in plans:
        # Whoever was recommended is found one by one.
        assert "one_current_session_per_candidate" not in plan.replace(
            "one_current_session_per_candidate (job_id=? AND candidate_id=?)", ""
        )
        assert any(name in plan for name in (
            "sessions_needing_a_look", "sessions_finished_lately", "sessions_not_answered", "sessions_rated_by_people",
        ))
    store.close()
