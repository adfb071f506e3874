"""A row of the audit log's page: who did what to whom, in words, with what the log holds below."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from ..domain.audit.actions import ACTIONS
from ..domain.privacy.sheet_words import WORDS
from ..lazy_dataclass import dataclass
from ..store.ports import AuditEntry
from ..system.clock import iso_utc
from .desk_texts import DeskWords
from .page_constants import labels

#: Endings of details that say nothing to people: they are only shown as they are stored.
_FOR_MACHINES = ("_hash", "_id", "_ids", "_version", "version", "hash", "revision")


@dataclass(frozen=True)
class AuditNames:
    """What the kinds of those who do something, and of what it is done to, are called."""

    actors: Mapping[str, str]
    subjects: Mapping[str, str]


def audit_names(language: str) -> AuditNames:
    """Return the names in a language."""
    by_code = labels(language)
    return AuditNames(by_code["actors"], by_code["subjects"])


def audit_row(
    entry: AuditEntry, users: Mapping[str, str], titles: Mapping[int, str], names: AuditNames, words: DeskWords
) -> tuple[str, ...]:
    """Return the cells of an entry as HTML. The log holds ids: `users` has names by id, `titles` those of jobs, as they
    are now. Candidates are not named; an interview's id leads to it.
    """
    at = iso_utc(entry.at) or ""
    who = escape(names.actors[entry.actor_kind]) + _named(entry.actor_id, users)
    whom = escape(names.subjects.get(entry.subject_kind, entry.subject_kind)) + (
        _interview(entry) if entry.subject_kind == "session" else _named(entry.subject_id, users)
    )
    # What follows names the details, which have a column of their own.
    meaning = ACTIONS.get(entry.action, "").partition("; `")[0].partition(". `")[0].rstrip(".")
    return (
        str(entry.number), f'<time datetime="{at}">{at[:10]} {at[11:19]}</time>', who,
        f'<span lang="en">{escape(meaning)}</span> <span class="id">{escape(entry.action)}</span>', whom,
        _job(entry.job_id, titles), _details(json.loads(entry.details), words),
    )


def _job(job_id: int | None, titles: Mapping[int, str]) -> str:
    """The job as a link, with its number on a line of its own."""
    if job_id is None:
        return ""
    title = titles.get(job_id)
    named = f'{escape(title)} <span class="id">{job_id}</span>' if title else str(job_id)
    return f'<a href="/dashboard?job={job_id}">{named}</a>'


def _interview(entry: AuditEntry) -> str:
    """The id of an interview, as a link to it."""
    address = f"/dashboard?job={entry.job_id}&amp;session={escape(entry.subject_id or '')}"
    return f' <a class="id" href="{address}">{escape(entry.subject_id or "")}</a>'


def _named(id_: str | None, users: Mapping[str, str]) -> str:
    """Whose id it is, and the id on a line of its own."""
    if not id_:
        return ""
    name = f" {escape(users[id_])}" if id_ in users else ""
    return f'{name} <span class="id">{escape(id_)}</span>'


def _details(details: Mapping[str, Any], words: DeskWords) -> str:
    """What the details say to people, and folded, all of them as they are stored."""
    if not details:
        return ""
    stored = "; ".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value)}" for name, value in details.items()
    )
    return (
        f"{'<br>'.join(_in_words(details, words))}<details><summary>{words.translate('As it is stored')}</summary>"
        f'<span lang="en">{escape(stored)}</span></details>'
    )


def _in_words(details: Mapping[str, Any], words: DeskWords) -> list[str]:
    """What changed and what else the details say, a line each, as HTML."""
    before, after = details.get("before"), details.get("after")
    changes = [
        f"{_label(name, words)}: {_value(before.get(name))} → {_value(value)}"
        for name, value in after.items() if value != before.get(name)
    ] if isinstance(before, dict) and isinstance(after, dict) else []
    return changes + [
        f"{_label(name, words)}: {_value(value)}" for name, value in details.items()
        if isinstance(value, str | int | float) and not name.endswith(_FOR_MACHINES)
    ]


def _label(name: str, words: DeskWords) -> str:
    return words.translate(WORDS[name]) if name in WORDS else escape(name.replace("_", " "))


def _value(value: Any) -> str:
    """A value as HTML. What is stored as a code is shown as that, in words."""
    if value is None:
        return "-"
    return escape(value.replace("_", " ") if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
