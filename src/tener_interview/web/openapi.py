"""The API's description (OpenAPI 3.1), generated from the route table and the handlers' contracts and types.

Its examples are assembled from those in the schemas.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from http import HTTPStatus
from typing import Any

from ..errors import CODES, STATUS_BY_CODE
from .auth import COOKIE
from .contract import Contract, contract_of, response_type
from .router import Access, Route
from .schema import Schema, Schemas
from .shape import Kind, description_schema

JSON = "application/json"

#: Codes that the server or the router may return before a handler runs.
_SERVER_CODES = ("BAD_REQUEST", "REQUEST_TIMEOUT", "URI_TOO_LONG", "HEADERS_TOO_LARGE", "INTERNAL_ERROR", "SERVER_BUSY")
_GUARD_CODES = ("UNAUTHORIZED", "CROSS_SITE_REQUEST", "TOO_MANY_ATTEMPTS", "STORE_UNAVAILABLE")
#: Codes for requests that are not authorized.
_ACCESS_CODES: dict[Access, tuple[str, ...]] = {
    Access.PUBLIC: (),
    Access.MAIN_SYSTEM: (*_GUARD_CODES, "FORBIDDEN"),
    Access.ADMIN: (*_GUARD_CODES, "FORBIDDEN"),
    Access.RECRUITER: (*_GUARD_CODES, "FORBIDDEN"),
    Access.REVIEWER: (*_GUARD_CODES, "FORBIDDEN"),
    Access.SIGNED: ("UNAUTHORIZED", "STORE_UNAVAILABLE"),
}
_BODY_CODES = ("INVALID_JSON", "VALIDATION_FAILED", "UNSUPPORTED_MEDIA_TYPE", "BODY_TOO_LARGE", "NOT_IMPLEMENTED")
_IDEMPOTENCY_CODES = (
    "IDEMPOTENCY_KEY_INVALID", "IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD", "IDEMPOTENCY_REQUEST_IN_PROGRESS",
    "INVALID_JSON", "VALIDATION_FAILED", "UNSUPPORTED_MEDIA_TYPE", "BODY_TOO_LARGE",
)

#: Codes that any request may get, whatever its handler does.
COMMON_CODES = frozenset({
    *_SERVER_CODES, *(code for codes in _ACCESS_CODES.values() for code in codes), *_BODY_CODES, *_IDEMPOTENCY_CODES,
    "METHOD_NOT_ALLOWED",
})

_SECURITY: dict[Access, list[dict[str, list[str]]]] = {
    Access.PUBLIC: [],
    Access.ADMIN: [{"adminToken": []}, {"login": []}],
    Access.RECRUITER: [{"adminToken": []}, {"login": []}],
    Access.REVIEWER: [{"adminToken": []}, {"login": []}],
    Access.MAIN_SYSTEM: [{"adminToken": []}, {"login": []}, {"clientKey": []}],
    Access.SIGNED: [{"signature": []}],
}
_SECURITY_SCHEMES = {
    "adminToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The admin token. A service without one is open to everybody on its computer.",
    },
    "clientKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "The client key, if one is set. A client that cannot set headers puts it into the path instead:"
        " `/k/{client_key}`.",
    },
    "login": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "The cookie of the sign-in page; over HTTPS its name begins with `__Host-`.",
    },
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Hireflix-Signature",
        "description": "Base64 of the HMAC-SHA256 of the raw body, keyed with the webhook secret.",
    },
}

_REQUEST_ID = {
    "name": "X-Request-Id", "in": "header",
    "description": "Your own id for this request, 8 to 64 letters, digits and `_.-`; the response and the log"
                   " contain it. An invalid id is replaced.",
    "schema": {"type": "string"},
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key", "in": "header",
    "description": "A request repeated with the same key and body gets the same response and is not executed"
                   " again. 1 to 255 visible ASCII characters; valid for 48 hours and per address.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
_IF_MATCH = {
    "name": "If-Match", "in": "header",
    "description": "The `ETag` of what the request is about, as it was read; `*` for whatever there is.",
    "schema": {"type": "string"},
}
_HEADERS: dict[str, Schema] = {
    "X-Request-Id": {"description": "The id of this request in the log.", "schema": {"type": "string"}},
    "ETag": {"description": "Send it back as If-None-Match.", "schema": {"type": "string"}},
    "Idempotent-Replayed": {
        "description": "Present if the response is that of an earlier request with the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Location": {"description": "The address to continue at.", "schema": {"type": "string", "format": "uri-reference"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}},
    "WWW-Authenticate": {"description": "How to sign in.", "schema": {"type": "string"}},
}
#: Headers that come with an error status.
_ERROR_HEADERS = {401: "WWW-Authenticate", 429: "Retry-After"}

_ERROR: Schema = {
    "type": "object",
    "description": "The one shape of all errors.",
    "required": ["error", "code", "details", "request_id"],
    "properties": {
        "error": {"type": "string", "description": "A sentence for a person: what is wrong and how to fix it."},
        "code": {"type": "string", "description": "An error code for a program."},
        "details": {"type": "object", "description": "More for a program, such as `fields`: the errors by field."},
        "request_id": {"type": "string", "description": "Finds the request in the log."},
    },
}


def openapi_document(
    routes: Sequence[Route],
    *,
    title: str,
    version: str,
    path_parameters: Mapping[str, Kind],
    examples: Mapping[str, Any],
    server_url: str | None = None,
) -> dict[str, Any]:
    """The description of every route that has a contract.

    `path_parameters` are the kinds of the names in the patterns, `examples` the example values by field name. Raises
    KeyError for an unknown path parameter or error code.
    """
    schemas = Schemas(dict(examples))
    schemas.components["Error"] = _ERROR
    paths: dict[str, Any] = {}
    responses: dict[str, Any] = {}
    for route in routes:
        contract = contract_of(route.handler)
        if contract is not None:
            operation = _OperationBuilder(route, contract, schemas, path_parameters, dict(examples), responses)
            paths.setdefault(route.pattern, {})[route.method.lower()] = operation.build()
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        **({"servers": [{"url": server_url}]} if server_url else {}),
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "responses": dict(sorted(responses.items())),
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


def error_codes(route: Route) -> list[str]:
    """Every error code of a route, ordered by status."""
    contract = contract_of(route.handler) or Contract()
    has_parameters = "{" in route.pattern or contract.query is not None
    codes = {
        *_SERVER_CODES,
        *_ACCESS_CODES[route.access],
        *(_BODY_CODES if contract.body else ()),
        *(("VALIDATION_FAILED",) if has_parameters else ()),
        *(_IDEMPOTENCY_CODES if route.accepts_idempotency_key else ()),
        *(("PRECONDITION_REQUIRED", "PLAN_CHANGED") if contract.conditional else ()),
        *contract.raises,
    }
    return sorted(codes, key=lambda code: (STATUS_BY_CODE[code], code))


class _OperationBuilder:
    """Describes one route."""

    def __init__(
        self, route: Route, contract: Contract, schemas: Schemas, path_parameters: Mapping[str, Kind],
        examples: dict[str, Any], responses: dict[str, Any],
    ) -> None:
        self._route = route
        self._contract = contract
        self._schemas = schemas
        self._path_parameters = path_parameters
        self._examples = examples
        self._responses = responses

    def build(self) -> dict[str, Any]:
        route = self._route
        _, _, description = (inspect.getdoc(route.handler) or "").partition("\n\n")
        return {
            "operationId": route.handler.__name__,
            "tags": [route.handler.__module__.rpartition(".")[2]],
            "summary": route.summary,
            **({"description": description} if description else {}),
            "security": _SECURITY[route.access],
            "parameters": [
                *self._path_parameters_schema(),
                *self._query_parameters_schema(),
                *self._header_parameters_schema(),
            ],
            **self._request_body(),
            "responses": {**self._success_responses(), **self._error_responses()},
        }

    def _path_parameters_schema(self) -> Iterable[Schema]:
        for name in re.findall(r"\{(\w+)\}", self._route.pattern):
            schema = self._path_parameters[name].schema()
            yield {"name": name, "in": "path", "required": True, "schema": self._with_example(name, schema)}

    def _query_parameters_schema(self) -> Iterable[Schema]:
        for field in fields(self._contract.query) if self._contract.query else ():
            schema = field.metadata["kind"].schema() | description_schema(field)
            if field.default is not None and not field.metadata["required"]:
                schema["default"] = field.default
            # A list is one comma-separated value, not a repeated parameter.
            style = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
            # `?name=` means the same as leaving an optional parameter out, see Request.query.
            empty = {} if field.metadata["required"] else {"allowEmptyValue": True}
            yield {
                "name": field.name, "in": "query", "required": field.metadata["required"], **empty, **style,
                "schema": self._with_example(field.name, schema),
            }

    def _header_parameters_schema(self) -> Iterable[Schema]:
        yield _REQUEST_ID
        if self._route.accepts_idempotency_key:
            yield _IDEMPOTENCY_KEY
        if self._contract.conditional:
            yield _IF_MATCH

    def _with_example(self, name: str, schema: Schema) -> Schema:
        return {**schema, "examples": [self._examples[name]]} if name in self._examples else schema

    def _request_body(self) -> Schema:
        body = self._contract.body
        if body is None:
            return {}
        required = any(field.metadata.get("required") for field in fields(body))
        content = {JSON: self._content(self._schemas.of(body))}
        content |= {
            media: {"schema": {"type": "string"}, "example": example}
            for media, example in self._contract.body_media.items()
        }
        return {"requestBody": {"required": required, "content": content}}

    def _content(self, schema: Schema) -> Schema:
        return {"schema": schema, "example": example_of(schema, self._schemas.components)}

    def _success_responses(self) -> dict[str, Schema]:
        response = response_type(self._route.handler)
        content = {} if response is None else {JSON: self._content(self._schemas.of(response))}
        content |= {media: {"schema": {"type": "string"}} for media in self._contract.media}
        headers = ["X-Request-Id"]
        has_etag = self._route.method == "GET" and self._route.access.guarded
        headers += ["ETag"] if has_etag or self._contract.conditional else []
        headers += ["Idempotent-Replayed"] if self._route.accepts_idempotency_key else []
        responses = {
            str(status): _response(status, content if status < 300 else {}, headers + ["Location"] * (status >= 300))
            for status in self._contract.statuses
        }
        return responses | (self._browser_responses() if has_etag else {})

    def _browser_responses(self) -> dict[str, Schema]:
        """Responses of a recruiter's GET to a browser: to the sign-in page, or that it has the content already."""
        see_other = _response(303, {}, ["X-Request-Id", "Location"])
        return {
            "303": see_other | {"description": "Redirects a browser that wants HTML to the sign-in page."},
            "304": _response(304, {}, ["X-Request-Id", "ETag"]),
        }

    def _error_responses(self) -> dict[str, Schema]:
        by_status: dict[int, list[str]] = {}
        for code in error_codes(self._route):
            by_status.setdefault(STATUS_BY_CODE[code], []).append(code)
        return {str(status): self._error_reference(status, codes) for status, codes in by_status.items()}

    def _error_reference(self, status: int, codes: list[str]) -> Schema:
        """A reference to the response with these codes, which several routes share."""
        name = ".".join([str(status), *codes])
        if name not in self._responses:
            schema = {
                "allOf": [{"$ref": "#/components/schemas/Error"}],
                "properties": {"code": {"enum": codes}},
            }
            example = {"error": "…", "code": codes[0], "details": {}, "request_id": "0123456789abcdef"}
            content: dict[str, Schema] = {JSON: {"schema": schema, "example": example}}
            headers = ["X-Request-Id", *([_ERROR_HEADERS[status]] if status in _ERROR_HEADERS else [])]
            response = _response(status, content, headers)
            description = "\n".join(f"`{code}`: {CODES[code][1]}" for code in codes)
            self._responses[name] = {**response, "description": description}
        return {"$ref": f"#/components/responses/{name}"}


def _response(status: int, content: dict[str, Schema], headers: Sequence[str]) -> Schema:
    return {
        "description": HTTPStatus(status).phrase,
        "headers": {name: _HEADERS[name] for name in headers},
        **({"content": content} if content else {}),
    }


_BY_FORMAT = {
    "date-time": "2026-01-31T09:30:00.000Z",
    "email": "jane.doe@example.com",
    "uri": "https://interview.example.com/i/…",
}
_BY_TYPE: dict[str, Any] = {"string": "…", "boolean": False, "null": None, "number": 71.5, "integer": 1}


def example_of(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Any:
    """A value that the schema allows, the same one every time. `components` are what it may refer to."""
    if "$ref" in schema:
        return example_of(components[schema["$ref"].rpartition("/")[2]], components)
    for keyword in ("examples", "enum"):
        if schema.get(keyword):
            return schema[keyword][0]
    if "default" in schema:
        return schema["default"]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], components)
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: example_of(value, components) for name, value in schema.get("properties", {}).items()}
    if kind == "array":
        return [example_of(schema["items"], components)]
    if kind == "integer":
        return max(schema.get("minimum", 1), 1)
    return _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE[kind])
