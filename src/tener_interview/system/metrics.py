"""What is counted, in this process and since it began, and its text for Prometheus.

The format is version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "tener_interview_"

#: Upper bounds in seconds: most answers take a millisecond, some wait for Hireflix.
BUCKETS_S = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

Labels = tuple[str, ...]


class Counter:
    """Counts by labels."""

    kind = "counter"

    def __init__(self, name: str, said: str, labels: Sequence[str]) -> None:
        self.name = name
        self.said = said
        self.labels = tuple(labels)
        self._lock = threading.Lock()
        self._counts: dict[Labels, float] = {}

    def add(self, *values: str, amount: float = 1) -> None:
        with self._lock:
            self._counts[values] = self._counts.get(values, 0) + amount

    def samples(self) -> Iterable[str]:
        with self._lock:
            counts = sorted(self._counts.items())
        return [sample(self.name, dict(zip(self.labels, values, strict=True)), count) for values, count in counts]


class Histogram:
    """Durations in seconds by labels, in the buckets of BUCKETS_S."""

    kind = "histogram"

    def __init__(self, name: str, said: str, labels: Sequence[str]) -> None:
        self.name = name
        self.said = said
        self.labels = tuple(labels)
        self._lock = threading.Lock()
        #: How many fell into each bucket, the last one being what is longer than all; and their sum.
        self._kept: dict[Labels, tuple[list[int], list[float]]] = {}

    def observe(self, seconds: float, *values: str) -> None:
        with self._lock:
            kept = self._kept.get(values)
            if kept is None:
                kept = self._kept[values] = ([0] * (len(BUCKETS_S) + 1), [0.0])
            kept[0][bisect_left(BUCKETS_S, seconds)] += 1
            kept[1][0] += seconds

    def samples(self) -> Iterable[str]:
        with self._lock:
            kept = sorted((values, list(counts), total[0]) for values, (counts, total) in self._kept.items())
        for values, counts, total in kept:
            labels = dict(zip(self.labels, values, strict=True))
            count = 0
            for bound, fell in zip((*map(str, BUCKETS_S), "+Inf"), counts, strict=True):
                count += fell
                yield sample(f"{self.name}_bucket", {**labels, "le": bound}, count)
            yield sample(f"{self.name}_sum", labels, total)
            yield sample(f"{self.name}_count", labels, count)


class Metrics:
    """What the process counts as it goes along."""

    def __init__(self) -> None:
        self.requests = Counter(f"{PREFIX}requests_total", "Requests answered.", ("method", "route", "status"))
        self.durations = Histogram(
            f"{PREFIX}request_duration_seconds", "How long answers took to make.", ("method", "route")
        )
        self.upstream = Counter(
            f"{PREFIX}upstream_requests_total", "Requests to other systems, by what became of them.",
            ("upstream", "outcome"),
        )
        self.upstream_durations = Histogram(
            f"{PREFIX}upstream_request_duration_seconds", "How long other systems took to answer.", ("upstream",)
        )

    def text(self) -> str:
        return "".join(
            family(each.name, each.kind, each.said, each.samples())
            for each in (self.requests, self.durations, self.upstream, self.upstream_durations)
        )


def family(name: str, kind: str, said: str, samples: Iterable[str]) -> str:
    """One metric with its comments; `samples` are lines made by `sample`."""
    return f"# HELP {name} {_escaped(said)}\n# TYPE {name} {kind}\n{''.join(samples)}"


def gauge(name: str, said: str, values: Mapping[Labels, float], labels: Sequence[str] = ()) -> str:
    """A metric of values that are looked up when asked for. One without values is left out."""
    name = PREFIX + name
    lines = [sample(name, dict(zip(labels, key, strict=True)), value) for key, value in values.items()]
    return family(name, "gauge", said, lines) if lines else ""


def sample(name: str, labels: Mapping[str, str], value: float) -> str:
    shown = ",".join(f'{label}="{_escaped(text, quotes=True)}"' for label, text in labels.items())
    return f"{name}{{{shown}}} {value!r}\n" if shown else f"{name} {value!r}\n"


def _escaped(text: str, *, quotes: bool = False) -> str:
    text = text.replace("\\", r"\\").replace("\n", r"\n")
    return text.replace('"', r"\"") if quotes else text
