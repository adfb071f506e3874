"""Import the previous service's database: its sessions, its results as history, and its events.

Each session is imported in one transaction together with its results and events, and never twice, so an interrupted
import can simply be run again. Sessions that exist here already are not changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from ...actor import acting
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...sources.protocol import Candidate
from ...store.erasure_log import Erasure, interview_fingerprint
from ...store.legacy import EVENTS, RESULTS, SESSIONS, LegacyDatabase
from ...store.ports import Transaction
from ...store.records import NEVER
from ...store.session import Session
from ..candidates.names import invitation_email, tidy_name
from ..refresh.review_reasons import IMPORTED_WITHOUT_TOTAL
from ..results import Result, add_result, scores_of
from ..reviews.totals import MACHINE
from ..service import Service
from ..sessions.status import REPLACEABLE, Status
from . import legacy_rows
from .legacy_rows import InvalidLegacyRow, LegacyEvent, LegacySession, Row

TAKEN, KNOWN, CONFLICT, REFUSED = "taken", "known", "conflict", "refused"

#: Statuses in which the interview still has to be read from the provider, which requires the invitation id.
_UNDER_WAY = (Status.INVITED, Status.IN_PROGRESS, Status.EXPIRED)

_T = TypeVar("_T")


@dataclass(frozen=True)
class ImportedItem:
    """What happened to one session of the previous service.

    `action` is taken, known (imported before), conflict (the candidate has another session for the job here) or
    refused; `why` explains the last two. `session` is None for these and in a dry run.
    """

    action: str
    former_id: str | None
    job_id: int | None = None
    candidate_id: int | None = None
    former_status: str | None = None
    status: str | None = None
    results: int = 0
    events: int = 0
    why: str | None = None
    session: Session | None = None


@dataclass(frozen=True)
class LegacyImport:
    """The imported items, and what was not read: columns by table, whole tables with their number of rows, results
    without a score and events without a time or a name (`unreadable`), and rows without a session (`strays`)."""

    items: tuple[ImportedItem, ...]
    columns_not_read: Mapping[str, list[str]]
    tables_not_read: Mapping[str, int]
    unreadable: Mapping[str, int]
    strays: Mapping[str, int]


@dataclass(frozen=True)
class _LegacyRecords:
    """The previous service's results and events, by its own session id."""

    results: Mapping[str, list[tuple[int | None, Result]]]
    events: Mapping[str, list[LegacyEvent]]
    #: Rows of each table from which nothing can be imported.
    unreadable: Mapping[str, int]


def import_legacy(
    service: Service, old: LegacyDatabase, *, dry_run: bool, report_progress: Callable[[int, int], None] | None = None
) -> LegacyImport:
    """Import every session that can be imported; `dry_run` only reports. Raises `STORE_UNAVAILABLE`.

    `report_progress` is called after each session with the number done and the total.
    """
    now_ms = service.clock.now_ms()
    read = [_read_session(row, now_ms) for row in old.rows(SESSIONS)]
    sessions = [session for session in read if isinstance(session, LegacySession)]
    records = _read_legacy_records(old)
    current = _current_sessions(sessions, now_ms)
    people = _look_up_people(service, sessions)
    erasures = service.store.erasure_log.erasures()
    ids = {session.session_id for session in sessions}
    items = [item for item in read if isinstance(item, ImportedItem)]
    for done, session in enumerate(sessions, start=1):
        with service.store.read() if dry_run else service.store.write() as tx:
            is_current = current[session.job_id, session.candidate_id] == session.former_id
            try:
                _check_importable(service, tx, session, erasures, ids)
                items.append(
                    _import_session(service, tx, session, records, people, is_current=is_current, dry_run=dry_run)
                )
            except _Skipped as skipped:
                items.append(skipped.item)
        if report_progress:
            report_progress(done, len(sessions))
    if not dry_run and sessions:
        with service.store.write() as tx:
            details = {"sessions": len(sessions)}
            tx.audit.append(acting.get(), "database.imported", "database", at_ms=now_ms, details=details)
    legacy_ids = {session.former_id for session in sessions}
    return LegacyImport(
        tuple(items),
        _columns_not_read(old),
        {name: old.count(name) for name in old.tables if name not in (SESSIONS, RESULTS, EVENTS)},
        records.unreadable,
        {
            table: sum(len(rows) for former_id, rows in by_session.items() if former_id not in legacy_ids)
            for table, by_session in ((RESULTS, records.results), (EVENTS, records.events))
        },
    )


