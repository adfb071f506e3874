"""The audit log: who did what to whom, and when. For admins, as JSON, JSON lines and a page."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Annotated, Any, TypedDict
from urllib.parse import urlencode

from ..actor import ActorKind
from ..domain.audit.actions import ACTIONS
from ..domain.audit.lines import entry_json, entry_line
from ..domain.audit.recording import record_export
from ..domain.service import Service
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..store.ports import AuditEntry, AuditFilters
from ..system.clock import parse_time_ms
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, Response, html_response, json_response
from ..web.shape import Integer, OneOf, Text, optional, read
from .audit_row import audit_names, audit_row
from .desk_pages import head_values
from .desk_texts import DESK_TEXTS, DeskWords
from .page_tables import table
from .shapes import At, limit_field
from .web_service import WebService

_WORD = r"[A-Za-z0-9_.:~/+-]+"
_MAX_LINES = 10_000
_SUBJECTS = (
    "candidate", "database", "endpoint", "job", "log", "login", "outbox", "position", "review", "session", "share",
    "token", "user",
)
#: The rows of one page.
_ROWS = 100
#: The CSS class of each column.
_KINDS = ("number", "", "", "", "", "", "details")


@dataclass(frozen=True)
class AuditQuery:
    actor_kind: str | None = optional(OneOf(tuple(ActorKind)), description="how the actor was recognised")
    actor_id: str | None = optional(Text(100, pattern=_WORD, expected="an id"), description="of a user, token or share")
    action: str | None = optional(
        Text(60, pattern=r"[a-z_]+\.[a-z_]*", expected="an action, or its first part with a dot", example="share."),
        description="an action, as `share.created`, or all of a kind, as `share.`",
    )
    subject_kind: str | None = optional(OneOf(_SUBJECTS), description="what it was done to")
    subject_id: str | None = optional(Text(100, pattern=_WORD, expected="an id"), description="the id of that")
    job_id: int | None = optional(Integer(low=1, from_text=True))
    address: str | None = optional(Text(60), description="entries from this IP address, which is compared as a hash")
    since: str | None = optional(Text(40), description="a time, as `2026-01-31` or with hours; included")
    until: str | None = optional(Text(40), description="a time; excluded")
    before: int | None = optional(Integer(low=1, from_text=True), description="only entries with lower numbers")
    limit: int = limit_field(_ROWS, _MAX_LINES)
    format: str = optional(OneOf(("json", "jsonl")), "json", "`jsonl` for a file with an entry on each line")


class AuditEntryJson(TypedDict):
    """One entry of the audit log."""

    number: Annotated[int, "Counts from 1 without a gap."]
    at: At | None
    at_ms: int
    actor_kind: Annotated[str, OneOf(tuple(ActorKind))]
    actor_id: Annotated[str | None, "Of the user, token, session or share; null where there is just one of the kind."]
    origin: Annotated[str | None, "A keyed hash of the client's address; equal for equal addresses."]
    action: str
    subject_kind: str
    subject_id: str | None
    job_id: int | None
    details: Annotated[dict[str, Any], "Ids, numbers and words of the API. Any other text is a keyed hash."]
    key_id: Annotated[str, "Which secret the seal was made with."]
    hash: Annotated[str, "SHA-256 over the entry's fields and the hash of the entry before it."]
    seal: Annotated[str, "A MAC of the hash with a key from the service's secret."]


class AuditLogJson(TypedDict):
    """Entries, newest first. `next_before` requests the next page; null on the last one."""

    items: list[AuditEntryJson]
    next_before: int | None
    head_number: Annotated[int, "The number of the log's last entry."]
    head_hash: Annotated[str, "Its hash. Keep it somewhere else: `audit verify --head` compares the log with it."]


@contract(query=AuditQuery, media=("application/jsonl",))
def get_audit_log(service: Service, request: Request) -> Json[AuditLogJson] | Response:
    """GET /api/audit-log

    With `format=jsonl` a file with one entry on each line, oldest of the chosen entries last. Reading it as a file is
    itself an entry.
    """
    query = read(AuditQuery, request.query)
    if query.format == "jsonl":
        record_export(service, "audit_log", "log")
    entries, next_before, head = _find(service, query)
    if query.format == "jsonl":
        body = "".join(map(entry_line, entries)).encode()
        return Response(200, body, {
            "Content-Type": "application/jsonl; charset=utf-8",
            "Content-Disposition": 'attachment; filename="audit-log.jsonl"',
        })
    items: list[Any] = [entry_json(entry) for entry in entries]
    return json_response({
        "items": items, "next_before": next_before, "head_number": head[0], "head_hash": head[1],
    })


def show_audit_log(service: WebService, request: Request) -> Response:
    """GET /audit-log: the same as a page with a form of filters, without any script."""
    language = DESK_TEXTS.choose(request)
    message, next_before = "", None
    entries: list[AuditEntry] = []
    try:
        query = read(AuditQuery, {name: value for name, value in request.query.items() if value.strip()})
        entries, next_before, _ = _find(service, query)
    except Problem as problem:
        if problem.code != "VALIDATION_FAILED":
            raise
        message = f'<p class="message" role="alert">{escape(problem.error)}</p>'
    with service.store.read() as tx:
        users = {user.user_id: user.name for user in tx.users.all() if user.name}
    words = DeskWords(request)
    heads = (
        words.translate("No."), words.translate("Time"), words.translate("Who"), words.translate("Action"),
        words.translate("To what"), words.translate("Job"), words.translate("Details"),
    )
    titles = service.titles.by_job(entry.job_id for entry in entries if entry.job_id is not None)
    names = audit_names(language)
    rows = [audit_row(entry, users, titles, names, words) for entry in entries]
    entry_table = table(words.translate("Entries"), heads, rows, _KINDS)
    older = ""
    if next_before is not None:
        address = escape(urlencode({**request.query, "before": next_before}), quote=True)
        label = escape(DESK_TEXTS.translate("Older Entries", language))
        older = f'<p><a class="button" href="/audit-log?{address}">{label}</a></p>'
    nothing = DESK_TEXTS.translate("No entry matches.", language)
    page = service.files.template("audit_log.html", language).substitute(
        head_values(service, request), message=message, older=older,
        entries=entry_table if entries else "",
        empty="" if entries or message else f'<p class="empty">{escape(nothing)}</p>',
        actions="".join(f'<option value="{escape(name)}">' for name in sorted(ACTIONS)),
        kinds=_options(names.actors, request.query.get("actor_kind")),
        subjects=_options(names.subjects, request.query.get("subject_kind")),
        **{
            name: escape(request.query.get(name, ""), quote=True)
            for name in ("actor_id", "action", "subject_id", "job_id", "address", "since", "until")
        },
    )
    return html_response(page)


def _find(service: Service, query: AuditQuery) -> tuple[list[AuditEntry], int | None, tuple[int, str]]:
    filters = AuditFilters(
        query.actor_kind, query.actor_id, query.action, query.subject_kind, query.subject_id, query.job_id,
        None if query.address is None else service.store.audit_keys.hide(query.address),
        _time("since", query.since), _time("until", query.until),
    )
    with service.store.read() as tx:
        found = tx.audit.newest(query.before, limit=query.limit + 1, filters=filters)
        head = tx.audit.head()
    entries = found[: query.limit]
    next_before = entries[-1].number if len(found) > len(entries) else None
    return entries, next_before, (head.number, head.hash) if head else (0, "")


def _time(name: str, text: str | None) -> int | None:
    at_ms = None if text is None else parse_time_ms(text)
    if text is not None and at_ms is None:
        fault = "must be a time, as 2026-01-31 or 2026-01-31T09:30:00Z"
        raise Problem("VALIDATION_FAILED", f"{name} {fault}.", {"fields": {name: fault}})
    return at_ms


def _options(names: Mapping[str, str], chosen: str | None) -> str:
    return "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(name)}</option>'
        for value, name in names.items()
    )
