"""The API's description: whole, valid, and what the handlers do."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from textwrap import dedent
from typing import Any

import pytest

from fakes.client import Client
from fakes.conformance import Conformance, api_document
from fakes.front_door import SESSIONS, MakeApp, locked_client, refused, start
from fakes.json_schema import DocumentValidators, faults_of
from for_each import for_each
from lazy_module import LazyModule
from tener_interview import __version__
from tener_interview.__main__ import ROUTES
from tener_interview.api import openapi
from tener_interview.errors import STATUS_BY_CODE
from tener_interview.web.contract import Contract, contract_of, response_type
from tener_interview.web.router import Route

#: Addresses that programs use. The others are pages for people; they may have a contract, but need none.
FOR_PROGRAMS = ("/api", "/health", "/ready", "/metrics", "/i/")
DESCRIBED = [route for route in ROUTES if contract_of(route.handler)]
DOCUMENT = api_document()
SCHEMAS = json.dumps(DOCUMENT["components"]["schemas"])


def name_of(route: Route) -> str:
    return f"{route.method} {route.pattern}"


@for_each("route", [item for item in ROUTES if item.pattern.startswith(FOR_PROGRAMS)], ids=name_of)
def test_every_api_route_has_a_contract(route: Route) -> None:
    where = f"{route.handler.__module__}.{route.handler.__name__}"
    declared = contract_of(route.handler)
    assert declared, (
        f"{name_of(route)} is not described. Put @contract(...) over {where} (web/contract.py says how): body= and"
        " query= are the shapes it reads, raises= its own error codes, statuses= what it answers unless that is 200."
    )
    assert response_type(route.handler) or declared.media or min(declared.statuses) >= 300, (
        f"{name_of(route)}: annotate {where} with -> Json[SomethingJson], a TypedDict, or name its media= types."
    )


@for_each("route", DESCRIBED, ids=name_of)
def test_a_contract_names_the_shapes_that_its_handler_reads(route: Route) -> None:
    declared = contract_of(route.handler) or Contract()
    read = dict(shapes_read(route))
    declared_shapes = {
        part: shape.__name__ for part, shape in (("query", declared.query), ("json", declared.body))
        if shape is not None and (part in read or reads_its_own_body(route))
    }
    assert read == declared_shapes, f"{name_of(route)} reads {read}; its contract says {declared_shapes}"


def shapes_read(route: Route) -> Iterator[tuple[str, str]]:
    """(`query` or `json`, the shape's name) of every `read(Shape, request.json)` in a handler."""
    for node in ast.walk(ast.parse(dedent(inspect.getsource(route.handler)))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "read":
            shape, source = node.args
            assert isinstance(source, ast.Attribute)
            yield source.attr, ast.unparse(shape)


def reads_its_own_body(route: Route) -> bool:
    """A webhook's body is verified and read by the provider's own code."""
    return "webhooks" not in route.pattern


def test_the_openapi_document_is_valid() -> None:
    LazyModule("openapi_spec_validator").validate(DOCUMENT)


def test_no_schema_description_is_only_its_name() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert [name for name, schema in schemas.items() if schema.get("description") in (name, f"{name}Json")] == []


def test_every_contract_is_in_the_openapi_document() -> None:
    described = {(method.upper(), pattern) for pattern, item in DOCUMENT["paths"].items() for method in item}
    assert described == {(route.method, route.pattern) for route in DESCRIBED}
    ids = [operation["operationId"] for path in DOCUMENT["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids))


def test_declared_error_codes_exist_and_are_declared_once_per_route() -> None:
    for route in DESCRIBED:
        declared = contract_of(route.handler)
        assert declared
        assert set(declared.raises) <= set(STATUS_BY_CODE), name_of(route)
        assert len(set(declared.raises)) == len(declared.raises), name_of(route)


def examples() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every example of a body, an answer and a parameter, and the place of its schema."""
    for pattern, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            here = ("paths", pattern, method)
            for status, answer in operation["responses"].items():
                for media, content in answer.get("content", {}).items():
                    if "example" in content:
                        yield (*here, "responses", status, "content", media, "schema"), content["example"]
            for media, content in operation.get("requestBody", {}).get("content", {}).items():
                yield (*here, "requestBody", "content", media, "schema"), content["example"]
            for number, parameter in enumerate(operation["parameters"]):
                for example in parameter["schema"].get("examples", ()):
                    yield (*here, "parameters", str(number), "schema"), example
    for name, answer in DOCUMENT["components"]["responses"].items():
        media = "application/json"
        yield ("components", "responses", name, "content", media, "schema"), answer["content"][media]["example"]


def test_every_openapi_example_is_valid_for_its_schema() -> None:
    validators = DocumentValidators(DOCUMENT)
    wrong = [(place, fault) for place, example in examples() for fault in faults_of(example, validators.at(*place))]
    assert wrong == []


@for_each("field", openapi.EXAMPLES)
def test_every_example_belongs_to_a_field_of_a_schema(field: str) -> None:
    assert f'"{field}": {{' in SCHEMAS


def test_answers_that_the_openapi_document_does_not_describe_are_found(client: Client) -> None:
    start(client)
    conformance = Conformance(DOCUMENT)
    reply = client.get(SESSIONS)
    conformance.check("GET", SESSIONS, reply)
    answer = reply.json
    (session,) = answer["items"]
    for status, changes, expected_error in (
        (200, {"more": 1}, "'more' was unexpected"), (200, {"items": 1}, "1 is not of type"),
        (200, {"items": [{**session, "status": "lost"}]}, "$.items[0].status"),
        (200, {"items": [{}]}, "is a required property"), (418, {}, "which its contract does not have"),
    ):
        altered = replace(reply, status=status, body=json.dumps({**answer, **changes}).encode())
        with pytest.raises(AssertionError, match=re.escape(expected_error)):
            conformance.check("GET", SESSIONS, altered)


def test_the_openapi_document_is_served_to_recruiters(client: Client, make_app: MakeApp) -> None:
    served = client.get("/api/openapi.json").json
    assert (served["openapi"], served["info"]["version"]) == ("3.1.0", __version__)
    assert served["paths"] == DOCUMENT["paths"]
    refused(locked_client(make_app).get("/api/openapi.json"), "UNAUTHORIZED")
