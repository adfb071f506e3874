"""Schemathesis makes requests up from the API's description, right ones and wrong ones, and finds nothing amiss.

They are the same in every run, and each part of the API has a service of its own, so that it answers the same as well.
"""

from __future__ import annotations

from typing import Any

import pytest

from fakes.client import Client
from fakes.conformance import api_document
from fakes.front_door import ADMIN_TOKEN, MakeApp
from for_each import for_each
from lazy_module import LazyModule
from made_up import is_exploring

schemathesis_requests = LazyModule("fakes.schemathesis_requests")

OPERATIONS = [f"{method.upper()} {path}" for path, methods in api_document()["paths"].items() for method in methods]
#: Operations that belong together are neighbours.
PART_SIZE = 20
PARTS = [OPERATIONS[first : first + PART_SIZE] for first in range(0, len(OPERATIONS), PART_SIZE)]


@pytest.fixture(scope="module")
def schema() -> Any:
    return schemathesis_requests.load_schema(api_document())


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
@pytest.mark.parametrize("operations", PARTS, ids=[part[0] for part in PARTS])
def test_schemathesis_finds_no_violations(operations: list[str], schema: Any, make_app: MakeApp) -> None:
    service = schemathesis_requests.CheckedService(Client(make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN)))

    @for_each("name", operations)
    def find_nothing(name: str) -> None:
        method, path = name.split(" ", 1)
        operation = schema[path][method]
        # The requests are made up here and not, as by `schema.parametrize`, by every process that collects tests.
        for_each("case", schemathesis_requests.derived_requests(operation))(check)()
        if is_exploring():
            schemathesis_requests.explore(operation, service)

    def check(case: Any) -> None:
        service.check(case)

    find_nothing()

