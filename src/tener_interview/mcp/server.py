"""The server's side of the protocol over HTTP, without sessions: each POST is one message, its response JSON.

It offers tools and nothing else. Sources: https://modelcontextprotocol.io/specification/2026-07-28 (Streamable HTTP,
Tools, Discovery), and for clients that begin with `initialize` the same of 2025-11-25, 2025-06-18 and 2025-03-26.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..actor import Actor
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..system import logs
from ..system.locks import NoLongerNeeded
from ..web.auth import refuse_read_only
from ..web.request import ClientGone, Request
from ..web.response import Response, json_response
from ..web.shape import read
from .call_limit import CallLimit
from .message import (
    HEADER_MISMATCH,
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    UNSUPPORTED_VERSION,
    Message,
    RpcError,
    error_message,
    id_of,
    is_response,
    read_message,
    result_message,
)
from .revisions import (
    EARLIER,
    MODERN,
    REVISION_WITHOUT_HEADER,
    VERSION_HEADER,
    VERSION_KEY,
    check_modern,
    negotiate_revision,
    revision_of_header,
)
from .tool import Tool

MAX_BATCH = 20
#: How long clients may keep the list of tools: it changes with the role and with releases only.
TOOLS_TTL_MS = 300_000

#: HTTP statuses of errors. Earlier revisions answer an error of a well-formed request with 200, as JSON-RPC does:
#: their clients take a 404 for the end of a session.
_STATUSES = {
    PARSE_ERROR: 400, INVALID_REQUEST: 400, INVALID_PARAMS: 400, HEADER_MISMATCH: 400, UNSUPPORTED_VERSION: 400,
    METHOD_NOT_FOUND: 404, INTERNAL_ERROR: 500,
}
_REFUSED_IN_EVERY_REVISION = (PARSE_ERROR, INVALID_REQUEST, HEADER_MISMATCH, UNSUPPORTED_VERSION)


@dataclass(frozen=True)
class AssistantServer:
    """Answers messages. `instructions` tell an assistant how to use the tools; `notice` stands before every result of
    a tool, which may hold words that are not to be followed."""

    name: str
    title: str
    version: str
    instructions: str
    notice: str
    tools: Sequence[Tool]
    limit: CallLimit

    def respond(self, request: Request, new_context: Callable[[], Any]) -> Response:
        """Answer a POST; `new_context` makes what a tool gets beside its arguments. Raises Problem for a body that is
        too large or declared as something else than JSON."""
        try:
            body = request.json_value
        except Problem as problem:
            if problem.code != "INVALID_JSON":
                raise
            return _refused(None, RpcError(PARSE_ERROR, problem.error))
        exchange = _Exchange(self, request, new_context)
        return exchange.batch(body) if isinstance(body, list) else exchange.single(body)

    def tools_for(self, actor: Actor) -> list[Tool]:
        """The tools that an actor may use."""
        return [
            tool for tool in self.tools
            if actor.role in tool.roles and not (actor.read_only and tool.changes_something)
        ]

    def describe(self) -> dict[str, Any]:
        return {"name": self.name, "title": self.title, "version": self.version}


@dataclass(frozen=True)
class _Exchange:
    """One HTTP request and its response."""

    server: AssistantServer
    request: Request
    new_context: Callable[[], Any]

    def single(self, body: Any) -> Response:
        modern = False
        try:
            if is_response(body):
                return self._drop_response()
            message = read_message(body)
            # An `initialize` settles the revision; whatever the header says, it comes before.
            revision = EARLIER[0] if message.method == "initialize" else revision_of_header(self.request.header)
            modern = revision in MODERN or (VERSION_KEY in message.meta and message.method != "initialize")
            if message.is_notification:
                return _accepted()
            if modern:
                check_modern(message, self.request.header)
            result = result_message(message.id, self._result(message, modern=modern))
        except RpcError as error:
            if modern or error.code in _REFUSED_IN_EVERY_REVISION:
                return _refused(id_of(body), error)
            return json_response(error_message(id_of(body), error))
        return json_response(result)

    def batch(self, body: list[Any]) -> Response:
        """Respond to the messages of a batch, which one revision has, in their order."""
        try:
            revision = revision_of_header(self.request.header)
            if revision != REVISION_WITHOUT_HEADER:
                raise RpcError(INVALID_REQUEST, f"Revision {revision} has no batches. Send one message at a time.")
            if not 1 <= len(body) <= MAX_BATCH:
                raise RpcError(INVALID_REQUEST, f"A batch has 1 to {MAX_BATCH} messages.")
        except RpcError as error:
            return _refused(None, error)
        answers = [answer for value in body if (answer := self._in_batch(value)) is not None]
        return json_response(answers) if answers else _accepted()

    def _in_batch(self, value: Any) -> dict[str, Any] | None:
        try:
            if is_response(value):
                return None
            message = read_message(value)
            if message.is_notification:
                return None
            if message.method == "initialize":
                raise RpcError(INVALID_REQUEST, "An initialize request cannot be in a batch.")
            return result_message(message.id, self._result(message, modern=False))
        except RpcError as error:
            return error_message(id_of(value), error)

    def _drop_response(self) -> Response:
        if self.request.header(VERSION_HEADER) in MODERN:
            raise RpcError(INVALID_REQUEST, "The server sends no requests, so there is nothing to answer.")
        return _accepted()

    def _result(self, message: Message, *, modern: bool) -> Mapping[str, Any]:
        """Return the result of a request. Raises RpcError."""
        methods = _MODERN_METHODS if modern else _EARLIER_METHODS
        method = methods.get(message.method)
        if method is None:
            raise RpcError(METHOD_NOT_FOUND, f"There is no method {message.method[:100]!r} here.")
        try:
            result = method(self, message)
        except (RpcError, ClientGone, NoLongerNeeded):
            raise
        except Exception as fault:
            logs.log_event("request_failed", logging.ERROR, fault)
            raise RpcError(INTERNAL_ERROR, "Something went wrong in the service. The log has it under the request id.",
                           {"request_id": self.request.request_id}) from None
        if not modern:
            return result
        about = {"_meta": {"io.modelcontextprotocol/serverInfo": self.server.describe()}}
        return {"resultType": "complete", **result, **about}

    def discover(self, _message: Message) -> dict[str, Any]:
        return {
            "supportedVersions": [*MODERN, *EARLIER], "capabilities": _CAPABILITIES,
            "instructions": self.server.instructions, "ttlMs": TOOLS_TTL_MS, "cacheScope": "private",
        }

    def initialize(self, message: Message) -> dict[str, Any]:
        return {
            "protocolVersion": negotiate_revision(message.params.get("protocolVersion")), "capabilities": _CAPABILITIES,
            "serverInfo": self.server.describe(), "instructions": self.server.instructions,
        }

    def ping(self, _message: Message) -> dict[str, Any]:
        return {}

    def list_tools(self, message: Message) -> dict[str, Any]:
        if message.params.get("cursor") is not None:
            raise RpcError(INVALID_PARAMS, "The list of tools has one page only, so there is no cursor.")
        return {"tools": [tool.definition() for tool in self.server.tools_for(self.request.actor)]}

    def list_tools_cacheable(self, message: Message) -> dict[str, Any]:
        return {**self.list_tools(message), "ttlMs": TOOLS_TTL_MS, "cacheScope": "private"}

    def call_tool(self, message: Message) -> dict[str, Any]:
        """Call a tool. What the assistant can mend is a result with `isError`, for it to read."""
        name, arguments = message.params.get("name"), message.params.get("arguments", {})
        tool = next((tool for tool in self.server.tools if tool.name == name), None)
        if tool is None:
            raise RpcError(INVALID_PARAMS, f"There is no tool {str(name)[:100]!r}. tools/list names them.")
        if not isinstance(arguments, dict):
            raise RpcError(INVALID_PARAMS, "The arguments of a tool must be a JSON object.")
        try:
            result = self._run(tool, arguments)
        except Problem as problem:
            logs.log_event("tool_called", tool=tool.name, code=problem.code)
            return {"content": [_text(_advice(problem))], "isError": True}
        logs.log_event("tool_called", tool=tool.name, code="OK")
        text = json.dumps(result, ensure_ascii=False, separators=(",", ":"))
        return {"content": [_text(self.server.notice), _text(text)], "structuredContent": result, "isError": False}

    def _run(self, tool: Tool, arguments: dict[str, Any]) -> Any:
        actor = self.request.actor
        if actor.role not in tool.roles:
            raise Problem("FORBIDDEN", f"The role {actor.role} may not use {tool.name}. Ask somebody with more rights.")
        if tool.changes_something:
            refuse_read_only(actor)
        self.server.limit.count(actor.id or actor.kind, changes_something=tool.changes_something)
        return tool.run(self.new_context(), read(tool.arguments, arguments))


_CAPABILITIES: dict[str, Any] = {"tools": {"listChanged": False}}
_Method = Callable[[_Exchange, Message], Mapping[str, Any]]
_MODERN_METHODS: Mapping[str, _Method] = {
    "server/discover": _Exchange.discover,
    "tools/list": _Exchange.list_tools_cacheable,
    "tools/call": _Exchange.call_tool,
}
_EARLIER_METHODS: Mapping[str, _Method] = {
    "initialize": _Exchange.initialize,
    "ping": _Exchange.ping,
    "tools/list": _Exchange.list_tools,
    "tools/call": _Exchange.call_tool,
}


def _refused(message_id: Any, error: RpcError) -> Response:
    return json_response(error_message(message_id, error), _STATUSES[error.code])


def _accepted() -> Response:
    return Response(202, headers={"Content-Type": "text/plain; charset=utf-8"})


def _text(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}


def _advice(problem: Problem) -> str:
    """Return what is wrong and how to mend it, for an assistant."""
    wait_s = problem.headers.get("Retry-After")
    wait = f" Try again after {wait_s} seconds." if wait_s and wait_s not in problem.error else ""
    return f"{problem.error}{wait} ({problem.code})"
