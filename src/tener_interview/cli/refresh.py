"""`refresh`: bring the sessions of a job, or one session, up to date."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..api.refresh import job_refresh_json, refreshed_json
from ..api.shapes import ScoresAndRecommendationJson
from ..domain.refresh.refresh import refresh, refresh_job
from .command import FAILED, OK, Command, Context, item_limit, positive_id
from .terminal import count_of, table

_SCORES = tuple(name for name in ScoresAndRecommendationJson.__annotations__ if name != "competency_scores")
_AWAITING_TRANSCRIPTS = ", waiting for transcripts"
_SCORE_HEADINGS = tuple(name.replace("_", " ") for name in _SCORES)


def _run(context: Context, arguments: Namespace) -> int:
    return _session(context, arguments) if arguments.session else _job(context, arguments)


def _session(context: Context, arguments: Namespace) -> int:
    with context.service() as service:
        refreshed = refreshed_json(service, refresh(service, arguments.session, force=arguments.force))
    result = refreshed["result"]
    awaiting = _AWAITING_TRANSCRIPTS if refreshed["awaiting_transcription"] else ""
    context.terminal.result(
        refreshed,
        f"{refreshed['session_id']}: {refreshed['status']}{awaiting}",
        *(table(_SCORE_HEADINGS, [[dict(result).get(name) for name in _SCORES]]) if result else ()),
    )
    return OK


def _job(context: Context, arguments: Namespace) -> int:
    with context.service() as service, context.terminal.progress("refreshing session") as report_progress:
        outcome = refresh_job(
            service, arguments.job_id, limit=arguments.limit, force=arguments.force,
            report_progress=report_progress
        )
    refreshed = job_refresh_json(arguments.job_id, outcome, force=arguments.force)
    failed = bool(refreshed["errors"])
    rows = [
        (item["candidate_id"], item["session_id"], item["action"], item["status"],
         item["error"]["message"] if item["error"] else "")
        for item in refreshed["items"]
    ]
    context.terminal.result(
        refreshed,
        f"job {refreshed['job_id']}: {count_of(refreshed['total_sessions'], 'session')},"
        f" {refreshed['refreshed']} refreshed"
        f" ({refreshed['scored']} scored, {refreshed['failed']} failed), {refreshed['skipped_terminal']} are final,"
        f" {refreshed['errors']} could not be read",
        *(table(("candidate", "session", "done", "status", "why not"), rows) if rows else ()),
    )
    return FAILED if failed else OK


def _declare_arguments(parser: ArgumentParser) -> None:
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("job_id", type=positive_id, nargs="?", metavar="JOB_ID")
    target.add_argument("--session", metavar="SESSION_ID", help="only this session")
    parser.add_argument(
        "--force", action="store_true", help="also sessions with a final status, and without waiting for transcripts"
    )
    parser.add_argument("--limit", type=item_limit, default=300, help="at most this many sessions of a job (300)")


REFRESH = Command("refresh", "bring a job's sessions up to date", _declare_arguments, _run)
