"""What the service says of itself."""

from __future__ import annotations

from pathlib import Path

from fakes.client import Client
from fakes.front_door import MakeApp, locked_client, refused
from tener_interview import __version__
from tener_interview.__main__ import ROUTES


def test_health_returns_only_the_status_ok(client: Client) -> None:
    assert client.get("/health").json == {"status": "ok"}


def test_health_needs_neither_store_nor_source(make_app: MakeApp, environ: dict[str, str]) -> None:
    Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"]).write_text("This is not a database. " * 50)
    app = make_app()
    app.close()
    assert Client(app).get("/health").json == {"status": "ok"}


def test_ready_lists_the_checks_of_store_source_and_provider(client: Client) -> None:
    assert client.get("/ready").json == {
        "status": "ready", "checks": {"store": "ok", "source": "ok", "provider": "ok"},
        "source_parts": ["demo_catalogue.json"],
    }


def test_ready_fails_if_the_source_cannot_be_read(make_app: MakeApp, environ: dict[str, str]) -> None:
    Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"]).write_text("This is not a database. " * 50)
    client = Client(make_app())
    checks = refused(client.get("/ready"), "SOURCE_UNAVAILABLE")["checks"]
    assert (checks["store"], checks["provider"]) == ("ok", "ok")
    assert "not a SQLite database" in checks["source"]
    source = client.get("/api").json["source"]
    assert (source["kind"], source["status"]) == ("sqlite", "unavailable")
    assert "not a SQLite database" in source["reason"]


def test_ready_fails_if_the_store_is_closed(make_app: MakeApp) -> None:
    app = make_app()
    app.close()
    refused(Client(app).get("/ready"), "STORE_UNAVAILABLE")


def test_get_api_describes_the_service_and_lists_every_route(client: Client) -> None:
    about = client.get("/api").json
    assert (about["service"], about["version"]) == ("tener-interview", __version__)
    assert (about["demo"], about["access"]) == (True, "open")
    assert about["provider"]["name"] == "demo"
    assert about["source"] == {
        "kind": "demo", "location": "demo catalogue", "status": "ok", "reason": None, "parts": ["demo_catalogue.json"],
    }
    assert set(about["config"]) >= {"criteria_version", "formula_version"}
    listed = [(route["method"], route["path"], route["access"]) for route in about["routes"]]
    assert listed == [(route.method, route.pattern, route.access.value) for route in ROUTES]
    summaries = [route["summary"] for route in about["routes"]]
    assert [text for text in summaries if not text[0].islower() or text.endswith(".")] == []


def test_get_api_shows_no_secret(make_app: MakeApp, environ: dict[str, str]) -> None:
    secrets = {
        "TENER_HIREFLIX_API_KEY": "hunter2-api-key",
        "TENER_HIREFLIX_WEBHOOK_SECRET": "hunter2-webhook",
        "TENER_INTERVIEW_SOURCE_API_TOKEN": "hunter2-source",
        "TENER_INTERVIEW_TOKEN_SECRET_PREVIOUS": "hunter2-previous-secret",
    }
    client = locked_client(make_app, {"Authorization": "Bearer an-admin-token-for-tests"},
                    TENER_INTERVIEW_PROVIDER="demo", **secrets)
    text = client.get("/api").text
    assert '"access":"token"' in text
    for secret in ("hunter2", "an-admin-token-for-tests", environ["TENER_INTERVIEW_TOKEN_SECRET"]):
        assert secret not in text
