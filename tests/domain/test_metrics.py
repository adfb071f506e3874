"""GET /metrics: what a strict reader of Prometheus's format makes of it."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from fakes.client import Client
from fakes.clock import FakeClock
from fakes.desk import MakeDesk
from fakes.front_door import BEARER, SESSIONS, MakeApp, locked_client, refused, score, start
from fakes.waiting import eventually
from tener_interview import __version__

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def figures(client: Client) -> Samples:
    """Every sample by its name and labels."""
    reply = client.get("/metrics")
    assert reply.status == 200
    assert reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = list(text_string_to_metric_families(reply.text))
    assert all(family.documentation and family.type != "unknown" for family in families)
    assert len({family.name for family in families}) == len(families)
    samples = [sample for family in families for sample in family.samples]
    found = [((sample.name, tuple(sorted(sample.labels.items()))), sample.value) for sample in samples]
    assert len(dict(found)) == len(found)
    return dict(found)


def figure(samples: Samples, name: str, **labels: str) -> float:
    return samples[(f"tener_interview_{name}", tuple(sorted(labels.items())))]


def test_metrics_count_requests_by_route_and_status(client: Client) -> None:
    for path in ("/health", "/health", f"{SESSIONS}/iv_1", f"{SESSIONS}/iv_2", "/nowhere-1", "/nowhere-2"):
        client.get(path)
    samples = figures(client)
    one = f"{SESSIONS}/{{session_id}}"
    assert figure(samples, "requests_total", method="GET", route="/health", status="200") == 2
    assert figure(samples, "requests_total", method="GET", route=one, status="404") == 2
    assert figure(samples, "requests_total", method="GET", route="(none)", status="404") == 2
    assert figure(samples, "request_duration_seconds_count", method="GET", route="/health") == 2


def test_request_duration_buckets_are_cumulative(client: Client, clock: FakeClock) -> None:
    client.get("/health")
    samples = figures(client)
    buckets = [
        (float(dict(labels)["le"]), value) for (name, labels), value in samples.items()
        if name == "tener_interview_request_duration_seconds_bucket" and dict(labels)["route"] == "/health"
    ]
    assert [value for _, value in sorted(buckets)] == sorted(value for _, value in buckets)
    assert max(buckets) == (float("inf"), 1)
    assert clock.now_ms() > 0


def test_metrics_count_sessions_by_status_and_their_age(client: Client, clock: FakeClock) -> None:
    score(client, start(client, 1)["session_id"])
    start(client, 2)
    clock.advance(seconds=90)
    start(client, 3)
    samples = figures(client)
    assert figure(samples, "sessions", status="scored") == 1
    assert figure(samples, "sessions", status="invited") == 2
    assert figure(samples, "sessions", status="failed") == 0
    assert figure(samples, "oldest_unsynced_session_age_seconds") == 90
    assert figure(samples, "store_size_bytes") > 4096
    assert (figure(samples, "store_up"), figure(samples, "sync_enabled")) == (1, 0)
    assert figure(samples, "process_uptime_seconds") == 90
    assert samples[("tener_interview_build_info", next(
        labels for name, labels in samples if name == "tener_interview_build_info"
    ))] == 1
    assert any(("version", __version__) in labels for name, labels in samples if name == "tener_interview_build_info")


def test_metrics_count_requests_to_hireflix(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.scored()
    samples = figures(desk.client)
    asked = figure(samples, "upstream_requests_total", upstream="hireflix", outcome="ok")
    assert asked >= 2
    assert figure(samples, "upstream_request_duration_seconds_count", upstream="hireflix") == asked
    assert figure(samples, "upstream_available", upstream="hireflix") == 1


def test_metrics_show_the_rounds_of_the_sync(make_desk: MakeDesk) -> None:
    desk = make_desk(TENER_INTERVIEW_SYNC_SECONDS="60")
    desk.started()
    desk.sync.start()
    desk.sync.wake()
    eventually(lambda: desk.sync.state().last)
    desk.clock.advance(seconds=30)
    samples = figures(desk.client)
    assert (figure(samples, "sync_enabled"), figure(samples, "sync_holds_lease")) == (1, 1)
    assert figure(samples, "sync_last_round_age_seconds") == 30
    assert figure(samples, "sync_last_round_sessions", outcome="failed") == 0
    assert figure(samples, "sync_fault") == 0


def test_metrics_show_that_the_store_is_closed(make_app: MakeApp) -> None:
    app = make_app()
    app.close()
    assert figure(figures(Client(app)), "store_up") == 0


def test_metrics_need_the_token_of_a_recruiter(make_app: MakeApp) -> None:
    refused(locked_client(make_app).get("/metrics"), "UNAUTHORIZED")
    assert locked_client(make_app, BEARER).get("/metrics").status == 200
