"""Schemathesis makes requests up from the API's description, right ones and wrong ones, and finds nothing amiss.

They are the same in every run, and each part of the API has a service of its own, so that it answers the same as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, core, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import derive_operation_seed
from schemathesis.generation.hypothesis.builder import HypothesisTestConfig, HypothesisTestMode, create_test
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.transport.requests import ManagedCookiesSession

from fakes.front_door import ADMIN_TOKEN
from fakes.running_service import RunningService, demo_environ, free_port
from fakes.service_in_process import service_in_process
from for_each import for_each
from made_up import examples, is_exploring
from tener_interview.__main__ import ROUTES
from tener_interview.api.openapi import describe_api

EXAMPLES = 12
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    negative_data_rejection,
]
#: A wrong item of their lists gets an error of its own, in an answer of 200 with those of the right ones.
ANSWER_EACH_ITEM = ("POST /api/steps/interview",)
DOCUMENT = describe_api(ROUTES)
OPERATIONS = [f"{method.upper()} {path}" for path, methods in DOCUMENT["paths"].items() for method in methods]
#: Operations that belong together are neighbours.
PART_SIZE = 20
PARTS = [OPERATIONS[first : first + PART_SIZE] for first in range(0, len(OPERATIONS), PART_SIZE)]


@pytest.fixture(scope="module")
def schema() -> Any:
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.config.seed = core.global_force_seed or Random().getrandbits(64) if is_exploring() else 1
    return schema


@pytest.fixture
def service(tmp_path: Path) -> Iterator[RunningService]:
    environ = demo_environ(tmp_path, free_port(), TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN)
    with service_in_process(environ) as service:
        yield service


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """Connections that are used again, without a look at the environment for each request."""
    with ManagedCookiesSession() as session:
        session.trust_env = False
        yield session


@pytest.mark.parametrize("operations", PARTS, ids=[part[0] for part in PARTS])
def test_schemathesis_finds_no_violations(
    operations: list[str], schema: Any, service: RunningService, session: requests.Session
) -> None:
    @for_each("operation", operations)
    def find_nothing(operation: str) -> None:
        checks = [check for check in CHECKS if check != negative_data_rejection or operation not in ANSWER_EACH_ITEM]

        @settings(examples(EXAMPLES), suppress_health_check=list(HealthCheck))
        def check(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(
                base_url=service.base_url, session=session, headers={"Authorization": f"Bearer {ADMIN_TOKEN}"},
                checks=checks, timeout=20,
            )

        # The requests are made up here and not, as by `schema.parametrize`, by every process that collects tests.
        method, path = operation.split(" ", 1)
        config = HypothesisTestConfig(
            project=schema.config, modes=list(HypothesisTestMode),
            seed=derive_operation_seed(schema.config.seed, operation),
        )
        create_test(operation=schema[path][method], test_func=check, config=config)()

    find_nothing()
