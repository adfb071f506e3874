"""Chat completions: what is sent, how a server's refusals are learnt from, and which replies are not used."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fakes.chat_server import ChatServer
from for_each import for_each
from tener_interview.chat import ChatFailed, ChatRequest, read_json_object
from tener_interview.outbound.chat_completions import ChatCompletions
from tener_interview.outbound.request import send

SCHEMA = {
    "type": "object", "additionalProperties": False, "required": ["rating", "quotes"],
    "properties": {"rating": {"type": "integer", "enum": [1, 2, 3]}, "quotes": {
        "type": "array", "items": {"type": "string"},
    }},
}
REQUEST = ChatRequest("Answer as JSON.", "What is it?", "opinion", SCHEMA, max_tokens=50, temperature=0.7, seed=4)
REPLY = json.dumps({"rating": 2, "quotes": ["ä"]})


@contextmanager
def served(**behaviour: Any) -> Iterator[ChatServer]:
    server = ChatServer(behaviour.pop("judge", lambda _: REPLY), **behaviour)
    try:
        yield server
    finally:
        server.close()


def chat_with(
    server: ChatServer, *, url: str = "", timeout_s: float = 5, api_key: str | None = None
) -> ChatCompletions:
    return ChatCompletions(send, url or server.url, model="fake-judge", api_key=api_key, timeout_s=timeout_s)


def test_a_request_has_the_form_of_the_chat_api() -> None:
    with served(api_key="sk-1") as server:
        for url in (server.url, f"{server.url}/chat/completions"):
            reply = chat_with(server, url=url, api_key="sk-1")(REQUEST)
            assert (reply.text, reply.model, reply.complete) == (REPLY, "fake-judge", True)
        sent = server.requests[0]
        assert server.faults == []
        assert (reply.input_tokens, reply.output_tokens) == (6, 8)
        assert sent["response_format"]["json_schema"] == {"name": "opinion", "strict": True, "schema": SCHEMA}
        assert (sent["max_tokens"], sent["temperature"], sent["seed"]) == (50, 0.7, 4)


@for_each(("behaviour", "refusals", "last"), [
    ({"formats": ["json_object", "text"]}, 1, {"response_format": {"type": "json_object"}}),
    ({"formats": ["text"]}, 2, {}),
    ({"formats": ["text"], "refusal_status": 500}, 2, {}),
    ({"formats": ["json_object", "text"], "refusal_status": 422}, 1, {"response_format": {"type": "json_object"}}),
    ({"refused": ["max_tokens", "temperature"]}, 2, {"max_completion_tokens": 50, "seed": 4}),
    ({"refused": ["seed"], "formats": ["text"]}, 3, {"max_tokens": 50, "temperature": 0.7}),
])
def test_parameters_that_a_server_refuses_are_left_out_from_then_on(
    behaviour: dict[str, Any], refusals: int, last: dict[str, Any]
) -> None:
    with served(**behaviour) as server:
        chat = chat_with(server)
        assert chat(REQUEST).text == REPLY
        assert len(server.faults) == refusals
        assert chat(REQUEST).text == REPLY
        assert len(server.faults) == refusals
        assert server.requests[-1].items() >= last.items()
        assert ("response_format" in server.requests[-1]) == ("json_object" in str(last) or "formats" not in behaviour)


@for_each(("status", "headers", "message", "reason", "retry_after_s"), [
    (401, {}, "no", "it refuses the API key (status 401)", None),
    (404, {}, "no such model", "it does not know the model", None),
    (429, {"Retry-After": "7"}, "slow down", "it is busy (status 429)", 7.0),
    (503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, "loading", "it is busy", None),
    (429, {"Retry-After": "99999999"}, "slow down", "it is busy", 3600.0),
    (400, {}, "This model's maximum context length is 4096 tokens", "it answered with status 400", None),
    (302, {"Location": "http://127.0.0.1:1/"}, "", "it answered with status 302", None),
    (500, {}, "out of memory", "it answered with status 500", None),
])
def test_a_server_error_is_reported_and_teaches_no_parameters(
    status: int, headers: dict[str, str], message: str, reason: str, retry_after_s: float | None
) -> None:
    with served() as server:
        chat = chat_with(server)
        server.instead = status, headers, json.dumps({"error": {"message": message}}).encode()
        with pytest.raises(ChatFailed, match=reason.split("(")[0]) as failed:
            chat(REQUEST)
        assert failed.value.retry_after_s == retry_after_s
        server.instead = None
        assert chat(REQUEST).text == REPLY
        assert server.requests[-1]["response_format"]["type"] == "json_schema"


@for_each("body", [
    b"nothing", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{"message": "hi"}]}', b'{"choices": {"message": {}}}',
    b"[" * 100_000, b'{"choices": [null]}', b"\xff\xfe", b'{"choices": ' + b"[1," * 600_000 + b"1]" * 600_000 + b"}",
])
def test_malformed_response_bodies_of_the_model_are_failures(body: bytes) -> None:
    with served() as server:
        server.instead = 200, {}, body
        with pytest.raises(ChatFailed):
            chat_with(server)(REQUEST)


@for_each("choice", [
    {"message": {"content": None, "refusal": "I cannot"}, "finish_reason": "stop"},
    {"message": {"content": "{"}, "finish_reason": "length"},
    {"message": {"content": ""}, "finish_reason": "stop"},
    {"message": {"content": "{}"}, "finish_reason": "content_filter"},
    {"message": {"content": ["{}"]}},
])
def test_refused_and_truncated_model_replies_count_as_incomplete(choice: dict[str, Any]) -> None:
    with served() as server:
        usage = {"prompt_tokens": -4, "completion_tokens": "many"}
        server.instead = 200, {}, json.dumps({"choices": [choice], "usage": usage}).encode()
        reply = chat_with(server)(REQUEST)
        assert not reply.complete
        # Counted by the characters where the server's own count cannot be.
        assert reply.input_tokens == 9


@for_each(("named", "model"), [
    ("gpt-\ud800\x00\n4", "gpt-4"), ("\udfff", "fake-judge"), (["x"], "fake-judge"), ("m" * 5000, "m" * 200),
])
def test_a_model_name_in_a_reply_is_cleaned_for_storing(named: object, model: str) -> None:
    with served() as server:
        server.instead = 200, {}, json.dumps({"choices": [{"message": {"content": "{}"}}], "model": named}).encode()
        assert chat_with(server)(REQUEST).model == model


def test_hanging_and_unreachable_servers_fail_within_the_deadline() -> None:
    with served() as server:
        server.open.clear()
        with pytest.raises(ChatFailed, match="did not answer within"):
            chat_with(server, timeout_s=0.2)(REQUEST)
        url = server.url
    with pytest.raises(ChatFailed, match="refuses connections"):
        chat_with(server, url=url)(REQUEST)


@for_each("text", [
    '{"a": 1}', ' \n{"a": 1}\n', '```json\n{"a": 1}\n```', '<think>{"a": 2}\nhm</think>\n\n{"a": 1}',
    '<think></think>```\n{"a": 1}\n```\n',
])
def test_a_json_object_is_found_in_a_text_reply(text: str) -> None:
    assert read_json_object(text) == {"a": 1}


@for_each("text", [
    "", "[]", "7", '{"a": 1} {"a": 2}', 'Here it is: {"a": 1}', '{"a": 1, "a": 5}', '{"a": NaN}', '{"a": 1',
    '```json\n{"a": 1}\n``` and {"a": 5}', "{" * 50_000, '{"a": {"b": 1, "b": 2}}', '{"a": -Infinity}', "null",
    r'{"a": "\ud800"}', r'{"\udfff": 1}', r'{"a": [{"b": "x\udc00\ud800"}]}',
])
def test_a_reply_without_a_json_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_json_object(text)
