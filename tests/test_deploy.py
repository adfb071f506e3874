"""The deployments in render.yaml and render-postgres.yaml: their content, and that a service started by them works."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema_rs import Draft202012Validator

from fakes.blueprint import BLUEPRINT
from fakes.client import Client
from fakes.json_schema import faults_of
from fakes.running_service import PROJECT, clean_environ, free_port, running_service
from fakes.waiting import eventually
from for_each import for_each
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


#: On an own disk, and on a managed database.
BLUEPRINTS = ("render.yaml", "render-postgres.yaml")


@dataclass(frozen=True)
class Deployment:
    """A blueprint with one service, and with one database or none."""

    blueprint: dict[str, Any]

    @property
    def web(self) -> dict[str, Any]:
        (service,) = self.blueprint["services"]
        assert isinstance(service, dict)
        return service

    @property
    def variables(self) -> dict[str, dict[str, Any]]:
        """The entries of envVars by name."""
        return {variable["key"]: variable for variable in self.web["envVars"]}

    @property
    def values(self) -> dict[str, str]:
        return {name: item["value"] for name, item in self.variables.items() if "value" in item}

    def environ(self, port: int, folder: Path, database_url: Callable[[], str]) -> dict[str, str]:
        """Render's environment, except that the disk is a temporary folder, the database one of the tests' server, and
        the source a port where nothing listens."""
        values = self.values
        values |= {name: GENERATED[name] for name, item in self.variables.items() if item.get("generateValue")}
        values |= {name: SECRETS[name] for name, item in self.variables.items() if item.get("sync") is False}
        values |= {name: database_url() for name, item in self.variables.items() if "fromDatabase" in item}
        if "disk" in self.web:
            disk = self.web["disk"]["mountPath"]
            assert values["TENER_INTERVIEW_DB_PATH"].startswith(f"{disk}/")
            values["TENER_INTERVIEW_DB_PATH"] = values["TENER_INTERVIEW_DB_PATH"].replace(disk, str(folder), 1)
        return clean_environ(**{
            **values,
            "PORT": str(port),
            "RENDER": "true",
            "RENDER_EXTERNAL_URL": "https://tener-interview-dashboard.onrender.com",
            "TENER_INTERVIEW_SOURCE_API_BASE": "http://127.0.0.1:9",
        })


def deployment(name: str) -> Deployment:
    return Deployment(yaml.safe_load((PROJECT / name).read_text("utf-8")))


@pytest.fixture(params=BLUEPRINTS)
def deployed(request: pytest.FixtureRequest) -> Deployment:
    return deployment(request.param)


@pytest.fixture
def environ(deployed: Deployment, port: int, tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    return deployed.environ(port, tmp_path, lambda: str(request.getfixturevalue("empty_postgres")))


@pytest.fixture
def port() -> int:
    return free_port()


def faults(blueprint: Any) -> list[str]:
    """What Render would refuse, by where it stands."""
    return [where for where, _ in faults_of(blueprint, Draft202012Validator(BLUEPRINT))]


def test_every_render_blueprint_is_valid(deployed: Deployment) -> None:
    assert faults(deployed.blueprint) == []


@for_each(("change", "where"), [
    ({"plan": "free"}, "$.services[0].plan"),
    ({"plan": "Starter"}, "$.services[0].plan"),
    ({"env": "python"}, "$.services[0]"),
    ({"numInstances": 2}, "$.services[0].numInstances"),
    ({"maxShutdownDelaySeconds": 301}, "$.services[0].maxShutdownDelaySeconds"),
    ({"disk": {"name": "data", "mountPath": "var/data"}}, "$.services[0].disk.mountPath"),
    ({"envVars": [{"key": "A", "value": "b", "sync": False}]}, "$.services[0].envVars[0]"),
    ({"envVars": [{"key": "A", "fromDatabase": {"name": "db", "property": "url"}}]}, "$.services[0].envVars[0]"),
])
def test_an_unknown_field_of_the_blueprint_is_refused(change: dict[str, Any], where: str) -> None:
    assert where in faults({"services": [{**deployment("render.yaml").web, **change}]})


@for_each(("change", "where"), [
    ({"plan": "starter"}, "$.databases[0].plan"),
    ({"plan": "basic-2gb"}, "$.databases[0].plan"),
    ({"postgresMajorVersion": 17}, "$.databases[0].postgresMajorVersion"),
    ({"databaseName": "tener-interview"}, "$.databases[0].databaseName"),
    ({"numInstances": 2}, "$.databases[0]"),
    ({"ipAllowList": ["10.0.0.0/8"]}, "$.databases[0].ipAllowList[0]"),
])
def test_an_unknown_field_of_a_database_is_refused(change: dict[str, Any], where: str) -> None:
    blueprint = deployment("render-postgres.yaml").blueprint
    assert where in faults({**blueprint, "databases": [{**blueprint["databases"][0], **change}]})


def test_the_blueprint_sets_a_health_check_and_shutdown_time(deployed: Deployment) -> None:
    assert deployed.web["name"] == "tener-interview-dashboard"
    assert deployed.web["runtime"] == "python"
    assert deployed.web["healthCheckPath"] == "/health"
    assert deployed.web["maxShutdownDelaySeconds"] > 20, "the service takes up to 20 seconds"


def test_the_blueprint_keeps_the_sqlite_file_on_a_disk_and_installs_no_packages() -> None:
    web = deployment("render.yaml").web
    assert web["disk"] == {"name": "tener-interview-data", "mountPath": "/var/data", "sizeGB": 1}
    assert deployment("render.yaml").values["TENER_INTERVIEW_DB_PATH"] == "/var/data/tener_interview.sqlite3"
    assert web["buildCommand"] == "python3 --version"
    assert web["numInstances"] == 1


def test_the_postgres_blueprint_runs_two_instances_with_a_database_in_their_region() -> None:
    shared = deployment("render-postgres.yaml")
    (database,) = shared.blueprint["databases"]
    assert "disk" not in shared.web
    assert shared.web["numInstances"] == 2
    assert shared.web["buildCommand"] == "pip install '.[postgres]'"
    assert database["region"] == shared.web["region"]
    assert database["ipAllowList"] == [], "from the private network only"
    assert database["plan"] != "free", "a free one is deleted after a month"
    assert shared.variables["TENER_INTERVIEW_DATABASE_URL"]["fromDatabase"] == {
        "name": database["name"], "property": "connectionString",
    }


def test_both_blueprints_differ_only_in_the_database() -> None:
    web = {name: deployment(name).web for name in BLUEPRINTS}
    for name, own in (("render.yaml", {"disk"}), ("render-postgres.yaml", set())):
        assert set(web[name]) - set(web["render-postgres.yaml"]) == own
    same = set(web["render-postgres.yaml"]) - {"numInstances", "buildCommand", "envVars"}
    assert [web["render.yaml"][key] for key in same] == [web["render-postgres.yaml"][key] for key in same]
    of_file, of_server = (deployment(name).variables for name in BLUEPRINTS)
    database = {"TENER_INTERVIEW_DB_PATH", "TENER_INTERVIEW_DATABASE_URL"}
    assert of_file.keys() ^ of_server.keys() == database
    assert all(of_file[name] == of_server[name] for name in of_file.keys() - database)


def test_the_blueprint_sets_known_environment_variables(deployed: Deployment) -> None:
    known = deployed.values
    version = known.pop("PYTHON_VERSION")
    known.pop("TENER_INTERVIEW_DB_PATH", None)
    assert known == {
        "TENER_INTERVIEW_PROVIDER": "hireflix",
        "TENER_INTERVIEW_SOURCE_API_BASE": "https://tener-ai-v1.onrender.com",
    }
    assert re.fullmatch(r"3\.\d+\.\d+", version), "Render wants a full version, as text"
    assert tuple(map(int, version.split("."))) >= (3, 11, 0)


def test_secrets_are_not_in_the_blueprint(deployed: Deployment) -> None:
    variables = deployed.variables
    assert {name for name, item in variables.items() if item.get("sync") is False} == set(SECRETS)
    generated = [name for name, item in variables.items() if item.get("generateValue")]
    assert generated == ["TENER_INTERVIEW_ADMIN_TOKEN", "TENER_INTERVIEW_CLIENT_KEY"]
    secret = {declaration.variable for declaration in DECLARATIONS.values() if declaration.secret}
    assert not [name for name, item in variables.items() if name in secret and "value" in item]


def test_every_variable_of_the_blueprint_is_known_to_the_service_or_render(deployed: Deployment) -> None:
    known = {declaration.variable for declaration in DECLARATIONS.values()}
    assert set(deployed.variables) - known == {"PYTHON_VERSION"}


def test_the_start_command_starts_a_protected_service_that_stops_on_sigterm(
    deployed: Deployment, environ: dict[str, str], port: int
) -> None:
    with running_service(environ, port, ("/bin/sh", "-c", deployed.web["startCommand"])) as service:
        assert service.status_of("/health") == 200
        assert service.status_of("/api") == 401
        assert service.status_of("/api", Authorization="Bearer not-the-token") == 401
        assert service.status_of("/api", Authorization=f"Bearer {GENERATED['TENER_INTERVIEW_ADMIN_TOKEN']}") == 200
        keyed = f"/k/{GENERATED['TENER_INTERVIEW_CLIENT_KEY']}"
        assert service.status_of(f"{keyed}/api/interviews/sessions?limit=500") == 200, "the main system sends no header"
        assert service.status_of(f"{keyed}/api") == service.status_of(f"{keyed}x/api/interviews/sessions") == 404
    assert service.exit_status == 0, service.output
    assert "https://tener-interview-dashboard.onrender.com/dashboard" in service.output
    assert not [secret for secret in (*SECRETS.values(), *GENERATED.values()) if secret in service.output]


def test_mounting_the_wsgi_application_under_a_path_is_refused(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**environ, "SCRIPT_NAME": "/hr"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=r"SCRIPT_NAME: must not be set \(it is /hr\): .* root"):
        wsgi()


def test_the_wsgi_application_starts_the_background_work(
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
