"""Ranks: equal totals share one, who has no total has none, whatever part of the ranking is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fakes.client import Client
from fakes.clock import FakeClock
from fakes.databases import open_store
from fakes.stored import add_session
from tener_interview.store.ports import Store

BOARD = "/api/jobs/1/interview-leaderboard"
TIME_MS = 1_770_000_000_000


@pytest.fixture
def store(environ: dict[str, str], clock: FakeClock, client: Client) -> Iterator[Store]:  # noqa: ARG001 - made by it
    """The database of the service whose client a test has."""
    store = open_store(environ, clock)
    yield store
    store.close()


def fill(store: Store, totals: list[float | None]) -> None:
    """Candidates 1, 2, ... with these totals; without one, invited."""
    with store.write() as tx:
        for number, total in enumerate(totals, start=1):
            own: dict[str, Any] = {"status": "invited"} if total is None else {
                "status": "scored", "technical_score": total, "soft_skills_score": total, "total_score": total,
                "score_confidence": 1.0, "scored_questions": 5, "total_questions": 5, "pass_recommendation": "yes",
            }
            add_session(tx, number, **own)


def compute_ranks(client: Client, query: str = "") -> list[tuple[int, int | None]]:
    return [(item["candidate_id"], item["rank"]) for item in client.get(f"{BOARD}?{query}").json["items"]]


@pytest.mark.parametrize(("totals", "expected", "shared"), [
    ([90.0, 80.0, 80.0, 70.0], [1, 2, 2, 4], [2, 3]),
    ([80.0, 80.0, 80.0], [1, 1, 1], [1, 2, 3]),
    ([0.0, 0.0], [1, 1], [1, 2]),
    ([100.0, 99.9, 99.9, 99.8, 99.8, 0.1], [1, 2, 2, 4, 4, 6], [2, 3, 4, 5]),
    ([0.1 + 0.2, 0.3, 0.2], [1, 1, 3], [1, 2]),
    ([70.04, 70.01, 69.94], [1, 1, 3], [1, 2]),
    ([50.0, None, None], [1, None, None], []),
    ([None], [None], []),
])
def test_equal_totals_share_a_rank(
    client: Client, store: Store, totals: list[float | None], expected: list[int | None], shared: list[int]
) -> None:
    fill(store, totals)
    items = client.get(BOARD).json["items"]
    assert [item["rank"] for item in items] == expected
    assert [item["candidate_id"] for item in items if item["rank_shared"]] == shared


def test_pages_and_filters_keep_the_ranks_of_the_whole_ranking(client: Client, store: Store) -> None:
    fill(store, [90.0, 80.0, 80.0, 80.0, 70.0, 70.0, None, None])
    whole = client.get(BOARD).json["items"]
    assert [item["rank"] for item in whole] == [1, 2, 2, 2, 5, 5, None, None]
    for size in (1, 2, 3, 5):
        pages = [
            item for offset in range(0, 8, size)
            for item in client.get(f"{BOARD}?limit={size}&offset={offset}").json["items"]
        ]
        assert pages == whole
    assert compute_ranks(client, "order=desc") == [(6, 5), (5, 5), (4, 2), (3, 2), (2, 2), (1, 1), (7, None), (8, None)]
    assert compute_ranks(client, "sort=candidate_name&order=desc&limit=3") == [(8, None), (7, None), (6, 5)]
    assert compute_ranks(client, "group=ranked&limit=2&offset=4") == [(5, 5), (6, 5)]
    compared = client.get("/api/jobs/1/compare?candidate_ids=6,3,8").json["items"]
    assert [(item["rank"], item["rank_shared"], item["group"]) for item in compared] == [
        (5, True, "ranked"), (2, True, "ranked"), (None, False, "waiting"),
    ]


def test_candidates_who_share_a_rank_are_tied_with_the_rank_before(client: Client, store: Store) -> None:
    fill(store, [82.0, 80.0, 80.0, 79.0, 60.0])
    items = client.get(BOARD).json["items"]
    assert [(item["rank"], item["tied_with_rank"], item["tied_with_previous"]) for item in items] == [
        (1, None, False), (2, 1, True), (2, 1, True), (4, 2, True), (5, None, False),
    ]
    (last,) = client.get(f"{BOARD}?limit=1&offset=3").json["items"]
    assert (last["rank"], last["tied_with_rank"]) == (4, 2)


def test_a_shortlist_ranks_only_its_own_candidates(client: Client, store: Store) -> None:
    fill(store, [90.0, 80.0, 80.0, 70.0, None])
    share = client.post("/api/jobs/1/shares", {"candidate_ids": [5, 4, 3, 2]}).json
    items = client.get(f"/api/shared/{share['url'].rsplit('/', 1)[1]}").json["items"]
    assert [(item["rank"], item["rank_shared"], item["group"]) for item in items] == [
        (1, True, "ranked"), (1, True, "ranked"), (3, False, "ranked"), (None, False, "waiting"),
    ]


def test_the_sort_order_keeps_leaderboard_sections_together(client: Client, store: Store) -> None:
    fill(store, [None, 50.0, None, None, None])
    with store.write() as tx:
        changes: dict[int, dict[str, Any]] = {
            1: {"status": "canceled"}, 3: {"status": "invited", "link_expires_at": TIME_MS - 1},
            4: {"status": "completed", "review_reason": "Nobody knows."}, 5: {"status": "in_progress"},
        }
        for number, columns in changes.items():
            tx.sessions.update_if(f"iv_{number:032x}", {}, **columns)
    items = client.get(BOARD).json["items"]
    assert [(item["candidate_id"], item["group"]) for item in items] == [
        (2, "ranked"), (4, "needs_review"), (5, "waiting"), (3, "ended"), (1, "ended"),
    ]


@pytest.mark.parametrize(("totals", "groups"), [
    # Of five answers, totals that differ by at most 5.4 cannot be told apart.
    ([90.0, 88.0, 86.0], [1, 1, 1]),
    # 90 and 84 can be told apart, though 87 is close to both: no chain.
    ([90.0, 87.0, 84.0, 82.0, 60.0], [1, 1, 2, 2, None]),
    ([90.0, 80.0, 70.0], [None, None, None]),
    ([90.0, 80.0, 78.0, 60.0, 60.0, None, None], [None, 1, 1, 2, 2, None, None]),
])
def test_tied_candidates_form_a_group(
    client: Client, store: Store, totals: list[float | None], groups: list[int | None]
) -> None:
    fill(store, totals)

    def found(query: str = "") -> list[int | None]:
        answer = client.get(f"{BOARD}?candidates=true{query}").json
        return [item["close_group"] for item in answer["items"]]

    assert found() == groups
    # JSON's `true` is no number of a group.
    assert not any(isinstance(group, bool) for group in found())
    assert found("&sort=total_score") == found("&sort=candidate_name") == [None] * len(totals)
