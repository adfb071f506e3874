"""`erase`: a person forgotten."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..interviews.erase import erase_candidate
from .command import FAILED, OK, USAGE, Command, Context, identity

_OWED = "The file is not scrubbed yet, because it is in use: the serving process does it in the background."


def _run(context: Context, arguments: Namespace) -> int:
    candidate_id: int = arguments.candidate_id
    with context.service() as service:
        if not arguments.yes:
            with service.store.read() as tx:
                count = len(tx.sessions.of_candidate(candidate_id))
            agreed = context.terminal.ask(
                f"Erase everything held about candidate {candidate_id} ({count} sessions)? It cannot be undone."
            )
            if agreed is None:
                context.terminal.refuse("Nothing was erased:", ["nobody is here to be asked; say --yes."])
                return USAGE
            if not agreed:
                context.terminal.refuse("Nothing was erased:", ["the answer was not yes."])
                return FAILED
        erased = erase_candidate(service, candidate_id)
    context.terminal.result(
        {"candidate_id": candidate_id, "erased_sessions": erased.sessions, "scrubbed": erased.scrubbed},
        f"candidate {candidate_id}: {erased.sessions} sessions erased; recordings are to be deleted at the provider",
        *([] if erased.scrubbed else [_OWED]),
    )
    return OK


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("candidate_id", type=identity, metavar="CANDIDATE_ID")
    parser.add_argument("--yes", action="store_true", help="do not ask; needed where nobody can be asked")


ERASE = Command("erase", "erase everything held about a candidate", _arguments, _run)
