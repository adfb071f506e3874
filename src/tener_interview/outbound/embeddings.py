"""Embeddings: vectors of texts from a server that speaks OpenAI's `/v1/embeddings`; off unless an address is set.

A request is `{"model": ..., "input": [texts]}`, an answer `{"data": [{"index": 0, "embedding": [numbers]}]}`
(https://platform.openai.com/docs/api-reference/embeddings). What a server was asked once it is not asked again while
the process lives; what it does not answer in time is left out, and scores say so.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from ..system import logs
from .request import Send, Unreachable

Vector = tuple[float, ...]

_AT_ONCE, _MOST_TEXTS, _MOST_CHARS, _KEPT, _MOST_NUMBERS = 64, 512, 2_000, 20_000, 8_192


class Embeddings:
    """One server of embeddings, its answers remembered by the hash of what was asked."""

    def __init__(self, send: Send, url: str, *, model: str, api_key: str | None, timeout_s: float) -> None:
        self._send = send
        self._url = url
        self._model = model
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._known: OrderedDict[bytes, Vector] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> Mapping[str, Vector]:
        """The vectors of texts, at most 512 of them; one that fails is left out, and with it all after it."""
        wanted = list(dict.fromkeys(text for text in texts if text.strip()))[:_MOST_TEXTS]
        found = {text: vector for text in wanted if (vector := self._remembered(text)) is not None}
        missing = [text for text in wanted if text not in found]
        for first in range(0, len(missing), _AT_ONCE):
            some = missing[first : first + _AT_ONCE]
            try:
                vectors = self._asked(some)
            except (Unreachable, ValueError, LookupError, TypeError) as fault:
                logs.say("embeddings_failed", logging.WARNING, kind=type(fault).__name__)
                break
            for text, vector in zip(some, vectors, strict=True):
                self._remember(text, vector)
                found[text] = vector
        return found

    def _asked(self, texts: Sequence[str]) -> list[Vector]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._api_key:
            headers["Authorization"] = f"Bearer {self._api_key}"
        body = json.dumps({"model": self._model, "input": [text[:_MOST_CHARS] for text in texts]}).encode()
        answer = self._send("POST", self._url, headers=headers, body=body, timeout_s=self._timeout_s)
        if answer.status != 200:
            raise ValueError(f"status {answer.status}")
        rows = sorted(json.loads(answer.body)["data"], key=lambda row: int(row["index"]))
        vectors = [tuple(float(number) for number in row["embedding"][:_MOST_NUMBERS]) for row in rows]
        if len(vectors) != len(texts) or not all(vector and all(map(math.isfinite, vector)) for vector in vectors):
            raise ValueError("not one vector for each text")
        return vectors

    def _remembered(self, text: str) -> Vector | None:
        with self._lock:
            key = _key(text)
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def _remember(self, text: str, vector: Vector) -> None:
        with self._lock:
            self._known[_key(text)] = vector
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