class _Skipped(Exception):
    """A session that is not imported, with the reason."""

    def __init__(self, item: ImportedItem) -> None:
        super().__init__(item.why)
        self.item = item


def _read_session(row: legacy_rows.Row, now_ms: int) -> LegacySession | ImportedItem:
    try:
        return legacy_rows.read_session(row, now_ms)
    except InvalidLegacyRow as refused:
        former_id = next((str(row[name]) for name in legacy_rows.SESSION["former_id"] if row.get(name)), None)
        return ImportedItem(REFUSED, former_id, why=str(refused))


def _read_legacy_records(old: LegacyDatabase) -> _LegacyRecords:
    results, without_score = _by_session(old, RESULTS, legacy_rows.read_result)
    events, without_time = _by_session(old, EVENTS, legacy_rows.read_event)
    ordered = {former_id: sorted(unsorted, key=lambda event: event.at) for former_id, unsorted in events.items()}
    return _LegacyRecords(_complete_results(old, results), ordered, {RESULTS: without_score, EVENTS: without_time})


def _by_session(old: LegacyDatabase, table: str, read: Callable[[Row], _T | None]) -> tuple[dict[str, list[_T]], int]:
    """Return the values of a table's rows by the previous session id, and the number of unreadable rows."""
    by_session: dict[str, list[_T]] = {}
    unreadable = 0
    for row in old.rows(table):
        value = read(row)
        if value is None:
            unreadable += 1
        else:
            by_session.setdefault(legacy_rows.session_id_in(row) or "", []).append(value)
    return by_session, unreadable


def _complete_results(
    old: LegacyDatabase, results: dict[str, list[tuple[int | None, Result]]]
) -> dict[str, list[tuple[int | None, Result]]]:
    """Return the results of each session, oldest first; the scores in its own row if it has no results."""
    for row in old.rows(SESSIONS):
        former_id = next((str(row[name]).strip() for name in legacy_rows.SESSION["former_id"] if row.get(name)), "")
        scored = legacy_rows.read_result({**row, "created_at": row.get("scored_at") or row.get("updated_at")})
        if scored is not None and former_id not in results:
            results[former_id] = [scored]
    return {former_id: sorted(unsorted, key=lambda entry: entry[0] or 0) for former_id, unsorted in results.items()}


def _current_sessions(sessions: Sequence[LegacySession], now_ms: int) -> dict[tuple[int, int], str]:
    """Return the current session of each candidate and job: the newest that was neither withdrawn nor failed.

    A session without a creation time, which then counts as created now, never beats one that has a time.
    """
    ranked = sorted(sessions, key=lambda session: (session.status not in REPLACEABLE, session.created_at < now_ms,
                                                session.created_at))
    return {(session.job_id, session.candidate_id): session.former_id for session in ranked}


def _look_up_people(service: Service, sessions: Sequence[LegacySession]) -> dict[tuple[int, int], Candidate]:
    """Look up in the source the people whose name or address the previous service did not keep."""
    missing: dict[int, set[int]] = {}
    for session in sessions:
        if session.candidate_name is None or session.candidate_email is None:
            missing.setdefault(session.job_id, set()).add(session.candidate_id)
    people: dict[tuple[int, int], Candidate] = {}
    for job_id, ids in missing.items():
        try:
            candidates = service.source.candidates_by_id(job_id, ids)
        except Problem:
            break
        people.update({(job_id, candidate_id): candidate for candidate_id, candidate in candidates.items()})
    return people


