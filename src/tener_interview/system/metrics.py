"""Counters and histograms of this process since its start, and their Prometheus text.

The format is version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "tener_interview_"

#: Upper bounds in seconds: most requests take a millisecond, some wait for Hireflix.
BUCKETS_S = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_BOUNDS = (*map(str, BUCKETS_S), "+Inf")

Labels = tuple[str, ...]


class Counter:
    """A counter by labels."""

    kind = "counter"

    def __init__(self, name: str, help_text: str, labels: Sequence[str]) -> None:
        self.name = name
        self.help_text = help_text
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
    """A histogram of durations in seconds by labels, of which it has some, with the buckets BUCKETS_S."""

    kind = "histogram"

    def __init__(self, name: str, help_text: str, labels: Sequence[str]) -> None:
        self.name = name
        self.help_text = help_text
        self.labels = tuple(labels)
        self._lock = threading.Lock()
        #: The counts of the buckets, the last for durations above all bounds, and the sum of the durations.
        self._series: dict[Labels, tuple[list[int], list[float]]] = {}

    def observe(self, seconds: float, *values: str) -> None:
        with self._lock:
            series = self._series.get(values)
            if series is None:
                series = self._series[values] = ([0] * (len(BUCKETS_S) + 1), [0.0])
            series[0][bisect_left(BUCKETS_S, seconds)] += 1
            series[1][0] += seconds

    def samples(self) -> Iterable[str]:
        with self._lock:
            series = sorted((values, list(counts), total[0]) for values, (counts, total) in self._series.items())
        for values, counts, total in series:
            # Written once for all buckets, which are most of what a scrape reads.
            labels = _labels_text(dict(zip(self.labels, values, strict=True)))
            count = 0
            for bound, bucket_count in zip(_BOUNDS, counts, strict=True):
                count += bucket_count
                yield _line(f"{self.name}_bucket", f'{labels},le="{bound}"', count)
            yield _line(f"{self.name}_sum", labels, total)
            yield _line(f"{self.name}_count", labels, count)


class Metrics:
    """The metrics of this process."""

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
            family(metric.name, metric.kind, metric.help_text, metric.samples())
            for metric in (self.requests, self.durations, self.upstream, self.upstream_durations)
        )


def family(name: str, kind: str, help_text: str, samples: Iterable[str]) -> str:
    """One metric with its HELP and TYPE lines; `samples` are lines made by `sample`."""
    return f"# HELP {name} {_escape(help_text)}\n# TYPE {name} {kind}\n{''.join(samples)}"


def gauge(name: str, help_text: str, values: Mapping[Labels, float], labels: Sequence[str] = ()) -> str:
    """A metric whose values are read when it is rendered; empty if there are none."""
    name = PREFIX + name
    lines = [sample(name, dict(zip(labels, key, strict=True)), value) for key, value in values.items()]
    return family(name, "gauge", help_text, lines) if lines else ""


def sample(name: str, labels: Mapping[str, str], value: float) -> str:
    return _line(name, _labels_text(labels), value)


def _labels_text(labels: Mapping[str, str]) -> str:
    return ",".join(f'{label}="{_escape(text, quotes=True)}"' for label, text in labels.items())


def _line(name: str, labels: str, value: float) -> str:
    return f"{name}{{{labels}}} {value!r}\n" if labels else f"{name} {value!r}\n"


def _escape(text: str, *, quotes: bool = False) -> str:
    text = text.replace("\\", r"\\").replace("\n", r"\n")
    return text.replace('"', r"\"") if quotes else text
