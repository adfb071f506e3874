"""Embeddings: vectors for texts from a server with OpenAI's `/v1/embeddings` API; off unless a URL is configured.

A request is `{"model": ..., "input": [texts]}`, a response `{"data": [{"index": 0, "embedding": [numbers]}]}`
(https://platform.openai.com/docs/api-reference/embeddings). Vectors are cached while the process lives. Texts that fail
or time out have no vector, and scores say so. After a time-out the server is not asked for a while: otherwise each of a
thousand interviews would wait for it.
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

#: The size limit of a response: 64 vectors of the largest models.
MAX_RESPONSE_BYTES = 12 * 1024 * 1024
_BATCH_SIZE, _MAX_TEXTS, _MAX_CHARS, _MAX_DIMENSIONS = 64, 512, 2_000, 8_192
#: Numbers in all cached vectors, 8 bytes each.
_MAX_CACHED_NUMBERS = 4_000_000
_PAUSE_AFTER_TIMEOUT_S = 30.0


class Embeddings:
    """One embeddings server, with a cache by text hash."""

    def __init__(
        self, send: Send, url: str, *, model: str, api_key: str | None, timeout_s: float, clock: Clock | None = None
    ) -> None:
        self._send = send
        self._url = url
        self._model = model
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._clock = clock or SystemClock()
        self._cache: OrderedDict[bytes, array[float]] = OrderedDict()
        self._cached_numbers = 0
        self._paused_until_s = -math.inf
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> Mapping[str, Vector]:
        """The vectors of up to 512 texts. When a request fails, its texts and all later ones have no vector."""
        unique_texts = list(dict.fromkeys(text for text in texts if text.strip()))[:_MAX_TEXTS]
        vectors = {text: vector for text in unique_texts if (vector := self._find_cached(text)) is not None}
        is_paused = self._clock.monotonic_s() < self._paused_until_s
        missing = [text for text in unique_texts if text not in vectors and not is_paused]
        for first in range(0, len(missing), _BATCH_SIZE):
            batch = missing[first : first + _BATCH_SIZE]
            try:
                batch_vectors = self._request_vectors(batch)
            except (Unreachable, ValueError, LookupError, TypeError, OverflowError) as fault:
                if isinstance(fault, Unreachable) and fault.timed_out:
                    self._paused_until_s = self._clock.monotonic_s() + _PAUSE_AFTER_TIMEOUT_S
                logs.log_event("embeddings_failed", logging.WARNING, kind=type(fault).__name__)
                break
            for text, vector in zip(batch, batch_vectors, strict=True):
                self._store(text, vector)
                vectors[text] = vector
        return vectors

    def _request_vectors(self, texts: Sequence[str]) -> list[Vector]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._api_key:
            headers["Authorization"] = f"Bearer {self._api_key}"
        body = json.dumps({"model": self._model, "input": [text[:_MAX_CHARS] for text in texts]}).encode()
        response = self._send("POST", self._url, headers=headers, body=body, timeout_s=self._timeout_s)
        if response.status != 200:
            raise ValueError(f"status {response.status}")
        rows = sorted(parse_json(response.body)["data"], key=lambda row: int(row["index"]))
        vectors = [tuple(float(number) for number in row["embedding"][:_MAX_DIMENSIONS]) for row in rows]
        if len(vectors) != len(texts) or not all(vector and all(map(math.isfinite, vector)) for vector in vectors):
            raise ValueError("not one vector for each text")
        return vectors

    def _find_cached(self, text: str) -> Vector | None:
        with self._lock:
            key = _cache_key(text)
            if key not in self._cache:
                return None
            self._cache.move_to_end(key)
            return tuple(self._cache[key])

    def _store(self, text: str, vector: Vector) -> None:
        with self._lock:
            self._cached_numbers += len(vector) - len(self._cache.pop(_cache_key(text), ()))
            self._cache[_cache_key(text)] = array("d", vector)
            while self._cached_numbers > _MAX_CACHED_NUMBERS:
                self._cached_numbers -= len(self._cache.popitem(last=False)[1])


def _cache_key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
