"""Culture profiles: what a company says of its culture for a job, as statements.

The main system keeps a profile as JSON whose shape is its own affair: texts, lists of texts, and objects with more of
them, at any depth.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice

from .rows import text

_MAX_STATEMENTS, _MAX_STATEMENT_CHARS = 40, 300
_MAX_DEPTH = 5
#: Members that say nothing of the culture.
_NO_STATEMENT = ("id", "_at", "url", "website", "hash", "version", "model", "source", "status", "language", "company")


def culture_statements(profile: object) -> tuple[str, ...]:
    """Return the statements of a profile, each once, in its order; none for anything else."""
    statements = dict.fromkeys(_statements(profile, _MAX_DEPTH))
    return tuple(islice(statements, _MAX_STATEMENTS))


def culture_of_detail(detail: object) -> tuple[str, ...]:
    """Return the statements of the members about culture, in a job's detail or in the job inside it."""
    members = detail if isinstance(detail, Mapping) else {}
    nested = [member for name in ("job", "item", "data") if isinstance(member := members.get(name), Mapping)]
    profiles = [
        value for holder in (members, *nested) for name, value in holder.items() if "culture" in str(name).lower()
    ]
    return culture_statements(profiles)


def _statements(value: object, depth: int) -> Iterator[str]:
    if not depth:
        return
    if isinstance(value, Mapping):
        for name, member in value.items():
            if not str(name).lower().endswith(_NO_STATEMENT):
                yield from _statements(member, depth - 1)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _statements(item, depth - 1)
    elif isinstance(value, (str, bytes)) and (said := text(value)):
        yield from _statements_of_text(said, depth)


def _statements_of_text(text: str, depth: int) -> Iterator[str]:
    """Yield the statements of a text, which may be JSON again, or have a statement on each line."""
    if text[0] in '[{"':
        try:
            yield from _statements(json.loads(text), depth - 1)
        except (ValueError, RecursionError):
            if text[0] != '"':
                return
        else:
            return
    for line in text.splitlines():
        statement = " ".join(line.split()).lstrip("-•* ")
        if any(map(str.isalpha, statement)):
            yield statement[:_MAX_STATEMENT_CHARS]
