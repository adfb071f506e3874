"""Requests that Schemathesis makes up from an API's description, and its judgement of the answers.

Its import takes longer than most tests take.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import count
from random import Random
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, core, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.cache import BoundedCache
from schemathesis.core.transport import Response
from schemathesis.generation import derive_operation_seed
from schemathesis.generation.coverage import GenerationSession
from schemathesis.generation.drivers import CoverageGenerator, ExamplesGenerator
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.hypothesis.builder import HypothesisTestConfig, HypothesisTestMode, create_test
from schemathesis.generation.overrides import Override
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from fakes.client import Client
from fakes.front_door import BEARER
from made_up import examples, is_exploring

Case = schemathesis.Case[Any]

#: In an exploration, twenty times as many at random: few, the same in every run, find nothing that the derived ones do
#: not find.
EXAMPLES = 3
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    negative_data_rejection,
]
#: They do not refuse all wrong data: a step answers each item of its list, right or wrong, by itself, and a start
#: corrects what it can and says so.
LENIENT = ("POST /api/steps/interview", "POST /api/interviews/sessions/start")
#: A key as long as that is left as it is: it may have the greatest length, or one more.
LONG_KEY = 200

#: Keeps the texts that were made up for patterns and limits: of its own accord, too few for all operations.
_SESSION = GenerationSession()
_SESSION.draw_outcomes = BoundedCache(maxsize=2000)
#: A longer text for a pattern is made at once, as Schemathesis makes those of more than 8,192 characters, and not drawn
#: one character after the other. The texts are the same. What makes them is imported later, and takes this limit then.
schemathesis.core.MAX_GENERATED_PATTERN_LENGTH = 100


def load_schema(document: dict[str, Any]) -> Any:
    """The API that a document describes."""
    schema = schemathesis.openapi.from_dict(deepcopy(document))
    schema.config.seed = core.global_force_seed or Random().getrandbits(64) if is_exploring() else 1
    return schema


def derived_requests(operation: Any) -> Iterator[Case]:
    """Some fifty that follow from the description of an operation: right ones at every limit, and others that miss
    something or have another type, form or size."""
    yield from ExamplesGenerator(operation=operation, override=Override(), feedback=NO_FEEDBACK, fill_missing=False)
    generation = operation.schema.config.generation_for(operation=operation, phase=HypothesisTestMode.COVERAGE.value)
    yield from CoverageGenerator(
        operation=operation, generation_modes=generation.modes, generation_config=generation, auth_storage=None,
        override=Override(), feedback=NO_FEEDBACK, session=_SESSION,
    )


class CheckedService:
    """A service in this process: a network takes longer than most answers.

    Schemathesis puts one Idempotency-Key into most requests. Each gets one of its own here, because the second body
    with a key is refused before anybody reads it.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._numbers = count()

    def check(self, case: Case) -> None:
        """Send a request, and raise whatever is amiss with the answer."""
        # What is sent may look different from what was made up, and is still judged as that.
        case.freeze_metadata()
        request = requests.Request(**case.as_transport_kwargs("http://127.0.0.1:8090", BEARER)).prepare()
        checks = [check for check in CHECKS if check != negative_data_rejection or case.operation.label not in LENIENT]
        case.validate_response(self._answer(request), checks, headers=BEARER)

    def _answer(self, request: requests.PreparedRequest) -> Response:
        headers = {"Content-Type": "", **{name: _text(value) for name, value in request.headers.items()}}
        if key := headers.get("Idempotency-Key", ""):
            headers["Idempotency-Key"] = key if len(key) > LONG_KEY else f"{key}{next(self._numbers)}"
        body = request.body.encode() if isinstance(request.body, str) else request.body
        reply = self._client.request(str(request.method), str(request.url), body=body, headers=headers)
        answered = {name: [value] for name, value in reply.headers.items() if name != "content-encoding"}
        return Response(reply.status, answered, reply.content, request, elapsed=0, verify=False)


def explore(operation: Any, service: CheckedService) -> None:
    """Check the answers to requests made up at random."""

    @settings(examples(EXAMPLES), suppress_health_check=list(HealthCheck))
    def check(case: Case) -> None:
        service.check(case)

    config = HypothesisTestConfig(
        project=operation.schema.config, modes=[HypothesisTestMode.FUZZING],
        seed=derive_operation_seed(operation.schema.config.seed, operation.label),
    )
    create_test(operation=operation, test_func=check, config=config)()


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")
