"""`start`: an interview for a candidate."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..api.sessions import AdjustedJson, CorrectionJson
from ..api.start import StartBody, invitation, started_json
from ..domain.sessions.admission import FORCED, StartConsent, check_start
from ..domain.sessions.start import handed_out, start
from ..web.shape import Adjustment, read
from .command import OK, Command, Context, identity
from .options import add_options


def _run(context: Context, arguments: Namespace) -> int:
    adjustments: list[Adjustment] = []
    body = read(StartBody, vars(arguments), adjustments=adjustments)
    with context.service(new=True) as service:
        wanted = check_start(service, invitation(body), _consent(body, arguments.force))
        started = started_json(service, handed_out(service, start(service, wanted)), adjustments)
    again = ", as it was before" if started["reused"] and not started["corrections"] else ""
    context.terminal.result(
        started, f"{started['session_id']} {started['status']}{again}; the link is good until {started['expires_at']}:",
        started["entry_url"] or "there is no link yet", *map(_corrected, started["corrections"]),
        *map(_adjusted, started["adjusted"]),
    )
    return OK


def _consent(body: StartBody, force: bool) -> StartConsent:
    return FORCED if force else StartConsent(body.unlisted, body.confirm_paused, body.share_interview)


def _corrected(correction: CorrectionJson) -> str:
    """What became of a detail of somebody who was there already, as a line."""
    return f"{correction['field']}: {correction['why'] or 'corrected.'}"


def _adjusted(adjusted: AdjustedJson) -> str:
    """What was taken in place of what was said, as a line."""
    taken = "" if adjusted["taken"] is None else f"; {adjusted['taken']} was taken"
    return f"{adjusted['field']}: {adjusted['sent']} {adjusted['reason']}{taken}."


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("job_id", type=identity, metavar="JOB_ID")
    parser.add_argument("candidate_id", type=identity, metavar="CANDIDATE_ID")
    add_options(
        parser, StartBody, names={"candidate_name": "name", "candidate_email": "email"}, but=("job_id", "candidate_id")
    )
    parser.add_argument(
        "--force", action="store_true",
        help="consent to all that would be asked: --unlisted, --confirm-paused and --share-interview",
    )


START = Command("start", "give a candidate an interview for a job, and print the link", _arguments, _run)
