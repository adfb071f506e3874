"""Every count of sessions says the same: by state, by group, of whoever needs a human look; whoever counts."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from fakes.client import Client
from fakes.clock import FakeClock
from fakes.databases import plain_connection
from fakes.front_door import SESSIONS, MakeApp
from fakes.stored import add_session
from made_up import examples
from tener_interview.domain.sessions.status import Status

JOB = 1
GROUPS = ("ranked", "needs_review", "waiting", "ended")

#: A session: its state as it is stored, in how many hours its link runs out, whether it needs a look, its total.
SESSION = st.tuples(
    st.sampled_from([status.value for status in Status]), st.sampled_from([-30, -1, 0, 1, 70]), st.booleans(),
    st.sampled_from([0.0, 35.5, 60.0, 99.9]),
)


def columns(status: str, hours: int, look: bool, total: float, now_ms: int) -> dict[str, Any]:
    """What such a session has in its row."""
    scored = status == "scored"
    return {
        "status": status,
        "link_expires_at": now_ms + hours * 3_600_000,
        "invited_at": None if status == "created" else now_ms,
        "completed_at": now_ms if status in ("completed", "scored") else None,
        "scored_at": now_ms if scored else None,
        "review_reason": "Nobody knows." if look and status == "completed" else None,
        **(dict.fromkeys(("technical_score", "soft_skills_score", "total_score"), total) if scored else {}),
        **({"score_confidence": 1.0, "pass_recommendation": "mixed"} if scored else {}),
    }


def test_all_pages_show_the_same_counts_of_a_job(make_app: MakeApp, environ: dict[str, str], clock: FakeClock) -> None:
    app = make_app()
    store: Any = app.service.store
    client = Client(app)

    def listed(path: str) -> int:
        return len(client.get(path).json["items"])

    @examples(20)
    @given(st.lists(SESSION, max_size=12))
    def agree(sessions: list[tuple[str, int, bool, float]]) -> None:
        with plain_connection(environ) as db:
            db.execute("DELETE FROM interview_sessions")
        with store.write() as tx:
            for number, session in enumerate(sessions, start=1):
                add_session(tx, number, **columns(*session, clock.now_ms()))
        board = client.get(f"/api/jobs/{JOB}/interview-leaderboard?limit=500&offset=0").json
        states = Counter(
            "expired" if status == "invited" and hours <= 0 else status for status, hours, _, _ in sessions
        )
        look = sum(item["needs_review"] for item in board["items"])
        listed_states = Counter(item["interview_status"] for item in board["items"])
        assert listed_states == Counter({name: states[name] for name in states if name != "created"})
        assert board["total"] == len(sessions) - states["created"]

        (job,) = [item for item in client.get("/api/admin/jobs").json["items"] if item["id"] == JOB]
        job_funnel = client.get(f"/api/jobs/{JOB}/funnel").json
        samples = {
            (sample.name, sample.labels.get("status")): sample.value
            for family in text_string_to_metric_families(client.get("/metrics").text) for sample in family.samples
        }
        for counted in (job, job_funnel):
            assert (counted["states"], counted["needs_review"]) == (dict(states), look), counted
        assert samples[("tener_interview_sessions_needing_review", None)] == look
        assert listed(f"/api/admin/jobs/{JOB}/candidates?state=needs_review") == look
        for status in Status:
            assert samples[("tener_interview_sessions", status.value)] == states[status]
            assert listed(f"{SESSIONS}?status={status}&limit=500") == states[status]
            assert listed(f"/api/admin/jobs/{JOB}/candidates?state={status}") == states[status]
            assert listed(f"/api/jobs/{JOB}/interview-leaderboard?status={status}") == states[status]
        groups = Counter(item["group"] for item in board["items"])
        assert board["groups"] == {item: groups[item] for item in GROUPS}
        for group in GROUPS:
            assert listed(f"/api/jobs/{JOB}/interview-leaderboard?group={group}") == groups[group]
        scored = {step["step"]: step["count"] for step in job_funnel["steps"]}["scored"]
        ranked = [item for item in board["items"] if item["rank"] is not None]
        assert len(ranked) == groups["ranked"] == states["scored"] == scored == sum(
            score["count"] for score in job_funnel["scores"]
        )
        assert [GROUPS.index(item["group"]) for item in board["items"]] == sorted(
            GROUPS.index(item["group"]) for item in board["items"]
        )
        for item in board["items"]:
            assert client.get(f"{SESSIONS}/{item['session_id']}").json["status"] == item["interview_status"]

    agree()
