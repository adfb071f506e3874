"""The API's description (OpenAPI 3.1), made of the route table, the contracts over its handlers and their types.

Examples are put together of those that a schema names itself.
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
from .contract import Contract, answer_of, contract_of
from .router import Access, Route
from .schema import Schema, Schemas
from .shape import Kind, meaning_of

JSON = "application/json"

#: What the server or the router may say to anything, before a handler is asked.
_ALWAYS = ("BAD_REQUEST", "REQUEST_TIMEOUT", "URI_TOO_LONG", "HEADERS_TOO_LARGE", "INTERNAL_ERROR", "SERVER_BUSY")
_MACHINE = ("UNAUTHORIZED", "CROSS_SITE_REQUEST", "TOO_MANY_ATTEMPTS", "STORE_UNAVAILABLE")
#: What may be said to whoever is not let in.
_CODES: dict[Access, tuple[str, ...]] = {
    Access.PUBLIC: (),
    Access.MACHINE: _MACHINE,
    Access.RECRUITER: (*_MACHINE, "FORBIDDEN"),
    Access.SIGNED: ("UNAUTHORIZED", "STORE_UNAVAILABLE"),
}
_BODY = ("INVALID_JSON", "VALIDATION_FAILED", "UNSUPPORTED_MEDIA_TYPE", "BODY_TOO_LARGE", "NOT_IMPLEMENTED")
_IDEMPOTENT = (
    "IDEMPOTENCY_KEY_INVALID", "IDEMPOTENCY_KEY_REUSED_WITH_DIFFERENT_PAYLOAD", "IDEMPOTENCY_REQUEST_IN_PROGRESS",
    "INVALID_JSON", "VALIDATION_FAILED", "UNSUPPORTED_MEDIA_TYPE", "BODY_TOO_LARGE",
)

#: What a request may be answered with whatever it asks for.
COMMON_CODES = frozenset({
    *_ALWAYS, *(code for codes in _CODES.values() for code in codes), *_BODY, *_IDEMPOTENT, "METHOD_NOT_ALLOWED",
})

_SECURITY: dict[Access, list[dict[str, list[str]]]] = {
    Access.PUBLIC: [],
    Access.RECRUITER: [{"adminToken": []}, {"login": []}],
    Access.MACHINE: [{"adminToken": []}, {"login": []}, {"clientKey": []}],
    Access.SIGNED: [{"signature": []}],
}
_SECURITY_SCHEMES = {
    "adminToken": {
        "type": "http", "scheme": "bearer",
        "description": "The admin token. A service without one is open to everybody on its own machine.",
    },
    "clientKey": {
        "type": "http", "scheme": "bearer",
        "description": "The client key, where one is set. A client without headers puts it before the path instead:"
                       " `/k/{client_key}`.",
    },
    "login": {
        "type": "apiKey", "in": "cookie", "name": COOKIE,
        "description": "The cookie of the sign-in page; over HTTPS its name begins with `__Host-`.",
    },
    "signature": {
        "type": "apiKey", "in": "header", "name": "X-Hireflix-Signature",
        "description": "Base64 of the HMAC-SHA256 of the raw body, keyed with the webhook secret.",
    },
}

_REQUEST_ID = {
    "name": "X-Request-Id", "in": "header",
    "description": "An id of your own for this request, 8 to 64 letters, digits and `_.-`; it comes back in the answer"
                   " and stands in the log. One that is not well-formed is replaced.",
    "schema": {"type": "string"},
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key", "in": "header",
    "description": "Sent again with the same key and the same body, the request is answered again and not carried out"
                   " again. 1 to 255 visible ASCII characters; kept for 48 hours, for each address by itself.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
_HEADERS: dict[str, Schema] = {
    "X-Request-Id": {"description": "The id of this request in the log.", "schema": {"type": "string"}},
    "ETag": {"description": "Send it back as If-None-Match.", "schema": {"type": "string"}},
    "Idempotent-Replayed": {
        "description": "There when the answer is that of an earlier request with the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Location": {"description": "Where to go on.", "schema": {"type": "string", "format": "uri-reference"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}},
    "WWW-Authenticate": {"description": "How to sign in.", "schema": {"type": "string"}},
}
#: Headers that go with an error's status.
_ERROR_HEADERS = {401: "WWW-Authenticate", 429: "Retry-After"}

_ERROR: Schema = {
    "type": "object",
    "description": "The one shape of all errors.",
    "required": ["error", "code", "details", "request_id"],
    "properties": {
        "error": {"type": "string", "description": "A sentence for a person: what is wrong and how to mend it."},
        "code": {"type": "string", "description": "A word for a program."},
        "details": {"type": "object", "description": "More for a program, such as `fields`: what is wrong with each."},
        "request_id": {"type": "string", "description": "Finds the request in the log."},
    },
}


def document(
    routes: Sequence[Route],
    *,
    title: str,
    version: str,
    path_parameters: Mapping[str, Kind],
    examples: Mapping[str, Any],
    server_url: str | None = None,
) -> dict[str, Any]:
    """The description of every route that has a contract.

    `path_parameters` says how the names in the patterns are read, `examples` what fields of a name look like. Raises
    KeyError for a path parameter that is not among them and for an error code that does not exist.
    """
    schemas = Schemas(dict(examples))
    schemas.components["Error"] = _ERROR
    paths: dict[str, Any] = {}
    responses: dict[str, Any] = {}
    for route in routes:
        declared = contract_of(route.handler)
        if declared is not None:
            operation = _Operation(route, declared, schemas, path_parameters, dict(examples), responses)
            paths.setdefault(route.pattern, {})[route.method.lower()] = operation.described()
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


def codes_of(route: Route) -> list[str]:
    """Every error code that a route may answer with, in the order of their statuses."""
    declared = contract_of(route.handler) or Contract()
    asked = "{" in route.pattern or declared.query is not None
    codes = {
        *_ALWAYS,
        *_CODES[route.access],
        *(_BODY if declared.body else ()),
        *(("VALIDATION_FAILED",) if asked else ()),
        *(_IDEMPOTENT if route.keyed else ()),
        *declared.raises,
    }
    return sorted(codes, key=lambda code: (STATUS_BY_CODE[code], code))


class _Operation:
    """One route, described."""

    def __init__(
        self, route: Route, declared: Contract, schemas: Schemas, path_parameters: Mapping[str, Kind],
        examples: dict[str, Any], responses: dict[str, Any],
    ) -> None:
        self._route = route
        self._declared = declared
        self._schemas = schemas
        self._path_parameters = path_parameters
        self._examples = examples
        self._responses = responses

    def described(self) -> dict[str, Any]:
        route = self._route
        _, _, more = (inspect.getdoc(route.handler) or "").partition("\n\n")
        return {
            "operationId": route.handler.__name__,
            "tags": [route.handler.__module__.rpartition(".")[2]],
            "summary": route.summary,
            **({"description": more} if more else {}),
            "security": _SECURITY[route.access],
            "parameters": [*self._in_path(), *self._in_query(), *self._in_headers()],
            **self._body(),
            "responses": {**self._good(), **self._errors()},
        }

    def _in_path(self) -> Iterable[Schema]:
        for name in re.findall(r"\{(\w+)\}", self._route.pattern):
            schema = self._path_parameters[name].schema()
            yield {"name": name, "in": "path", "required": True, "schema": self._exemplified(name, schema)}

    def _in_query(self) -> Iterable[Schema]:
        for each in fields(self._declared.query) if self._declared.query else ():
            schema = each.metadata["kind"].schema() | meaning_of(each)
            if each.default is not None and not each.metadata["required"]:
                schema["default"] = each.default
            # A list is one value with commas in it, not a name given several times.
            listed = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
            yield {
                "name": each.name, "in": "query", "required": each.metadata["required"], **listed,
                "schema": self._exemplified(each.name, schema),
            }

    def _in_headers(self) -> Iterable[Schema]:
        yield _REQUEST_ID
        if self._route.keyed:
            yield _IDEMPOTENCY_KEY

    def _exemplified(self, name: str, schema: Schema) -> Schema:
        return {**schema, "examples": [self._examples[name]]} if name in self._examples else schema

    def _body(self) -> Schema:
        shape = self._declared.body
        if shape is None:
            return {}
        required = any(each.metadata.get("required") for each in fields(shape))
        return {"requestBody": {"required": required, "content": {JSON: self._content(self._schemas.of(shape))}}}

    def _content(self, schema: Schema) -> Schema:
        return {"schema": schema, "example": example_of(schema, self._schemas.components)}

    def _good(self) -> dict[str, Schema]:
        answer = answer_of(self._route.handler)
        content = {} if answer is None else {JSON: self._content(self._schemas.of(answer))}
        content |= {media: {"schema": {"type": "string"}} for media in self._declared.media}
        headers = ["X-Request-Id"]
        tagged = self._route.method == "GET" and self._route.access.guarded
        headers += ["ETag"] if tagged else []
        headers += ["Idempotent-Replayed"] if self._route.keyed else []
        said = {
            str(status): _answer(status, content if status < 300 else {}, headers + ["Location"] * (status >= 300))
            for status in self._declared.statuses
        }
        return said | (self._for_browsers() if tagged else {})

    def _for_browsers(self) -> dict[str, Schema]:
        """What a recruiter's GET may be answered with that asks for HTML and is not signed in, or has it already."""
        see_other = _answer(303, {}, ["X-Request-Id", "Location"])
        return {
            "303": see_other | {"description": "To the sign-in page, for a browser that asks for HTML."},
            "304": _answer(304, {}, ["X-Request-Id", "ETag"]),
        }

    def _errors(self) -> dict[str, Schema]:
        by_status: dict[int, list[str]] = {}
        for code in codes_of(self._route):
            by_status.setdefault(STATUS_BY_CODE[code], []).append(code)
        return {str(status): self._error(status, codes) for status, codes in by_status.items()}

    def _error(self, status: int, codes: list[str]) -> Schema:
        """A reference to the answer with these codes, which several routes have in common."""
        name = ".".join([str(status), *codes])
        if name not in self._responses:
            schema = {
                "allOf": [{"$ref": "#/components/schemas/Error"}],
                "properties": {"code": {"enum": codes}},
            }
            example = {"error": "…", "code": codes[0], "details": {}, "request_id": "0123456789abcdef"}
            content: dict[str, Schema] = {JSON: {"schema": schema, "example": example}}
            headers = ["X-Request-Id", *([_ERROR_HEADERS[status]] if status in _ERROR_HEADERS else [])]
            answer = _answer(status, content, headers)
            said = "\n".join(f"`{code}`: {CODES[code][1]}" for code in codes)
            self._responses[name] = {**answer, "description": said}
        return {"$ref": f"#/components/responses/{name}"}


def _answer(status: int, content: dict[str, Schema], headers: Sequence[str]) -> Schema:
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
    for known in ("examples", "enum"):
        if schema.get(known):
            return schema[known][0]
    if "default" in schema:
        return schema["default"]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], components)
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: example_of(each, components) for name, each in schema.get("properties", {}).items()}
    if kind == "array":
        return [example_of(schema["items"], components)]
    if kind == "integer":
        return max(schema.get("minimum", 1), 1)
    return _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE[kind])
