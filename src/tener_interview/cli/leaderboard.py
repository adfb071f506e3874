"""`leaderboard`: a job's candidates, best first."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..api.jobs import LEADERBOARD_COLUMNS, ranked_rows
from ..api.sheet import write_csv
from .command import OK, Command, Context, identity, limit
from .terminal import table

_SHOWN = (
    "rank", "candidate_id", "candidate_name", "interview_status", "technical_score", "soft_skills_score",
    "culture_fit_score", "total_score", "pass_recommendation",
)


def _run(context: Context, arguments: Namespace) -> int:
    with context.service() as service:
        rows = ranked_rows(service, arguments.job_id, arguments.limit)
    if arguments.format == "csv":
        write_csv(context.terminal.stdout, LEADERBOARD_COLUMNS, rows)
        return OK
    cells = [[row.get(name) for name in _SHOWN] for row in map(dict, rows)]
    lines = table([each.replace("_", " ") for each in _SHOWN], cells)
    context.terminal.result({"job_id": arguments.job_id, "items": rows}, *lines)
    return OK


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("job_id", type=identity, metavar="JOB_ID")
    parser.add_argument("--limit", type=limit, default=50, help="so many at most (50)")
    parser.add_argument("--format", choices=("table", "csv"), default="table")


LEADERBOARD = Command("leaderboard", "candidates of a job, best first", _arguments, _run)
