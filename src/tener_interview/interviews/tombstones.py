"""Tombstones: what is known of interviews whose person was erased here, and which the provider still has."""

from __future__ import annotations

from ..errors import Problem
from ..providers.protocol import Interview
from .service import Service


def is_of_erased(service: Service, interview: Interview) -> bool:
    """Whether an interview at the provider is from before its person was erased, and was not asked for again since.

    Raises `STORE_UNAVAILABLE`.
    """
    with service.store.read() as tx:
        if any(each.erased_at is None for each in tx.sessions.by_invitation(interview.invitation_id)):
            return False
        external_id = interview.external_id or ""
        named = tx.sessions.get(tx.former_ids.session_id(external_id) or external_id)
    if named is not None and named.erased_at is not None:
        return True
    try:
        return service.store.erased.names(interview.external_id, interview.invitation_id)
    except OSError as fault:
        raise list_unavailable(fault) from None


def list_unavailable(fault: OSError) -> Problem:
    """The list of erased people can be neither read nor written; without it nobody is erased."""
    return Problem(
        "STORE_UNAVAILABLE",
        f"The list of erased people beside the database cannot be used ({fault.strerror or fault})."
        " Nothing was changed; make it readable and writable for the service.",
    )
