"""Schemathesis makes requests up from the API's description, right ones and wrong ones, and finds nothing amiss."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import derive_operation_seed
from schemathesis.generation.hypothesis.builder import HypothesisTestConfig, HypothesisTestMode, create_test
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from fakes.front_door import ADMIN_TOKEN
from fakes.running_service import demo_environ, free_port, running_service
from tener_interview.__main__ import ROUTES
from tener_interview.api.openapi import describe_api

EXAMPLES = 12
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    negative_data_rejection,
]
DOCUMENT = describe_api(ROUTES)
OPERATIONS = [f"{method.upper()} {path}" for path, methods in DOCUMENT["paths"].items() for method in methods]


@pytest.fixture(scope="module")
def schema() -> Any:
    return schemathesis.openapi.from_dict(DOCUMENT)


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service in demo mode, as a process of its own."""
    folder: Path = tmp_path_factory.mktemp("schemathesis")
    port = free_port()
    with running_service(demo_environ(folder, port, TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN), port) as service:
        yield service.base_url


@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_is_found(operation: str, schema: Any, base_url: str) -> None:
    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))
    def check(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(
            base_url=base_url, headers={"Authorization": f"Bearer {ADMIN_TOKEN}"}, checks=CHECKS, timeout=20,
        )

    # The requests are made up here and not, as by `schema.parametrize`, by every process that collects tests.
    method, path = operation.split(" ", 1)
    chosen = schema[path][method]
    config = HypothesisTestConfig(
        project=schema.config,
        modes=list(HypothesisTestMode),
        settings=schema.config.get_hypothesis_settings(operation=chosen, phase="fuzzing"),
        seed=derive_operation_seed(schema.config.seed, operation),
    )
    create_test(operation=chosen, test_func=check, config=config)()
