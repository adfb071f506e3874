"""Checks responses against the API's description."""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import Any

from fakes.client import Reply
from fakes.json_schema import DocumentValidators, faults_of
from tener_interview.__main__ import ROUTES
from tener_interview.api.openapi import describe_api

#: What a server may answer to HEAD, or to a method that the address does not have, is not said of each address.
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@cache
def api_document() -> dict[str, Any]:
    """Return the API's description. It is expensive to make, and nobody changes it."""
    return describe_api(ROUTES)


class Conformance:
    """Checks responses against a document, more strictly than it is written: undocumented fields are errors."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = _closed(document)
        self._validators = DocumentValidators(self._document)
        self._patterns = [
            (re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(pattern))), pattern)
            for pattern in sorted(document["paths"], key=lambda pattern: pattern.count("{"))
        ]

    @cached_property
    def operations(self) -> set[tuple[str, str]]:
        return {(method.upper(), pattern) for pattern, item in self._document["paths"].items() for method in item}

    def check(self, method: str, path: str, reply: Reply) -> None:
        """Raise AssertionError with what the description lacks. Paths without a description pass."""
        pattern = next((pattern for regex, pattern in self._patterns if regex.fullmatch(path)), None)
        operation = self._document["paths"].get(pattern, {}).get(method.lower())
        if operation is None or method not in _METHODS:
            return
        where = f"{method} {pattern}"
        described = operation["responses"].get(str(reply.status))
        assert described, f"{where} answered {reply.status}, which its contract does not have: {reply.text[:300]}"
        place = ["paths", str(pattern), method.lower(), "responses", str(reply.status)]
        if reference := described.get("$ref"):
            place = reference.removeprefix("#/").split("/")
            described = self._document["components"]["responses"][place[-1]]
        content = described.get("content", {})
        media = reply.headers.get("content-type", "").partition(";")[0]
        if not reply.body or media == "text/html":
            return
        assert media in content, f"{where} answered {reply.status} with {media}; its contract has {sorted(content)}"
        if media == "application/json":
            faults = faults_of(reply.json, self._validators.at(*place, "content", media, "schema"))
            assert not faults, f"{where} answered {reply.status} with what its type does not say: {faults[:3]}"


def _closed(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with every object closed to fields that it does not name."""
    components = document["components"]
    closed = {
        name: {**schema, "additionalProperties": False} if "properties" in schema else schema
        for name, schema in components["schemas"].items()
    }
    return {**document, "components": {**components, "schemas": closed}}
