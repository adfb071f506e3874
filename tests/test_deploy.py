"""The deployment in render.yaml: its content, and that a service started by it works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from fakes.blueprint import BLUEPRINT
from fakes.client import Client
from fakes.running_service import PROJECT, free_port, running_service, surroundings
from fakes.waiting import eventually
from tener_interview.__main__ import wsgi
from tener_interview.settings import DECLARATIONS, SettingsError

SECRETS = {
    "TENER_HIREFLIX_API_KEY": "00000000-0000-4000-8000-000000000000",
    "TENER_HIREFLIX_POSITION_ID": "0123456789abcdef01234567",
    "TENER_INTERVIEW_TOKEN_SECRET": "a-token-secret-for-the-test",
}
#: Render generates 256 bits in base64.
GENERATED = {
    "TENER_INTERVIEW_ADMIN_TOKEN": "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
    "TENER_INTERVIEW_CLIENT_KEY": "0V//QcR+sBpPCrze8SNFZ4kKvN7xI0VniQq83vEjRWe=",
}


@pytest.fixture(scope="module")
def web() -> dict[str, Any]:
    """The one service of the blueprint."""
    (service,) = yaml.safe_load((PROJECT / "render.yaml").read_text("utf-8"))["services"]
    assert isinstance(service, dict)
    return service


@pytest.fixture(scope="module")
def variables(web: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The entries of envVars by name."""
    return {each["key"]: each for each in web["envVars"]}


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def environ(web: dict[str, Any], variables: dict[str, dict[str, Any]], tmp_path: Path, port: int) -> dict[str, str]:
    """Render's environment, except that the disk is a temporary folder and the source a port where nothing listens."""
    values = {name: each["value"] for name, each in variables.items() if "value" in each}
    values |= {name: GENERATED[name] for name, each in variables.items() if each.get("generateValue")}
    values |= {name: SECRETS[name] for name, each in variables.items() if each.get("sync") is False}
    disk = web["disk"]["mountPath"]
    assert values["TENER_INTERVIEW_DB_PATH"].startswith(f"{disk}/")
    return surroundings(**{
        **values,
        "PORT": str(port),
        "RENDER": "true",
        "RENDER_EXTERNAL_URL": "https://tener-interview-dashboard.onrender.com",
        "TENER_INTERVIEW_DB_PATH": values["TENER_INTERVIEW_DB_PATH"].replace(disk, str(tmp_path), 1),
        "TENER_INTERVIEW_SOURCE_API_BASE": "http://127.0.0.1:9",
    })


def faults(blueprint: Any) -> list[str]:
    """What Render would refuse, by where it stands."""
    return [each.json_path for each in Draft202012Validator(BLUEPRINT).iter_errors(blueprint)]


def test_the_blueprint_is_valid(web: dict[str, Any]) -> None:
    assert faults({"services": [web]}) == []


@pytest.mark.parametrize(("change", "where"), [
    ({"plan": "free"}, "$.services[0].plan"),
    ({"plan": "Starter"}, "$.services[0].plan"),
    ({"env": "python"}, "$.services[0]"),
    ({"numInstances": 2}, "$.services[0].numInstances"),
    ({"maxShutdownDelaySeconds": 301}, "$.services[0].maxShutdownDelaySeconds"),
    ({"disk": {"name": "data", "mountPath": "var/data"}}, "$.services[0].disk.mountPath"),
    ({"envVars": [{"key": "A", "value": "b", "sync": False}]}, "$.services[0].envVars[0]"),
])
def test_an_unknown_field_of_the_blueprint_is_refused(web: dict[str, Any], change: dict[str, Any], where: str) -> None:
    assert where in faults({"services": [{**web, **change}]})


def test_the_service_has_a_disk_a_health_check_and_time_to_stop(web: dict[str, Any]) -> None:
    assert web["name"] == "tener-interview-dashboard"
    assert web["runtime"] == "python"
    assert web["disk"] == {"name": "tener-interview-data", "mountPath": "/var/data", "sizeGB": 1}
    assert web["healthCheckPath"] == "/health"
    assert web["maxShutdownDelaySeconds"] > 20, "the service takes up to 20 seconds"


def test_the_build_installs_nothing(web: dict[str, Any]) -> None:
    assert web["buildCommand"] == "python3 --version"


def test_known_variables_are_set(variables: dict[str, dict[str, Any]]) -> None:
    known = {name: each["value"] for name, each in variables.items() if "value" in each}
    version = known.pop("PYTHON_VERSION")
    assert known == {
        "TENER_INTERVIEW_PROVIDER": "hireflix",
        "TENER_INTERVIEW_DB_PATH": "/var/data/tener_interview.sqlite3",
        "TENER_INTERVIEW_SOURCE_API_BASE": "https://tener-ai-v1.onrender.com",
    }
    assert re.fullmatch(r"3\.\d+\.\d+", version), "Render wants a full version, as text"
    assert tuple(map(int, version.split("."))) >= (3, 11, 0)


def test_secrets_are_not_in_the_blueprint(variables: dict[str, dict[str, Any]]) -> None:
    assert {name for name, each in variables.items() if each.get("sync") is False} == set(SECRETS)
    generated = [name for name, each in variables.items() if each.get("generateValue")]
    assert generated == ["TENER_INTERVIEW_ADMIN_TOKEN", "TENER_INTERVIEW_CLIENT_KEY"]
    secret = {each.variable for each in DECLARATIONS.values() if each.secret}
    assert not [name for name, each in variables.items() if name in secret and "value" in each]


def test_every_variable_is_one_that_the_service_or_render_reads(variables: dict[str, dict[str, Any]]) -> None:
    assert set(variables) - {each.variable for each in DECLARATIONS.values()} == {"PYTHON_VERSION"}


def test_the_start_command_starts_a_protected_service_that_stops_on_sigterm(
    web: dict[str, Any], environ: dict[str, str], port: int
) -> None:
    with running_service(environ, port, ("/bin/sh", "-c", web["startCommand"])) as service:
        assert service.status_of("/health") == 200
        assert service.status_of("/api") == 401
        assert service.status_of("/api", Authorization="Bearer not-the-token") == 401
        assert service.status_of("/api", Authorization=f"Bearer {GENERATED['TENER_INTERVIEW_ADMIN_TOKEN']}") == 200
        door = f"/k/{GENERATED['TENER_INTERVIEW_CLIENT_KEY']}"
        assert service.status_of(f"{door}/api/interviews/sessions?limit=500") == 200, "the main system sends no header"
        assert service.status_of(f"{door}/api") == service.status_of(f"{door}x/api/interviews/sessions") == 404
    assert service.exit_status == 0, service.output
    assert "https://tener-interview-dashboard.onrender.com/dashboard" in service.output
    assert not [secret for secret in (*SECRETS.values(), *GENERATED.values()) if secret in service.output]


def test_another_server_cannot_mount_it_under_a_path(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**environ, "SCRIPT_NAME": "/hr"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=r"SCRIPT_NAME: must not be set \(it is /hr\): .* root"):
        wsgi()


def test_another_server_gets_the_service_with_its_background_work(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**environ, "TENER_INTERVIEW_RETENTION_DAYS": "30"}.items():
        monkeypatch.setenv(name, value)
    app = wsgi()
    try:
        client = Client(app, {"Authorization": f"Bearer {GENERATED['TENER_INTERVIEW_ADMIN_TOKEN']}"})
        eventually(lambda: client.get("/api").json["sync"]["last_round"])
    finally:
        app.close()
