"""Schemathesis makes requests up from the API's description, right ones and wrong ones, and finds nothing amiss.

They are the same in every run, and each part of the API has a service of its own, so that it answers the same as well.
"""

from __future__ import annotations

import io
from itertools import count
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
from urllib3 import HTTPResponse

from fakes.client import Client
from fakes.front_door import ADMIN_TOKEN, BEARER, MakeApp
from for_each import for_each
from made_up import examples, is_exploring
from tener_interview.__main__ import ROUTES
from tener_interview.api.openapi import describe_api

#: At random; besides these, every operation gets some fifty requests that Schemathesis derives from its description:
#: right ones at every limit, and others that miss something or have another type, form or size.
EXAMPLES = 3
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    negative_data_rejection,
]
#: They do not refuse all wrong data: a step answers each item of its list, right or wrong, by itself, and a start
#: corrects what it can and says so.
LENIENT = ("POST /api/steps/interview", "POST /api/interviews/sessions/start")
DOCUMENT = describe_api(ROUTES)
OPERATIONS = [f"{method.upper()} {path}" for path, methods in DOCUMENT["paths"].items() for method in methods]
#: A key as long as that is left as it is: it may have the greatest length, or one more.
LONG_KEY = 200
#: Operations that belong together are neighbours.
PART_SIZE = 20
PARTS = [OPERATIONS[first : first + PART_SIZE] for first in range(0, len(OPERATIONS), PART_SIZE)]


@pytest.fixture(scope="module")
def schema() -> Any:
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.config.seed = core.global_force_seed or Random().getrandbits(64) if is_exploring() else 1
    return schema


class ToApplication(requests.adapters.HTTPAdapter):
    """Hands the requests of a session to an application of this process: a network takes longer than most answers.

    Schemathesis puts one Idempotency-Key into most requests. Each gets one of its own here, because the second body
    with a key is refused before anybody reads it.
    """

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._numbers = count()

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        headers = {"Content-Type": "", **{name: _text(value) for name, value in request.headers.items()}}
        if key := headers.get("Idempotency-Key", ""):
            headers["Idempotency-Key"] = key if len(key) > LONG_KEY else f"{key}{next(self._numbers)}"
        body = request.body.encode() if isinstance(request.body, str) else request.body
        reply = self._client.request(str(request.method), str(request.url), body=body, headers=headers)
        answer = HTTPResponse(io.BytesIO(reply.body), reply.headers, reply.status, preload_content=False)
        return self.build_response(request, answer)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


@pytest.fixture
def session(make_app: MakeApp) -> requests.Session:
    """Asks a service of the test's own, without a look at the environment for each request."""
    session = ManagedCookiesSession()
    session.trust_env = False
    session.mount("http://", ToApplication(Client(make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN))))
    return session


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
@pytest.mark.parametrize("operations", PARTS, ids=[part[0] for part in PARTS])
def test_schemathesis_finds_no_violations(operations: list[str], schema: Any, session: requests.Session) -> None:
    @for_each("operation", operations)
    def find_nothing(operation: str) -> None:
        checks = [check for check in CHECKS if check != negative_data_rejection or operation not in LENIENT]

        @settings(examples(EXAMPLES), suppress_health_check=list(HealthCheck))
        def check(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate("http://127.0.0.1:8090", session, BEARER, checks)

        # The requests are made up here and not, as by `schema.parametrize`, by every process that collects tests.
        method, path = operation.split(" ", 1)
        config = HypothesisTestConfig(
            project=schema.config, modes=list(HypothesisTestMode),
            seed=derive_operation_seed(schema.config.seed, operation),
        )
        create_test(operation=schema[path][method], test_func=check, config=config)()

    find_nothing()
