"""`leaderboard`: the candidates of a job, best first, ranked as in the API."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from ..api.leaderboard import LeaderboardQuery, get_leaderboard
from ..web.request import Request
from .command import OK, Command, Context, positive_id
from .options import add_options, given_values
from .terminal import table

Row = Mapping[str, Any]


def _run(context: Context, arguments: Namespace) -> int:
    parameters = {**given_values(arguments, LeaderboardQuery), "format": "csv" if arguments.format == "csv" else "json"}
    request = Request({"REQUEST_METHOD": "GET", "QUERY_STRING": urlencode(parameters)}, "", 0)
    request.params = {"job_id": str(arguments.job_id)}
    with context.service() as service:
        body = get_leaderboard(service, request).body.decode("utf-8")
    if arguments.format == "csv":
        context.terminal.stdout.write(body)
        return OK
    content = json.loads(body)
    context.terminal.result(content, *_lines(content["items"]))
    return OK


def _rank(row: Row) -> str | None:
    """Equal totals share a rank, shown as 3=; a session without a total has none."""
    rank: int | None = row["rank"]
    return None if rank is None else f"{rank}{'=' if row['rank_shared'] else ''}"


def _range(row: Row) -> str | None:
    """The uncertainty range of the total."""
    low, high = row["total_score_low"], row["total_score_high"]
    return None if low is None else f"{low:g} to {high:g}"


def _given_by(row: Row) -> str | None:
    """Whose number the total is, unless it is the machine's."""
    source: str | None = row["total_source"]
    return None if source == "machine" else source


def _machine(row: Row) -> float | None:
    """The machine's total, where it is not the one that ranks."""
    total: float | None = row["machine_total"]
    return None if row["total_source"] == "machine" else total


def _reviews(row: Row) -> str | None:
    """The mean of the reviews, and how many there are."""
    mean = row["human_total"]
    return None if mean is None else f"{mean:g} ({row['human_reviews']})"


def _judge(row: Row) -> float | None:
    """The language model's total, where it is not the one that ranks."""
    total: float | None = row["judge_total"]
    return None if row["total_source"] == "judge" else total


def _tied_with(row: Row) -> str | None:
    """The higher rank from which the total is indistinguishable."""
    rank = row["tied_with_rank"]
    return f"rank {rank}" if rank else None


def _scored_questions(row: Row) -> str | None:
    total = row["total_questions"]
    return None if total is None else f"{row['scored_questions']} of {total}"


def _value(name: str) -> Callable[[Row], Any]:
    return lambda row: row.get(name)


_COLUMNS: Mapping[str, Callable[[Row], Any]] = {
    "rank": _rank,
    "candidate": _value("candidate_id"),
    "name": _value("candidate_name"),
    "group": _value("group"),
    "status": _value("interview_status"),
    "technical": _value("technical_score"),
    "soft skills": _value("soft_skills_score"),
    "culture fit": _value("culture_fit_score"),
    "total": _value("total_score"),
    "given by": _given_by,
    "machine": _machine,
    "language model": _judge,
    "reviews": _reviews,
    "total range": _range,
    "indistinguishable from": _tied_with,
    "recommendation": _value("pass_recommendation"),
    "confidence": _value("score_confidence"),
    "scored": _scored_questions,
    "flags": lambda row: ", ".join(row["flags"]) or None,
    "needs review because": _value("review_reason"),
    "decision": _value("decision"),
}
#: Columns that are omitted if they are empty.
_OPTIONAL_COLUMNS = (
    "group", "given by", "machine", "language model", "reviews", "indistinguishable from", "flags",
    "needs review because", "decision",
)


def _lines(rows: list[Row]) -> list[str]:
    if not rows:
        return ["No candidate has an interview for this job, or none matches the options."]
    cells = {name: [value(row) for row in rows] for name, value in _COLUMNS.items()}
    columns = {name: values for name, values in cells.items() if name not in _OPTIONAL_COLUMNS or any(values)}
    return table(tuple(columns), list(zip(*columns.values(), strict=True)))


def _declare_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("job_id", type=positive_id, metavar="JOB_ID")
    parser.add_argument("--format", choices=("table", "csv"), default="table")
    add_options(parser, LeaderboardQuery, excluded=("format",))


LEADERBOARD = Command("leaderboard", "candidates of a job, best first", _declare_arguments, _run)
