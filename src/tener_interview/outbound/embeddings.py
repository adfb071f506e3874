"""Embeddings: vectors of texts from a server that speaks OpenAI's `/v1/embeddings`; off unless an address is set.

A request is `{"model": ..., "input": [texts]}`, an answer `{"data": [{"index": 0, "embedding": [numbers]}]}`
(https://platform.openai.com/docs/api-reference/embeddings). What a server was asked once it is not asked again while
the process lives; what it does not answer in time is left out, and scores say so. One that hangs is left alone for a
while: each of a thousand interviews would wait for it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import threading
from array import array
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from ..system import logs
from ..system.clock import Clock, SystemClock
from .request import Send, Unreachable, parse_json

Vector = tuple[float, ...]

#: Of an answer: 64 vectors of the largest models there are.
MAX_RESPONSE_BYTES = 12 * 1024 * 1024
_AT_ONCE, _MOST_TEXTS, _MOST_CHARS, _MOST_NUMBERS = 64, 512, 2_000, 8_192
#: In all vectors that are remembered, 8 bytes each.
_KEPT_NUMBERS = 4_000_000
_LEFT_ALONE_S = 30.0


class Embeddings:
    """One server of embeddings, its answers remembered by the hash of what was asked."""

    def __init__(
        self, send: Send, url: str, *, model: str, api_key: str | None, timeout_s: float, clock: Clock | None = None
    ) -> None:
        self._send = send
        self._url = url
        self._model = model
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._clock = clock or SystemClock()
        self._known: OrderedDict[bytes, array[float]] = OrderedDict()
        self._kept_numbers = 0
        self._left_alone_until_s = -math.inf
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> Mapping[str, Vector]:
        """The vectors of texts, at most 512 of them; one that fails is left out, and with it all after it."""
        wanted = list(dict.fromkeys(text for text in texts if text.strip()))[:_MOST_TEXTS]
        found = {text: vector for text in wanted if (vector := self._remembered(text)) is not None}
        hangs = self._clock.monotonic_s() < self._left_alone_until_s
        missing = [text for text in wanted if text not in found and not hangs]
        for first in range(0, len(missing), _AT_ONCE):
            some = missing[first : first + _AT_ONCE]
            try:
                vectors = self._asked(some)
            except (Unreachable, ValueError, LookupError, TypeError, OverflowError) as fault:
                if isinstance(fault, Unreachable) and fault.timed_out:
                    self._left_alone_until_s = self._clock.monotonic_s() + _LEFT_ALONE_S
                logs.log_event("embeddings_failed", logging.WARNING, kind=type(fault).__name__)
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
        rows = sorted(parse_json(answer.body)["data"], key=lambda row: int(row["index"]))
        vectors = [tuple(float(number) for number in row["embedding"][:_MOST_NUMBERS]) for row in rows]
        if len(vectors) != len(texts) or not all(vector and all(map(math.isfinite, vector)) for vector in vectors):
            raise ValueError("not one vector for each text")
        return vectors

    def _remembered(self, text: str) -> Vector | None:
        with self._lock:
            key = _key(text)
            if key not in self._known:
                return None
            self._known.move_to_end(key)
            return tuple(self._known[key])

    def _remember(self, text: str, vector: Vector) -> None:
        with self._lock:
            self._kept_numbers += len(vector) - len(self._known.pop(_key(text), ()))
            self._known[_key(text)] = array("d", vector)
            while self._kept_numbers > _KEPT_NUMBERS:
                self._kept_numbers -= len(self._known.popitem(last=False)[1])


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