def _check_importable(
    service: Service, tx: Transaction, former: LegacySession, erasures: Sequence[Erasure], ids: set[str]
) -> None:
    """Raises _Skipped for a session that must not be imported, or that exists here."""
    def skipped(action: str, why: str | None = None, session: Session | None = None) -> _Skipped:
        status = session.status if session else None
        return _Skipped(ImportedItem(
            action, former.former_id, former.job_id, former.candidate_id, former.former_status, status, why=why,
            session=session,
        ))

    known = tx.sessions.get(tx.legacy_ids.session_id(former.former_id) or former.session_id)
    if known is not None:
        raise skipped(KNOWN, session=known)
    if former.provider not in (None, service.provider.name):
        raise skipped(
            REFUSED, f"its provider is {former.provider}, but this service uses {service.provider.name}"
        )
    if _is_erased(tx, former, erasures):
        raise skipped(REFUSED, "its person has been erased here")
    owners = tx.sessions.by_invitation(former.invitation_id) if former.invitation_id else []
    others = {owner.candidate_id for owner in owners} - {former.candidate_id}
    if others:
        raise skipped(REFUSED, f"its interview belongs to candidate {min(others)} here")
    current = tx.sessions.current(former.job_id, former.candidate_id)
    if current is not None and current.session_id not in ids:
        raise skipped(CONFLICT, _conflict_reason(current))


def _is_erased(tx: Transaction, former: LegacySession, erasures: Sequence[Erasure]) -> bool:
    """Return whether the erasure log or a tombstone says that the person was erased after the session began."""
    fingerprint = interview_fingerprint(former.invitation_id) if former.invitation_id else None
    return any(
        former.session_id in erasure.session_ids or fingerprint in erasure.interviews
        or (erasure.candidate_id == former.candidate_id and erasure.at_ms >= former.created_at)
        for erasure in erasures
    ) or any(
        session.erased_at is not None and session.erased_at >= former.created_at and session.job_id == former.job_id
        for session in tx.sessions.of_candidate(former.candidate_id)
    )


def _import_session(
    service: Service, tx: Transaction, former: LegacySession, records: _LegacyRecords,
    people: Mapping[tuple[int, int], Candidate], *, is_current: bool, dry_run: bool,
) -> ImportedItem:
    """Add a session with its results and events."""
    results = records.results.get(former.former_id, [])
    events = records.events.get(former.former_id, [])
    columns = _session_columns(service, tx, former, results, people)
    item = ImportedItem(
        TAKEN, former.former_id, former.job_id, former.candidate_id, former.former_status, str(columns["status"]),
        len(results), len(events),
    )
    if dry_run:
        return item
    session_id = former.session_id
    tx.locks.candidate(former.job_id, former.candidate_id)
    if not tx.sessions.add(session_id=session_id, is_current=is_current, **columns):
        # An earlier session of the same candidate was imported before this one existed.
        current = tx.sessions.current(former.job_id, former.candidate_id)
        raise _Skipped(replace(item, action=CONFLICT, why=_conflict_reason(current)))
    if former.former_id != session_id:
        tx.legacy_ids.add(former.former_id, session_id)
    for made_at, result in results:
        add_result(tx, session_id, result, made_at or former.updated_at)
    for event in events:
        tx.events.add_past(session_id, event.event, event.caused_by, event.at, **event.details)
    was = {"former_id": former.former_id, "former_status": former.former_status}
    tx.events.add(session_id, "taken_over", "system", service.clock.now_ms(), **was)
    return replace(item, session=tx.sessions.get(session_id))


def _conflict_reason(current: Session | None) -> str:
    named = f"session {current.session_id} ({current.status})" if current else "another session"
    return f"the candidate has {named} for this job here"


