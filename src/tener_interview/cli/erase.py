"""`erase`: a person forgotten, or everybody whose time has passed."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..domain.privacy.erase import Erased, erase_candidate
from ..domain.privacy.retention import DAY_MS, count_overdue, erase_overdue
from ..domain.service import Service
from ..system.clock import iso_utc
from .command import FAILED, OK, USAGE, Command, Context, identity
from .terminal import counted

_OWED = "The file is not scrubbed yet, because it is in use: the serving process does it in the background."


def _run(context: Context, arguments: Namespace) -> int:
    return _erase_overdue(context, arguments) if arguments.overdue else _erase_candidate(context, arguments)


def _erase_candidate(context: Context, arguments: Namespace) -> int:
    candidate_id: int | None = arguments.candidate_id
    if candidate_id is None:
        return _refuse(context, "say whom: an id of a candidate, or --overdue.", USAGE)
    with context.service() as service:
        with service.store.read() as tx:
            sessions = counted(len(tx.sessions.of_candidate(candidate_id)), "session")
        question = f"Erase everything held about candidate {candidate_id} ({sessions})? It cannot be undone."
        if (refused := _refused(context, arguments, question)) is not None:
            return refused
        erased = erase_candidate(service, candidate_id)
    context.terminal.result(
        {"candidate_id": candidate_id, "erased_sessions": erased.sessions, "scrubbed": erased.scrubbed},
        *_lines(candidate_id, erased),
    )
    return OK


def _lines(candidate_id: int, erased: Erased) -> list[str]:
    if not erased.sessions:
        return [f"candidate {candidate_id} has no session here: there was nothing to erase"]
    held = f"what {counted(erased.sessions, 'session')} held is erased"
    return [
        f"candidate {candidate_id}: {held}; recordings are to be deleted at the provider",
        *([] if erased.scrubbed else [_OWED]),
    ]


def _erase_overdue(context: Context, arguments: Namespace) -> int:
    """The person's word that retention waits for where many are due at once."""
    days = context.settings().retention_days
    if not days:
        return _refuse(context, "TENER_INTERVIEW_RETENTION_DAYS is 0: nobody's time passes.", USAGE)
    if arguments.candidate_id is not None:
        return _refuse(context, "say either a candidate or --overdue.", USAGE)
    with context.service() as service:
        if (refused := _refused(context, arguments, _question(service, days))) is not None:
            return refused
        erased = erase_overdue(service, days, agreed=True)
        scrubbed = service.store.scrub(at_once=True)
        with service.store.read() as tx:
            held = tx.retention.current_hold()
    context.terminal.result(
        {"erased_sessions": erased, "held_sessions": held.sessions, "why": held.why, "scrubbed": scrubbed},
        f"{counted(erased, 'session')} erased; recordings are to be deleted at the provider",
        *([f"{held.sessions} are held back: {held.why}"] if held.sessions else []),
        *([] if scrubbed else [_OWED]),
    )
    return FAILED if held.sessions else OK


def _question(service: Service, days: int) -> str:
    now_ms = service.clock.now_ms()
    sessions = counted(count_overdue(service, days), "session")
    return (
        f"By this machine's clock it is {iso_utc(now_ms)}. Erase the people of {sessions} in which"
        f" nothing has moved since {iso_utc(now_ms - days * DAY_MS)}? It cannot be undone."
    )


def _refused(context: Context, arguments: Namespace, question: str) -> int | None:
    """The exit status where nobody has agreed."""
    if arguments.yes:
        return None
    agreed = context.terminal.ask(question)
    if agreed is None:
        return _refuse(context, "nobody is here to be asked; say --yes.", USAGE)
    return None if agreed else _refuse(context, "the answer was not yes.", FAILED)


def _refuse(context: Context, why: str, status: int) -> int:
    context.terminal.refuse("Nothing was erased:", [why])
    return status


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("candidate_id", type=identity, metavar="CANDIDATE_ID", nargs="?")
    parser.add_argument(
        "--overdue", action="store_true",
        help="everybody whose sessions are past TENER_INTERVIEW_RETENTION_DAYS, however many are due at once",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask; needed where nobody can be asked")


ERASE = Command("erase", "erase everything held about a candidate, or about all who are overdue", _arguments, _run)
