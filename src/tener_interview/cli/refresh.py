"""`refresh`: a job's sessions, or one of them, brought up to date."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..api.refresh import job_refresh_json, refreshed_json
from ..api.shapes import VerdictJson
from ..domain.refresh.refresh import refresh, refresh_job
from .command import FAILED, OK, Command, Context, identity, limit
from .terminal import counted, table

_SCORES = tuple(VerdictJson.__annotations__)
_AWAITING = ", transcripts are still to come"
_SCORES_WORDS = tuple(each.replace("_", " ") for each in _SCORES)


def _run(context: Context, arguments: Namespace) -> int:
    return _session(context, arguments) if arguments.session else _job(context, arguments)


def _session(context: Context, arguments: Namespace) -> int:
    with context.service() as service:
        done = refreshed_json(service, refresh(service, arguments.session, force=arguments.force))
    result = done["result"]
    context.terminal.result(
        done, f"{done['session_id']}: {done['status']}{_AWAITING if done['awaiting_transcription'] else ''}",
        *(table(_SCORES_WORDS, [[dict(result).get(name) for name in _SCORES]]) if result else ()),
    )
    return OK


def _job(context: Context, arguments: Namespace) -> int:
    with context.service() as service, context.terminal.progress("refreshing session") as tell:
        refreshed = refresh_job(
            service, arguments.job_id, limit=arguments.limit, force=arguments.force, tell=tell
        )
    done = job_refresh_json(arguments.job_id, refreshed, force=arguments.force)
    failed = bool(done["errors"])
    rows = [
        (each["candidate_id"], each["session_id"], each["action"], each["status"],
         each["error"]["message"] if each["error"] else "")
        for each in done["items"]
    ]
    context.terminal.result(
        done,
        f"job {done['job_id']}: {counted(done['total_sessions'], 'session')}, {done['refreshed']} refreshed"
        f" ({done['scored']} scored, {done['failed']} failed), {done['skipped_terminal']} had ended,"
        f" {done['errors']} could not be read",
        *(table(("candidate", "session", "done", "status", "why not"), rows) if rows else ()),
    )
    return FAILED if failed else OK


def _arguments(parser: ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("job_id", type=identity, nargs="?", metavar="JOB_ID")
    which.add_argument("--session", metavar="SESSION_ID", help="only this session")
    parser.add_argument("--force", action="store_true", help="also what has ended, and without waiting for transcripts")
    parser.add_argument("--limit", type=limit, default=300, help="of a job, so many sessions at most (300)")


REFRESH = Command("refresh", "bring a job's sessions up to date", _arguments, _run)
