"""Endpoints over the API: what can be added, changed and removed, what is refused, and what nobody sees again."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.client import Client
from fakes.front_door import MakeApp, faulty_fields, refused, start, stored
from tener_interview.domain.endpoints.endpoints import MAX_ENDPOINTS
from tener_interview.domain.endpoints.events import EVENT_TYPES
from tener_interview.store.outbox_records import Channel, OutboxState
from tener_interview.web.application import Application

ENDPOINTS = "/api/endpoints"
GOOD = {"name": "Our ATS", "url": "https://ats.example.com/hooks?key=of-the-ats"}


@pytest.fixture
def app(make_app: MakeApp) -> Application:
    """A service that sends nothing, because nobody has started it."""
    return make_app(TENER_INTERVIEW_WEBHOOK_PRIVATE_HOSTS="main.internal, 10.0.0.5")


@pytest.fixture
def client(app: Application) -> Client:
    return Client(app)


def add(client: Client, **more: Any) -> Any:
    reply = client.post(ENDPOINTS, {**GOOD, **more})
    assert reply.status == 201, reply.text
    return reply.json


def fail_all(app: Application) -> None:
    """Give up everything that waits."""
    with app.service.store.write() as tx:
        while row := tx.outbox.claim(Channel.ENDPOINT, "a test", now_ms=2**60, until_ms=2**60):
            tx.outbox.finish(row.outbox_id, "a test", OutboxState.PARKED, "500", 1)


def test_an_endpoint_is_added_changed_and_removed(app: Application, client: Client, environ: dict[str, str]) -> None:
    added = add(client)
    path = f"{ENDPOINTS}/{added['endpoint_id']}"
    assert added["events"] == list(EVENT_TYPES)
    assert (added["enabled"], added["with_contact"], added["format"]) == (True, False, "standard")
    shown = client.get(path).json
    assert shown == {name: value for name, value in added.items() if name != "secret"}
    assert client.get(ENDPOINTS).json == {"items": [shown]}
    # Events keep their order, and each is there once.
    changes = {"name": "ATS", "events": ["session.erased", "session.invited", "session.erased"], "with_contact": True}
    changed = client.request("PATCH", path, body=changes).json
    assert (changed["name"], changed["events"]) == ("ATS", ["session.invited", "session.erased"])
    assert client.request("PATCH", path, body={"url": "http://main.internal:8080/x"}).json["url"].startswith("http:")
    keyed = {"Idempotency-Key": "k"}
    assert client.request("PATCH", path, body={}, headers=keyed).json["name"] == "ATS"
    rotated = client.post(f"{path}/secret", {"previous_valid_hours": 2}).json
    assert rotated["secret"] != added["secret"]
    assert rotated["previous_secret_until"] is not None
    assert client.post(f"{path}/secret", {"previous_valid_hours": 0}).json["previous_secret_until"] is None
    entries = client.get("/api/audit-log?subject_kind=endpoint").json["items"]
    actions = [entry["action"] for entry in entries]
    assert actions == ["endpoint.secret_rotated"] * 2 + ["endpoint.changed"] * 2 + ["endpoint.created"]
    assert "whsec_" not in client.get("/api/audit-log").text + client.get(ENDPOINTS).text
    start(client, candidate_id=1)
    assert client.request("DELETE", path).json == {"endpoint_id": added["endpoint_id"], "removed": True}
    refused(client.get(path), "ENDPOINT_NOT_FOUND")
    refused(client.request("DELETE", path), "ENDPOINT_NOT_FOUND")
    assert not [line for line in stored(environ) if "whsec_" in line or "main.internal" in line]
    with app.service.store.read() as tx:
        assert tx.outbox.count() == {("endpoint", "canceled"): 1}


def test_invalid_or_private_endpoint_urls_are_refused(client: Client) -> None:
    urls: tuple[Any, ...] = (
        "https://127.0.0.1/", "https://localhost/", "https://10.0.0.6/", "https://169.254.169.254/latest/meta-data",
        "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://2130706433/", "https://0x7f.1/", "https://0/",
        "http://ats.example.com/", "ftp://ats.example.com/", "https://user:pass@ats.example.com/", "https://", "x", "",
        "https://ats.example.com/#part", "https://ats.example.com/a\nb", "javascript:alert(1)", None, 7, "x" * 2_001,
    )
    assert [url for url in urls if faulty_fields(client.post(ENDPOINTS, {**GOOD, "url": url})) != {"url"}] == []
    for field, values in {
        "name": ("", None, "x" * 101, 5), "format": ("xml", "", 5), "with_contact": ("perhaps", 7),
        "events": (
            [], ["session.canceled"], ["endpoint.test"], "session.scored", [None], [*EVENT_TYPES, "session.scored"],
        ),
    }.items():
        for value in values:
            assert faulty_fields(client.post(ENDPOINTS, {**GOOD, field: value})) == {field}, value
    assert client.get(ENDPOINTS).json["items"] == []
    added = add(client)
    path = f"{ENDPOINTS}/{added['endpoint_id']}"
    assert faulty_fields(client.request("PATCH", path, body={"url": "https://192.168.0.1/"})) == {"url"}
    for hours in (-1, 721, 1.5, "2"):
        assert faulty_fields(client.post(f"{path}/secret", {"previous_valid_hours": hours})) == {"previous_valid_hours"}
    assert faulty_fields(client.post(f"{path}/replay", {"delivery_ids": []})) == {"delivery_ids"}
    for query in ("state=lost", "limit=0", "limit=201"):
        assert faulty_fields(client.get(f"{path}/deliveries?{query}")) == {query.partition("=")[0]}
    assert client.get(path).json == {name: value for name, value in added.items() if name != "secret"}
    slack = add(client, format="slack")
    refused(client.post(f"{ENDPOINTS}/{slack['endpoint_id']}/secret", {}), "ENDPOINT_UNSIGNED")
    for _ in range(MAX_ENDPOINTS - 2):
        add(client)
    refused(client.post(ENDPOINTS, GOOD), "TOO_MANY_ENDPOINTS")


def test_deliveries_are_listed_in_pages_and_sent_again(app: Application, client: Client) -> None:
    endpoint_id = add(client, events=["session.invited"])["endpoint_id"]
    other = add(client)["endpoint_id"]
    path = f"{ENDPOINTS}/{endpoint_id}"
    sessions = [start(client, candidate_id=number)["session_id"] for number in range(1, 6)]
    first = client.get(f"{path}/deliveries?limit=3").json
    assert [item["session_id"] for item in first["items"]] == sessions[:1:-1]
    rest = client.get(f"{path}/deliveries?limit=3&before={first['next_before']}").json
    assert ([item["session_id"] for item in rest["items"]], rest["next_before"]) == (sessions[1::-1], None)
    assert {item["state"] for item in first["items"]} == {"waiting"}
    assert client.get(path).json["waiting"] == 5
    fail_all(app)
    assert client.get(path).json["parked"] == 5
    parked = client.get(f"{path}/deliveries?state=parked").json["items"]
    assert {(item["attempts"], item["answer"], item["next_attempt_at"]) for item in parked} == {(1, "500", None)}
    one = parked[0]["delivery_id"]
    assert client.post(f"{path}/replay", {"delivery_ids": [one, one]}).json == {"replayed": 1}
    # It is on its way already, and so are the others after this.
    assert client.post(f"{path}/replay", {"delivery_ids": [one]}).json == {"replayed": 0}
    assert client.post(f"{path}/replay", {}).json == {"replayed": 4}
    theirs = client.get(f"{ENDPOINTS}/{other}/deliveries").json["items"][0]["delivery_id"]
    for unknown in (theirs, "ob_unknown", "'; DROP TABLE outbox"):
        refused(client.post(f"{path}/replay", {"delivery_ids": [unknown]}), "DELIVERY_NOT_FOUND")
    assert client.request("PATCH", path, body={"disabled": True}).json["waiting"] == 0
    assert {item["state"] for item in client.get(f"{path}/deliveries").json["items"]} == {"canceled"}
    refused(client.post(f"{path}/test", {}), "ENDPOINT_DISABLED")
    # What happens while it is disabled is not sent later.
    start(client, candidate_id=9)
    assert client.request("PATCH", path, body={"disabled": False}).json["waiting"] == 0
    assert client.get(f"{ENDPOINTS}/{other}").json["waiting"] == 1
