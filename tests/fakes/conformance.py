"""Checks responses against the API's description."""

from __future__ import annotations

import copy
import re
from functools import cached_property
from typing import Any

from jsonschema import Draft202012Validator

from fakes.client import Reply

#: What a server may answer to HEAD, or to a method that the address does not have, is not said of each address.
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Conformance:
    """Checks answers against a document, more strictly than it is written: no field may be there that it lacks."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = _closed(document)
        self._patterns = [
            (re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(pattern))), pattern)
            for pattern in sorted(document["paths"], key=lambda pattern: pattern.count("{"))
        ]
        self._validators: dict[str, Draft202012Validator] = {}

    @cached_property
    def operations(self) -> set[tuple[str, str]]:
        return {(method.upper(), pattern) for pattern, item in self._document["paths"].items() for method in item}

    def check(self, method: str, path: str, reply: Reply) -> None:
        """Raises AssertionError that says what the description lacks. Addresses without a description pass."""
        pattern = next((pattern for regex, pattern in self._patterns if regex.fullmatch(path)), None)
        operation = self._document["paths"].get(pattern, {}).get(method.lower())
        if operation is None or method not in _METHODS:
            return
        where = f"{method} {pattern}"
        described = operation["responses"].get(str(reply.status))
        assert described, f"{where} answered {reply.status}, which its contract does not have: {reply.text[:300]}"
        described = self._resolved(described)
        content = described.get("content", {})
        media = reply.headers.get("content-type", "").partition(";")[0]
        if not reply.body or media == "text/html":
            return
        assert media in content, f"{where} answered {reply.status} with {media}; its contract has {sorted(content)}"
        if media == "application/json":
            faults = [
                f"{fault.json_path}: {fault.message[:300]}"
                for fault in self._validator(content[media]["schema"]).iter_errors(reply.json)
            ]
            assert not faults, f"{where} answered {reply.status} with what its type does not say: {faults[:3]}"

    def _resolved(self, described: dict[str, Any]) -> dict[str, Any]:
        reference = described.get("$ref")
        return self._document["components"]["responses"][reference.rpartition("/")[2]] if reference else described

    def _validator(self, schema: dict[str, Any]) -> Draft202012Validator:
        key = str(schema)
        if key not in self._validators:
            self._validators[key] = Draft202012Validator({**schema, "components": self._document["components"]})
        return self._validators[key]


def _closed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with every object closed to fields that it does not name."""
    closed = copy.deepcopy(document)
    for schema in closed["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return closed
