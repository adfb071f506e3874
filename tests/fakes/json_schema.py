"""Validates values against a JSON Schema. The library is compiled: tests check thousands of responses."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote

from jsonschema_rs import Draft202012Validator, Registry

_MESSAGE_LENGTH = 300
#: The address by which the validators of schemas in a document refer to it.
_DOCUMENT = "urn:the-document"


def faults_of(instance: Any, validator: Draft202012Validator) -> list[tuple[str, str]]:
    """Return the JSON path and the message of every fault of a value."""
    return [
        ("$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.instance_path),
         error.message[:_MESSAGE_LENGTH])
        for error in validator.iter_errors(instance)
    ]


class DocumentValidators:
    """The validators of the schemas in a document, which refer to each other."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._registry = Registry([(_DOCUMENT, document)])
        self.at = cache(self._at)

    def _at(self, *place: str) -> Draft202012Validator:
        """Return the validator of the schema that these keys lead to."""
        pointer = "/".join(quote(key.replace("~", "~0").replace("/", "~1")) for key in place)
        return Draft202012Validator({"$ref": f"{_DOCUMENT}#/{pointer}"}, registry=self._registry)
