"""JSON-RPC 2.0 messages (https://www.jsonrpc.org/specification), as the Model Context Protocol sends them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..lazy_dataclass import dataclass

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
#: The two codes of the protocol's own that this server answers with.
HEADER_MISMATCH = -32020
UNSUPPORTED_VERSION = -32022

#: Ids and names that are longer are refused, because they are repeated in the response.
MAX_ID_CHARS = 200

MessageId = str | int | None


class RpcError(Exception):
    """A message whose response is an error: a code, a sentence, and data for a program."""

    def __init__(self, code: int, message: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


@dataclass(frozen=True)
class Message:
    """A request, or a notification, which has no id and gets no response."""

    method: str
    params: Mapping[str, Any]
    id: MessageId = None

    @property
    def is_notification(self) -> bool:
        return self.id is None

    @property
    def meta(self) -> Mapping[str, Any]:
        """What the client says about the request itself; empty if it says nothing."""
        meta = self.params.get("_meta")
        return meta if isinstance(meta, dict) else {}


def id_of(value: Any) -> MessageId:
    """The id to answer a message with, however wrong the rest of it is; None if it has no usable one."""
    given = value.get("id") if isinstance(value, dict) else None
    if type(given) is int or (isinstance(given, str) and len(given) <= MAX_ID_CHARS):
        return given
    return None


def read_message(value: Any) -> Message:
    """Read a request or notification. Raises RpcError."""
    if not isinstance(value, dict):
        raise RpcError(INVALID_REQUEST, "The message must be a JSON object.")
    if value.get("jsonrpc") != "2.0":
        raise RpcError(INVALID_REQUEST, 'The member "jsonrpc" must be "2.0".')
    method, params = value.get("method"), value.get("params", {})
    if not isinstance(method, str) or not 0 < len(method) <= MAX_ID_CHARS:
        raise RpcError(INVALID_REQUEST, f'The member "method" must be text of 1 to {MAX_ID_CHARS} characters.')
    if "id" in value and id_of(value) is None:
        raise RpcError(INVALID_REQUEST, f'The member "id" must be a whole number or at most {MAX_ID_CHARS} characters.')
    if not isinstance(params, dict):
        raise RpcError(INVALID_PARAMS, 'The member "params" must be a JSON object.')
    return Message(method, params, id_of(value))


def is_response(value: Any) -> bool:
    """Return whether a message responds to a request of the server, which sends none."""
    return isinstance(value, dict) and "method" not in value and ("result" in value or "error" in value)


def result_message(message_id: MessageId, result: Mapping[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": message_id, "result": dict(result)}


def error_message(message_id: MessageId, error: RpcError) -> dict[str, Any]:
    """Return the response to a message that is wrong; its id is null if the message has none."""
    data = {} if error.data is None else {"data": dict(error.data)}
    return {"jsonrpc": "2.0", "id": message_id, "error": {"code": error.code, "message": error.message, **data}}
