"""`start`: create an interview for a candidate."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..api.sessions import AdjustedJson, CorrectionJson
from ..api.start import StartBody, started_json, to_invite_request
from ..domain.sessions.invite import invite, mark_link_returned
from ..domain.sessions.invite_checks import ALL_CONFIRMED, InviteConfirmations, require_confirmations
from ..web.shape import Adjustment, read
from .command import OK, Command, Context, positive_id
from .options import add_options


def _run(context: Context, arguments: Namespace) -> int:
    adjustments: list[Adjustment] = []
    body = read(StartBody, vars(arguments), adjustments=adjustments)
    with context.service(create=True) as service:
        confirmations = _confirmations(body, confirm_all=arguments.force)
        confirmed = require_confirmations(service, to_invite_request(body), confirmations)
        started = started_json(service, mark_link_returned(service, invite(service, confirmed)), adjustments)
    suffix = ", as it was before" if started["reused"] and not started["corrections"] else ""
    context.terminal.result(
        started,
        f"{started['session_id']} {started['status']}{suffix}; the link is good until {started['expires_at']}:",
        started["entry_url"] or "there is no link yet",
        *map(_correction_line, started["corrections"]),
        *map(_adjustment_line, started["adjusted"]),
    )
    return OK


def _confirmations(body: StartBody, *, confirm_all: bool) -> InviteConfirmations:
    if confirm_all:
        return ALL_CONFIRMED
    return InviteConfirmations(body.unlisted, body.confirm_paused, body.share_interview)


def _correction_line(correction: CorrectionJson) -> str:
    """What happened to a corrected detail of an existing candidate."""
    return f"{correction['field']}: {correction['why'] or 'corrected.'}"


def _adjustment_line(adjustment: AdjustedJson) -> str:
    """An adjusted value, as a line."""
    replacement = "" if adjustment["taken"] is None else f"; {adjustment['taken']} was taken"
    return f"{adjustment['field']}: {adjustment['sent']} {adjustment['reason']}{replacement}."


def _declare_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("job_id", type=positive_id, metavar="JOB_ID")
    parser.add_argument("candidate_id", type=positive_id, metavar="CANDIDATE_ID")
    add_options(
        parser,
        StartBody,
        names={"candidate_name": "name", "candidate_email": "email"},
        excluded=("job_id", "candidate_id"),
    )
    parser.add_argument(
        "--force", action="store_true",
        help="confirm everything: --unlisted, --confirm-paused and --share-interview",
    )


START = Command("start", "give a candidate an interview for a job, and print the link", _declare_arguments, _run)