def _session_columns(
    service: Service, tx: Transaction, former: LegacySession, results: Sequence[tuple[int | None, Result]],
    people: Mapping[tuple[int, int], Candidate],
) -> dict[str, Any]:
    now_ms = service.clock.now_ms()
    person = people.get((former.job_id, former.candidate_id))
    latest = results[-1][1] if results else None
    invitation_id = former.invitation_id if service.provider.name != "demo" else None
    status = _import_status(former, invitation_id, latest)
    new_expiry = service.link_expiry(None) if status in (Status.INVITED, Status.IN_PROGRESS, Status.CREATED) else None
    expires_at = max(former.link_expires_at or 0, new_expiry or 0) // 1000 * 1000 or former.updated_at // 1000 * 1000
    name = former.candidate_name or (person.full_name if person else None)
    owners = tx.sessions.by_invitation(invitation_id) if invitation_id else []
    return {
        "job_id": former.job_id,
        "candidate_id": former.candidate_id,
        "candidate_name": tidy_name(name, former.candidate_id),
        "candidate_email": former.candidate_email or (person and person.email) or _synthetic_email(service, former),
        "conversation_id": former.conversation_id,
        "language": former.language,
        "status": status,
        "provider": service.provider.name,
        "position_id": former.position_id or service.position_of(tx, former.job_id),
        "invitation_id": invitation_id,
        "candidate_url": former.candidate_url if invitation_id else None,
        "link_expires_at": expires_at,
        "link_signed_expires_at": expires_at,
        "created_at": former.created_at,
        "invited_at": None if status is Status.CREATED else former.invited_at,
        "in_progress_at": None if status is Status.CREATED else former.started_at,
        "opened_at": None if status is Status.CREATED else former.started_at,
        "completed_at": former.completed_at,
        "scored_at": (former.scored_at or results[-1][0] or former.updated_at) if status is Status.SCORED else None,
        "review_reason": IMPORTED_WITHOUT_TOTAL
        if status is Status.COMPLETED and former.status is Status.SCORED
        else None,
        "updated_at": former.updated_at,
        "next_sync_at": now_ms if invitation_id or status is Status.CREATED else NEVER,
        "shared_with_job": next((owner.job_id for owner in owners if owner.job_id != former.job_id), None),
        **(_score_columns(latest, len(results)) if latest is not None and status is Status.SCORED else {}),
    }


def _import_status(former: LegacySession, invitation_id: str | None, latest: Result | None) -> Status:
    """Return the session's status here: scored only with a total, invited only with an invitation id."""
    scored = latest is not None and latest.total_score is not None
    if former.status in (Status.SCORED, Status.COMPLETED):
        return Status.SCORED if scored else Status.COMPLETED
    if former.status is Status.CREATED:
        return Status.INVITED if invitation_id else Status.CREATED
    return Status.CREATED if former.status in _UNDER_WAY and invitation_id is None else former.status


def _score_columns(result: Result, version: int) -> dict[str, Any]:
    return {
        **scores_of(result),
        "machine_total": result.total_score,
        "total_source": MACHINE,
        "result_version": version,
        "flags": (),
        "scored_questions": result.scored_questions or None,
        "total_questions": result.total_questions or None,
    }


def _synthetic_email(service: Service, former: LegacySession) -> str:
    domain = service.policy.synthetic_email_domain
    return invitation_email(None, candidate_id=former.candidate_id, job_id=former.job_id, synthetic_domain=domain)


def _columns_not_read(old: LegacyDatabase) -> dict[str, list[str]]:
    read = {
        SESSIONS: (legacy_rows.SESSION, legacy_rows.RESULT), RESULTS: (legacy_rows.RESULT,),
        EVENTS: (legacy_rows.EVENT,),
    }
    unread = {
        table: legacy_rows.unread_columns(old.tables[table], *facts)
        for table, facts in read.items() if table in old.tables
    }
    return {table: names for table, names in unread.items() if names}
