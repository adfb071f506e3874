"""`start`: an interview for a candidate."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..api.sessions import StartBody, invitation, started_json
from ..api.start_answers import CorrectionJson
from ..interviews.admission import FORCED, Consent, admit
from ..interviews.start import start
from ..web.shape import read
from .command import OK, Command, Context, identity


def _run(context: Context, arguments: Namespace) -> int:
    body = read(StartBody, vars(arguments))
    with context.service(new=True) as service:
        wanted = admit(service, invitation(body), FORCED if arguments.force else Consent())
        started = started_json(service, start(service, wanted))
    again = ", as it was before" if started["reused"] and not started["corrections"] else ""
    context.terminal.result(
        started, f"{started['session_id']} {started['status']}{again}; the link is good until {started['expires_at']}:",
        started["entry_url"] or "there is no link yet", *map(_corrected, started["corrections"]),
    )
    return OK


def _corrected(correction: CorrectionJson) -> str:
    """What became of a detail of somebody who was there already, as a line."""
    return f"{correction['field']}: {correction['why'] or 'corrected.'}"


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("job_id", type=identity, metavar="JOB_ID")
    parser.add_argument("candidate_id", type=identity, metavar="CANDIDATE_ID")
    parser.add_argument("--name", dest="candidate_name", help="without it the candidate is called Candidate 42")
    parser.add_argument("--email", dest="candidate_email")
    parser.add_argument("--conversation-id", type=identity)
    parser.add_argument("--language", help="a language tag, such as en or pt-BR")
    parser.add_argument("--ttl-hours", type=identity, help="life of the link")
    parser.add_argument(
        "--force", action="store_true",
        help="also for a job that the source does not list or that is paused; an earlier interview counts for it too",
    )


START = Command("start", "give a candidate an interview for a job, and print the link", _arguments, _run)
