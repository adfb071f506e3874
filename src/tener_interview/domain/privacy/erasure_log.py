"""The erasure log: records erasures and revocations, so that neither a backup nor the provider brings them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import Problem
from ...lazy_import import load
from ...store.erasure_log import erased_session_ids

if TYPE_CHECKING:

    from ...providers.protocol import Interview
    from ...store.erasure_log import LogEntry
    from ...store.ports import Store, Transaction
    from ..service import Service


def is_of_erased_person(service: Service, interview: Interview) -> bool:
    """Return whether the person of a provider's interview was erased and has not been invited to it again since.

    Raises `STORE_UNAVAILABLE`.
    """
    with service.store.read() as tx:
        if any(session.erased_at is None for session in tx.sessions.by_invitation(interview.invitation_id)):
            return False
        external_id = interview.external_id or ""
        session = tx.sessions.get(tx.legacy_ids.session_id(external_id) or external_id)
    if session is not None and session.erased_at is not None:
        return True
    try:
        return service.store.erasure_log.contains(interview.external_id, interview.invitation_id)
    except OSError as fault:
        raise erasure_log_unavailable_problem(fault) from None


def erase_listed(store: Store, now_ms: int) -> int:
    """Erase people who are in the erasure log and still in the database, because an erasure was interrupted or an older
    database file was restored by hand. Return the number of sessions. Raises `STORE_UNAVAILABLE`."""
    try:
        listed = erased_session_ids(store.erasure_log.erasures())
    except OSError as fault:
        raise erasure_log_unavailable_problem(fault) from None
    # Most starts find nobody, and then import nothing that erases.
    return load("domain.privacy.erase.erase_again")(store, listed, now_ms) if listed else 0


def append_to_erasure_log(store: Store, tx: Transaction, entry: LogEntry) -> None:
    """Record an erasure or revocation before it is done, so that no backup undoes it. Raises `STORE_UNAVAILABLE`."""
    try:
        store.erasure_log.append(entry, tx)
    except OSError as fault:
        raise erasure_log_unavailable_problem(fault) from None


def erasure_log_unavailable_problem(fault: OSError) -> Problem:
    """Return the problem for an unusable erasure log, without which nothing can be erased or revoked."""
    return Problem(
        "STORE_UNAVAILABLE",
        f"The erasure log next to the database cannot be used ({fault.strerror or fault})."
        " Nothing was changed. Make the file readable and writable for the service.",
    )
