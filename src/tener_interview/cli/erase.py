"""`erase`: erase a person, or everybody past the retention time."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..domain.privacy.erase import Erased, erase_candidate
from ..domain.privacy.retention import count_overdue, erase_overdue
from ..domain.service import Service
from ..store.ports import ErasureNotices
from ..system.clock import DAY_MS, iso_utc
from .command import FAILED, OK, USAGE, Command, Context, positive_id
from .terminal import count_of


def _run(context: Context, arguments: Namespace) -> int:
    return _erase_overdue(context, arguments) if arguments.overdue else _erase_candidate(context, arguments)


def _erase_candidate(context: Context, arguments: Namespace) -> int:
    candidate_id: int | None = arguments.candidate_id
    if candidate_id is None:
        return _report_refusal(context, "give a candidate id, or --overdue.", USAGE)
    with context.service() as service:
        with service.store.read() as tx:
            sessions = count_of(len(tx.sessions.of_candidate(candidate_id)), "session")
        question = f"Erase everything stored about candidate {candidate_id} ({sessions})? It cannot be undone."
        if (status := _ask_for_confirmation(context, arguments, question)) is not None:
            return status
        erased = erase_candidate(service, candidate_id)
    context.terminal.result(
        {"candidate_id": candidate_id, "erased_sessions": erased.sessions, "scrubbed": erased.scrubbed},
        *_lines(candidate_id, erased, service.store.erasure_notices),
    )
    return OK


def _lines(candidate_id: int, erased: Erased, notices: ErasureNotices) -> list[str]:
    if not erased.sessions:
        return [f"candidate {candidate_id} has no session here: there was nothing to erase"]
    summary = f"what {count_of(erased.sessions, 'session')} held is erased"
    return [
        f"candidate {candidate_id}: {summary}; recordings are to be deleted at the provider",
        *_notices(notices, erased.scrubbed),
    ]


def _notices(notices: ErasureNotices, scrubbed: bool) -> list[str]:
    kept_longer = [] if notices.kept_longer is None else [notices.kept_longer]
    return [*([] if scrubbed else [notices.not_scrubbed]), *kept_longer]


def _erase_overdue(context: Context, arguments: Namespace) -> int:
    """Erase the people of all overdue sessions, however many there are: retention alone waits for confirmation."""
    days = context.settings().retention_days
    if not days:
        return _report_refusal(context, "TENER_INTERVIEW_RETENTION_DAYS is 0, so nobody is overdue.", USAGE)
    if arguments.candidate_id is not None:
        return _report_refusal(context, "give either a candidate id or --overdue.", USAGE)
    with context.service() as service:
        if (status := _ask_for_confirmation(context, arguments, _question(service, days))) is not None:
            return status
        erased = erase_overdue(service, days, confirmed=True)
        scrubbed = service.store.scrub(at_once=True)
        with service.store.read() as tx:
            held = tx.withheld_erasures.current()
    context.terminal.result(
        {"erased_sessions": erased, "held_sessions": held.sessions, "why": held.reason, "scrubbed": scrubbed},
        f"{count_of(erased, 'session')} erased; recordings are to be deleted at the provider",
        *([f"{held.sessions} are held back: {held.reason}"] if held.sessions else []),
        *_notices(service.store.erasure_notices, scrubbed),
    )
    return FAILED if held.sessions else OK


def _question(service: Service, days: int) -> str:
    now_ms = service.clock.now_ms()
    sessions = count_of(count_overdue(service, days), "session")
    return (
        f"By this computer's clock it is {iso_utc(now_ms)}. Erase the people of {sessions} in which"
        f" nothing has moved since {iso_utc(now_ms - days * DAY_MS)}? It cannot be undone."
    )


def _ask_for_confirmation(context: Context, arguments: Namespace, question: str) -> int | None:
    """Ask for confirmation; return the exit status if there is none, else None."""
    if arguments.yes:
        return None
    confirmed = context.terminal.ask(question)
    if confirmed is None:
        return _report_refusal(context, "there is no terminal to ask on; use --yes.", USAGE)
    return None if confirmed else _report_refusal(context, "the answer was not yes.", FAILED)


def _report_refusal(context: Context, reason: str, status: int) -> int:
    context.terminal.refuse("Nothing was erased:", [reason])
    return status


def _declare_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("candidate_id", type=positive_id, metavar="CANDIDATE_ID", nargs="?")
    parser.add_argument(
        "--overdue", action="store_true",
        help="everybody whose sessions are past TENER_INTERVIEW_RETENTION_DAYS, however many are due at once",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask; required without a terminal")


ERASE = Command(
    "erase", "erase everything stored about a candidate, or about all overdue ones", _declare_arguments, _run
)
