"""Errors of PostgreSQL as the problem that the rest of the service knows, in words that repeat no data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg_pool import PoolClosed, PoolTimeout

from ...errors import Problem

#: Codes of errors (postgresql.org/docs/current/errcodes-appendix.html), or how they begin -> what they mean here.
_MEANINGS = {
    "25006": "it takes no changes, as a standby does",
    "53100": "its disk is full",
    "53300": "it has too many connections",
    "53": "it has not enough resources",
    "55P03": "other requests held for too long what this one needs",
    "40": "other requests changed at the same time what this one needs",
    "57014": "a statement took too long",
    "57P": "it is stopping or starting",
    "08": "it cannot be reached",
    "28": "it does not accept the user or the password",
    "3D000": "there is no database of this name any more",
    "42P01": "its tables are missing",
    "42501": "this user may not do that",
}
#: Codes after which another connection may reach a server that works: after a failover, or while one stops.
_CONNECTION_IS_USELESS = ("25006", "57P", "08")


def unavailable(reason: str) -> Problem:
    return Problem(
        "STORE_UNAVAILABLE",
        f"The database cannot be used just now ({reason}). Nothing was changed; try again in a moment.",
        headers={"Retry-After": "5"},
    )


def closed() -> Problem:
    return Problem("STORE_UNAVAILABLE", "The database is closed: the service is stopping.")


def commit_outcome_unknown_problem() -> Problem:
    return Problem(
        "STORE_UNAVAILABLE",
        "The connection to the database broke while the change was being saved, so it may be saved or not. Repeat the"
        " request: what was done is not done twice.",
        headers={"Retry-After": "5"},
    )


def describe_fault(fault: psycopg.Error) -> str:
    """What went wrong, without the values of the statement."""
    code = fault.sqlstate or ""
    for beginning, words in _MEANINGS.items():
        if code.startswith(beginning):
            return words
    if code:
        return f"{fault.diag.message_primary or type(fault).__name__}, {code}"
    return "it cannot be reached" if isinstance(fault, psycopg.OperationalError) else type(fault).__name__


def breaks_connection(fault: psycopg.Error) -> bool:
    return (fault.sqlstate or "").startswith(_CONNECTION_IS_USELESS)


@contextmanager
def translate_faults() -> Iterator[None]:
    """Raise `STORE_UNAVAILABLE` for every error of PostgreSQL."""
    try:
        yield
    except PoolClosed:
        raise closed() from None
    except PoolTimeout as fault:
        raise unavailable("it cannot be reached, or other requests use all connections to it") from fault
    except psycopg.Error as fault:
        raise unavailable(describe_fault(fault)) from fault
