"""GraphQL for an account: parse, validate against `hireflix.graphql`, execute."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from fakes.hireflix_account import Account
from fakes.hireflix_webhook_apis import WEBHOOK_APIS, webhook_root

SDL = Path(__file__).with_name("hireflix.graphql")


class Engine:
    """Executes documents the schema allows. `without` names operations that the schema is to lack, `webhook_api` is a
    key of `WEBHOOK_APIS`."""

    def __init__(self, account: Account, without: Sequence[str] = (), webhook_api: str | None = None) -> None:
        self._variant = (tuple(without), webhook_api)
        self._schema = _schema(*self._variant)
        self._root = {**_root(account), **webhook_root(account)}

    def document(self, query: str) -> DocumentNode:
        """Parse a query and validate it against the schema. Raises Refused."""
        return _document(query, *self._variant)

    def execute(self, document: DocumentNode, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return the response. Raises Refused if the variables do not fit."""
        result = execute_sync(self._schema, document, self._root, variable_values=dict(variables))
        if result.data is None and not any(error.path for error in result.errors or []):
            raise Refused(result.errors or [])
        return dict(result.formatted)


class Refused(Exception):
    """A request that is not executed at all; `errors` is GraphQL's reason."""

    def __init__(self, faults: Sequence[GraphQLError]) -> None:
        super().__init__(faults)
        self.errors = [fault.formatted for fault in faults]


def describe(document: DocumentNode) -> dict[str, Any]:
    """Return what a document requests: its operation's name and type, and its root fields."""
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return {
        "operation": operation.name.value if operation.name else None,
        "type": operation.operation.value,
        "fields": [node.name.value for node in operation.selection_set.selections if isinstance(node, FieldNode)],
    }


@lru_cache(maxsize=200)
def _document(query: str, without: tuple[str, ...], webhook_api: str | None) -> DocumentNode:
    """Parse and validate; cached for all fakes of the process, because validating takes longer than answering."""
    try:
        document = parse(query)
    except GraphQLError as error:
        raise Refused([error]) from None
    faults = validate(_schema(without, webhook_api), document)
    if faults:
        raise Refused(faults)
    return document


@cache
def _schema(without: tuple[str, ...], webhook_api: str | None) -> GraphQLSchema:
    sdl = SDL.read_text("utf-8")
    if webhook_api is not None:
        sdl += WEBHOOK_APIS[webhook_api]
    for name in without:
        sdl, removed = re.subn(rf"^  {name}\(.*\n", "", sdl, flags=re.MULTILINE)
        assert removed == 1, f"the schema has no field {name}"
    schema = build_schema(sdl)
    scalar = schema.type_map["EmailAddress"]
    assert isinstance(scalar, GraphQLScalarType)
    # Two names for one thing, by version of graphql-core.
    for attribute in ("parse_value", "coerce_input_value"):
        setattr(scalar, attribute, _email_address)
    return schema


def _email_address(value: Any, *_context: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*", value):
        raise GraphQLError(f"Value is not a valid email address: {value}")
    return value


def _root(account: Account) -> dict[str, Callable[..., Any]]:
    """Query and Mutation: root fields by name."""

    def position_mutation(_info: Any, **_arguments: Any) -> dict[str, Callable[..., Any]]:
        return {"save": lambda _info, position: account.save_position(position)}

    def interview_mutation(_info: Any, id: str) -> dict[str, Callable[..., Any]]:  # noqa: A002
        return {
            "archive": lambda _info, archive: account.move(id, "discarded", on=archive),
            "finalist": lambda _info, finalist: account.move(id, "shortlisted", on=finalist),
            "score": lambda _info, score: account.rate(id, score),
            "comment": lambda _info, comment: account.comment(id, comment),
        }

    return {
        "positions": lambda _info: account.list_positions(),
        "position": lambda _info, id: account.position(id),  # noqa: A006
        "interview": lambda _info, id: account.interview(id),  # noqa: A006
        "inviteCandidateToInterview": lambda _info, input: account.invite(input),  # noqa: A006
        "createPosition": lambda _info, input: account.save_position(input),  # noqa: A006
        "Position": position_mutation,
        "Interview": interview_mutation,
    }
