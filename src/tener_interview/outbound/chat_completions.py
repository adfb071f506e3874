"""Chat completions: a language model on a server with OpenAI's API: hosted services, Ollama, vLLM, llama.cpp.

A request is `POST {url}/chat/completions` with `model`, `messages` and `response_format`; the reply is
`{"choices": [{"message": {"content": ...}, "finish_reason": ...}], "usage": {...}}`
(https://platform.openai.com/docs/api-reference/chat/create). Servers differ in what they accept. What one refuses is
left out of the next request, and the form that it accepted is used from then on while the process lives.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..chat import ChatFailed, ChatReply, ChatRequest
from ..lazy_dataclass import dataclass
from .request import Send, Unreachable, UpstreamResponse, parse_json

#: The size limit of a response: many times what `max_tokens` can be.
MAX_RESPONSE_BYTES = 2 * 1024 * 1024
_PATH = "/chat/completions"
#: How the JSON of a reply can be asked for, the most reliable first. `text` asks in words alone.
_SCHEMA, _OBJECT, _TEXT = "json_schema", "json_object", "text"
_FALLBACK_FORMATS = {_SCHEMA: _OBJECT, _OBJECT: _TEXT}
#: Statuses of a server that may accept the request in another form. llama.cpp and its kin then respond 500.
_FORMAT_REFUSED_STATUSES = (400, 404, 415, 422, 500, 501)
_FORMAT_REFUSED_WORDS = ("response_format", "json_schema", "json schema", "json_object", "grammar", "structured output")
_TOO_LONG_WORDS = ("context length", "context size", "context window", "too long")
#: A server may refuse each optional field of the request once.
_MAX_TRIES = 6
#: Where a server does not count tokens: so many characters are one, fewer than in most texts.
_CHARS_PER_TOKEN = 3
_MAX_TOKENS = 10**9


@dataclass(frozen=True)
class _RequestForm:
    """What a server accepts of the parts of a request that servers differ in."""

    response_format: str = _SCHEMA
    token_limit: str = "max_tokens"  # noqa: S105 - the name of a member
    temperature: bool = True
    seed: bool = True


class ChatCompletions:
    """One model on one server. `url` may end with `/chat/completions` or, as servers name it, with `/v1`."""

    def __init__(self, send: Send, url: str, *, model: str, api_key: str | None, timeout_s: float) -> None:
        self._send = send
        self._url = url if url.endswith(_PATH) else url + _PATH
        self._model = model
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._form = _RequestForm()

    @property
    def model(self) -> str:
        return self._model

    def __call__(self, request: ChatRequest) -> ChatReply:
        """Ask once; at most six requests, if the server refuses their form, and only until it has accepted one."""
        form: _RequestForm | None = self._form
        response = None
        for _ in range(_MAX_TRIES):
            if form is None:
                break
            response = self._post(_body(self._model, request, form))
            if response.status == 200:
                # Learnt only now: a request that no form helps has another fault.
                self._form = form
                return _read(response.body, request, self._model)
            form = _simpler_form(form, response)
        raise _failure(response)

    def _post(self, body: Mapping[str, Any]) -> UpstreamResponse:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._api_key:
            headers["Authorization"] = f"Bearer {self._api_key}"
        try:
            return self._send(
                "POST", self._url, headers=headers, body=json.dumps(body).encode(), timeout_s=self._timeout_s
            )
        except Unreachable as fault:
            raise ChatFailed(fault.reason) from None


def _body(model: str, request: ChatRequest, form: _RequestForm) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "system", "content": request.system}, {"role": "user", "content": request.user}],
        form.token_limit: request.max_tokens,
        "stream": False,
    }
    if form.temperature:
        body["temperature"] = request.temperature
    if form.seed and request.seed is not None:
        body["seed"] = request.seed
    if form.response_format == _SCHEMA:
        named = {"name": request.schema_name, "strict": True, "schema": request.schema}
        body["response_format"] = {"type": _SCHEMA, "json_schema": named}
    elif form.response_format == _OBJECT:
        body["response_format"] = {"type": _OBJECT}
    return body


def _simpler_form(form: _RequestForm, response: UpstreamResponse) -> _RequestForm | None:
    """Return the form without what the server refused; None if the fault is another one."""
    if response.status not in _FORMAT_REFUSED_STATUSES:
        return None
    text = response.body[:4_000].decode("utf-8", "replace").casefold()
    weaker = _FALLBACK_FORMATS.get(form.response_format)
    if weaker and any(name in text for name in _FORMAT_REFUSED_WORDS):
        return replace(form, response_format=weaker)
    if form.token_limit == "max_tokens" and "max_completion_tokens" in text:  # noqa: S105 - as above
        return replace(form, token_limit="max_completion_tokens")  # noqa: S106 - as above
    if form.temperature and "temperature" in text:
        return replace(form, temperature=False)
    if form.seed and "seed" in text:
        return replace(form, seed=False)
    unexplained = response.status in (400, 422) and not any(name in text for name in _TOO_LONG_WORDS)
    return replace(form, response_format=weaker) if weaker and unexplained else None


def _failure(response: UpstreamResponse | None) -> ChatFailed:
    status = response.status if response else 0
    if status in (401, 403):
        return ChatFailed(f"it refuses the API key (status {status})")
    if status == 404:
        return ChatFailed("it does not know the model, or the address is not that of its API (status 404)")
    if response is not None and status in (429, 503):
        return ChatFailed(f"it is busy (status {status})", _retry_after_s(response))
    return ChatFailed(f"it answered with status {status}")


def _retry_after_s(response: UpstreamResponse) -> float | None:
    """Return the seconds of Retry-After (RFC 9110, section 10.2.3), at most an hour; dates are left out."""
    text = response.headers.get("retry-after", "")
    return min(float(text), 3600.0) if text.isascii() and text.isdigit() else None


def _read(body: bytes, request: ChatRequest, model: str) -> ChatReply:
    try:
        content = parse_json(body)
        choice = content["choices"][0]
        message, finished = choice["message"], choice.get("finish_reason")
        text, refusal = message.get("content"), message.get("refusal")
        named, usage = content.get("model"), content.get("usage")
    except (ValueError, LookupError, TypeError, AttributeError):
        raise ChatFailed("its reply is not that of chat completions") from None
    text = text if isinstance(text, str) else ""
    prompt_chars = len(request.system) + len(request.user)
    counted = usage if isinstance(usage, dict) else {}
    return ChatReply(
        text=text,
        model=_model_name(named) or model,
        input_tokens=_tokens(counted.get("prompt_tokens"), prompt_chars),
        output_tokens=_tokens(counted.get("completion_tokens"), len(text)),
        complete=bool(text) and not refusal and finished not in ("length", "content_filter"),
    )


def _model_name(name: object) -> str:
    """Return the name of a model as it can be stored and shown; empty if it is none."""
    return "".join(filter(str.isprintable, name[:200])) if isinstance(name, str) else ""


def _tokens(counted: object, chars: int) -> int:
    if isinstance(counted, int) and not isinstance(counted, bool) and 0 <= counted <= _MAX_TOKENS:
        return counted
    return -(-chars // _CHARS_PER_TOKEN)
