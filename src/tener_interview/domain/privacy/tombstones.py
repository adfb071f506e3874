"""Tombstones: what stays known of who was erased and what was taken back, while a backup or the provider has it."""

from __future__ import annotations

from ...errors import Problem
from ...providers.protocol import Interview
from ...store.erasure_log import LogEntry
from ...store.ports import Store
from ..service import Service


def is_of_erased(service: Service, interview: Interview) -> bool:
    """Whether an interview at the provider is from before its person was erased, and was not asked for again since.

    Raises `STORE_UNAVAILABLE`.
    """
    with service.store.read() as tx:
        if any(session.erased_at is None for session in tx.sessions.by_invitation(interview.invitation_id)):
            return False
        external_id = interview.external_id or ""
        named = tx.sessions.get(tx.legacy_ids.session_id(external_id) or external_id)
    if named is not None and named.erased_at is not None:
        return True
    try:
        return service.store.erasure_log.contains(interview.external_id, interview.invitation_id)
    except OSError as fault:
        raise erasure_log_unavailable(fault) from None


def append_to_erasure_log(store: Store, entry: LogEntry) -> None:
    """Have it on the list beside the database before it is done, so that no backup undoes it.

    Raises `STORE_UNAVAILABLE`.
    """
    try:
        store.erasure_log.append(entry)
    except OSError as fault:
        raise erasure_log_unavailable(fault) from None


def erasure_log_unavailable(fault: OSError) -> Problem:
    """The list can be neither read nor written; without it nobody is erased and nothing is taken back."""
    return Problem(
        "STORE_UNAVAILABLE",
        f"The list beside the database of what was erased and taken back cannot be used ({fault.strerror or fault})."
        " Nothing was changed; make it readable and writable for the service.",
    )
