"""A strict stand-in for a server of chat completions, over real HTTP, with judges that answer in different ways.

It refuses what the real API would refuse, and any member that the API does not have. What a server supports can be
narrowed, as Ollama, vLLM, llama.cpp and hosted services differ.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Collection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jsonschema_rs

from fakes.waiting import PATIENCE_S

#: Answers a valid request with the text of the reply.
Judge = Callable[[dict[str, Any]], str]

_FORMATS = ("json_schema", "json_object", "text")
_MEMBERS = {"model", "messages", "max_tokens", "max_completion_tokens", "temperature", "seed", "stream",
            "response_format"}
#: The part of JSON Schema that strict structured output allows.
_KEYWORDS = {"type", "properties", "required", "additionalProperties", "items", "enum", "description"}


class ChatServer:
    """A server of one model; `judge` makes the replies."""

    def __init__(
        self, judge: Judge, *, model: str = "fake-judge", api_key: str | None = None,
        formats: Collection[str] = _FORMATS, refused: Collection[str] = (), refusal_status: int = 400,
        counts_tokens: bool = True,
    ) -> None:
        self.judge = judge
        self.model = model
        self.api_key = api_key
        self.formats = set(formats)
        #: Members that this model does not take, as reasoning models refuse `temperature`.
        self.refused = set(refused)
        self.refusal_status = refusal_status
        self.counts_tokens = counts_tokens
        #: The valid requests, and what was wrong with the others.
        self.requests: list[dict[str, Any]] = []
        self.faults: list[str] = []
        #: Answers instead of the judge: status, headers and body.
        self.instead: tuple[int, dict[str, str], bytes] | None = None
        #: Where not set, requests wait; for a slow server.
        self.open = threading.Event()
        self.open.set()
        self.arrived = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                status, headers, answer = outer.answer(self.path, dict(self.headers.items()), body)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(answer))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Log nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/v1"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.open.set()
        self._http.shutdown()
        self._http.server_close()

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        self.arrived.set()
        self.open.wait(PATIENCE_S)
        if self.instead is not None:
            return self.instead
        if path != "/v1/chat/completions":
            return _error(404, f"no route {path}")
        if self.api_key and headers.get("Authorization") != f"Bearer {self.api_key}":
            return _error(401, "Incorrect API key provided.")
        if headers.get("Content-Type") != "application/json":
            return _error(415, "Content-Type must be application/json")
        request = json.loads(body)
        if fault := self._fault_of(request):
            self.faults.append(fault)
            return _error(self.refusal_status, fault)
        if request["model"] != self.model:
            return _error(404, f"The model {request['model']!r} does not exist.")
        self.requests.append(request)
        text = self.judge(request)
        asked = sum(len(message["content"]) for message in request["messages"])
        usage = {"prompt_tokens": asked // 4, "completion_tokens": len(text) // 4}
        reply: dict[str, Any] = {
            "id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": self.model,
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        }
        if self.counts_tokens:
            reply["usage"] = {**usage, "total_tokens": sum(usage.values())}
        return 200, {"Content-Type": "application/json"}, json.dumps(reply).encode()

    def _fault_of(self, request: dict[str, Any]) -> str | None:
        for name in sorted(request):
            if name not in _MEMBERS:
                return f"Unrecognized request argument supplied: {name}"
            if name in self.refused:
                instead = " Use 'max_completion_tokens' instead." if name == "max_tokens" else ""
                return f"Unsupported parameter: '{name}' is not supported with this model.{instead}"
        if fault := _fault_of_messages(request.get("messages")):
            return fault
        limits = [name for name in ("max_tokens", "max_completion_tokens") if name in request]
        checks = (
            (isinstance(request.get("model"), str), "model must be a string"),
            (len(limits) == 1, "set max_tokens or max_completion_tokens, not both"),
            (all(type(request[name]) is int and request[name] > 0 for name in limits), "max_tokens must be above 0"),
            (request.get("stream") is False, "this server does not stream"),
            (0 <= request.get("temperature", 0) <= 2, "temperature must be from 0 to 2"),
            (type(request.get("seed", 0)) is int, "seed must be an integer"),
        )
        fault = next((message for holds, message in checks if not holds), None)
        return fault or self._fault_of_format(request)

    def _fault_of_format(self, request: dict[str, Any]) -> str | None:
        wanted = request.get("response_format", {"type": "text"})
        if wanted.get("type") not in self.formats:
            return f"response_format type must be one of {sorted(self.formats)}, but got: {wanted.get('type')}"
        if wanted["type"] == "json_object":
            if wanted.keys() != {"type"}:
                return "response_format has unknown members"
            words = " ".join(message["content"] for message in request["messages"])
            return None if "json" in words.lower() else "'messages' must contain the word 'json'"
        if wanted["type"] == "json_schema":
            named = wanted.get("json_schema", {})
            if named.keys() != {"name", "strict", "schema"} or named["strict"] is not True:
                return "response_format.json_schema needs name, strict and schema"
            if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", named["name"]):
                return "response_format.json_schema.name is not valid"
            jsonschema_rs.Draft202012Validator(named["schema"])  # which raises if it is none
            return _fault_of_schema(named["schema"])
        return None


def _fault_of_messages(messages: Any) -> str | None:
    if not isinstance(messages, list) or [message.get("role") for message in messages] != ["system", "user"]:
        return "messages must be one of the system and one of the user"
    for message in messages:
        if message.keys() != {"role", "content"} or not isinstance(message["content"], str) or not message["content"]:
            return "a message has a role and a content"
    return None


def _fault_of_schema(schema: dict[str, Any], path: str = "$") -> str | None:
    """As strict structured output has it: objects are closed, and all of their members are required."""
    if unknown := schema.keys() - _KEYWORDS:
        return f"Invalid schema for response_format: {path}: {sorted(unknown)} is not permitted"
    if schema["type"] == "object":
        if schema.get("additionalProperties") is not False:
            return f"Invalid schema for response_format: {path}: 'additionalProperties' is required to be false"
        if sorted(schema["properties"]) != sorted(schema["required"]):
            return f"Invalid schema for response_format: {path}: 'required' must name every property"
        faults = (_fault_of_schema(inner, f"{path}.{name}") for name, inner in schema["properties"].items())
        return next(filter(None, faults), None)
    return _fault_of_schema(schema["items"], f"{path}[]") if schema["type"] == "array" else None


def _error(status: int, message: str) -> tuple[int, dict[str, str], bytes]:
    body = {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}
    return status, {"Content-Type": "application/json"}, json.dumps(body).encode()
