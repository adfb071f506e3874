"""Lists of sessions through the API: paging, choosing, and what cannot be chosen."""

from __future__ import annotations

from fakes.client import Client
from fakes.front_door import SESSIONS, faulty_fields, score, start
from for_each import for_each
from tener_interview.domain.sessions.status import Status


def test_paging_shows_each_session_once_newest_first(client: Client) -> None:
    started = [start(client, candidate_id)["session_id"] for candidate_id in range(1, 26)]
    seen: list[str] = []
    cursor: str | None = ""
    pages = 0
    while cursor is not None:
        page = client.get(f"{SESSIONS}?job_id=1&limit=10&cursor={cursor}").json
        assert set(page) == {"items", "next_cursor"}
        seen += [item["session_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        pages += 1
        # One that comes meanwhile belongs to no page that is still to come.
        start(client, 100 + pages)
    assert (seen, pages) == (started[::-1], 3)


def test_a_full_last_page_has_no_next_cursor(client: Client) -> None:
    for candidate_id in (1, 2):
        start(client, candidate_id)
    assert client.get(f"{SESSIONS}?limit=2").json["next_cursor"] is None
    assert client.get(f"{SESSIONS}?cursor=1").json == {"items": [], "next_cursor": None}


def test_sessions_are_filtered_by_job_candidate_and_status(client: Client) -> None:
    one, two, three = start(client, 42, 1), start(client, 42, 2, share_interview=False), start(client, 43, 1)
    score(client, three["session_id"])

    def listed(query: str) -> list[str]:
        return [item["session_id"] for item in client.get(f"{SESSIONS}?{query}").json["items"]]

    ids = [item["session_id"] for item in (one, two, three)]
    assert listed("") == ids[::-1]
    assert listed("job_id=&candidate_id=&status=&limit=100&cursor=") == ids[::-1]
    assert listed("job_id=1") == [ids[2], ids[0]]
    assert listed("candidate_id=42") == [ids[1], ids[0]]
    assert listed("job_id=1&candidate_id=42&status=invited") == [ids[0]]
    assert listed("status=scored") == [ids[2]]
    assert listed("job_id=9") == []
    assert all(listed(f"status={status}") is not None for status in Status)


@for_each(
    ("field", "values"),
    [
        ("limit", ("0", "501", "-1", "ten", "1e2", "%00", "1.0", "9" * 30)),
        ("cursor", ("0", "-1", "abc", "9" * 30)),
        ("job_id", ("0", "x", "1%20OR%201=1", str(2**63))),
        ("candidate_id", ("-42",)),
        ("status", ("INVITED", "done", "invited,scored", "%00")),
    ],
)
def test_invalid_session_list_parameters_are_refused(field: str, values: tuple[str, ...], client: Client) -> None:
    for value in values:
        assert faulty_fields(client.get(f"{SESSIONS}?{field}={value}")) == {field}, value
    assert faulty_fields(client.get(f"{SESSIONS}?{field}=%ff")) == {"query"}
