"""Compares two recordings, and describes the differences for a person."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from difflib import unified_diff
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any

from recording.recording import Entry, Recording

#: What can be ignored by one name.
GROUPS: dict[str, tuple[str, ...]] = {
    # What explains a score, but not the score.
    "details-of-scores": ("reasons", "details", "flags", "summary", "parts", "found", "not_found", "evidence"),
    "scores": (
        "*score", "*_low", "*_high", "*confidence", "*recommendation", "engine_version", "points", "rank",
        "tied_with_*",
    ),
    # Sentences for people, and whatever holds them.
    "words": (
        "page", "command", "error", "message", "fields", "reason", "review_reason", "why", "description", "summary",
        "reasons", "*api/openapi.json", "*/static/*",
    ),
}
_LINES = 30
_LINE_CHARS = 300


def differences(before: Recording, after: Recording, but: Sequence[str] = ()) -> list[str]:
    """Return a paragraph for each entry that differs. `but` names what to ignore: kinds, labels, fields, headers,
    columns."""
    left_out = [item for name in but for item in GROUPS.get(name, (name,))]
    old, new = (
        {entry.label: entry for entry in recording.entries if not _matches(entry, left_out)}
        for recording in (before, after)
    )
    found = [f"only before: {label}" for label in old if label not in new]
    found += [f"only after: {label}" for label in new if label not in old]
    both = [(old[label], new[label]) for label in old if label in new]
    return found + [text for one, other in both if (text := _difference(one, other, left_out))]


def _matches(entry: Entry, names: Collection[str]) -> bool:
    return any(fnmatchcase(entry.kind, name) or fnmatchcase(entry.label, name) for name in names)


def _difference(before: Entry, after: Entry, left_out: Sequence[str]) -> str:
    if before == after:
        return ""
    was, now = (_lines(item, left_out) for item in (before, after))
    if was == now:
        return "" if left_out or _same_body(before, after) else f"{before.label}\n  the same values in other bytes"
    changes = list(unified_diff(was, now, "before", "after", n=2, lineterm=""))[2:]
    shown = [f"  {change[:_LINE_CHARS]}" for change in islice(changes, _LINES)]
    if len(changes) > _LINES:
        shown.append(f"  ... and {len(changes) - _LINES} lines more")
    return "\n".join([before.label, *shown])


def _same_body(before: Entry, after: Entry) -> bool:
    return bool(before.content.get("body") == after.content.get("body"))


def _lines(entry: Entry, left_out: Sequence[str]) -> list[str]:
    """Return an entry in lines. JSON inside of texts is expanded, so that single fields can be seen and ignored."""
    content = dict(entry.content)
    if left_out and "headers" in content:
        # They depend on the body, of which something is ignored.
        content["headers"] = {k: v for k, v in content["headers"].items() if k not in ("content-length", "etag")}
    return json.dumps(_plain(content, left_out), indent=1, ensure_ascii=False).splitlines()


def _plain(value: Any, left_out: Sequence[str]) -> Any:
    if isinstance(value, dict):
        return {
            name: _plain(item, left_out)
            for name, item in value.items()
            if not any(fnmatchcase(name, pattern) for pattern in left_out)
        }
    if isinstance(value, list):
        return [_plain(item, left_out) for item in value]
    if isinstance(value, str):
        return _unfolded(value, left_out)
    return value


def _unfolded(text: str, left_out: Sequence[str]) -> Any:
    """Return the value of a text that is JSON, its lines if it has several, and otherwise the text."""
    if text[:1] in ("{", "["):
        try:
            return _plain(json.loads(text), left_out)
        except ValueError:
            pass
    lines = text.splitlines()
    return [_unfolded(line, left_out) for line in lines] if len(lines) > 1 else text
