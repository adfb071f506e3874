"""`export`: everything stored about a job."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from ..api.leaderboard import RankedJson
from ..api.scorecard import AnswerScoreJson
from ..api.shapes import ScoresAndRecommendationJson
from ..domain.audit.recording import record_export
from ..domain.privacy.export import export_job
from ..web.schema import column_headings
from .command import OK, Command, Context, positive_id
from .output_file import open_output
from .sheet import add_sheet_arguments, write_sheet
from .terminal import ReportProgress

Record = Mapping[str, Any]

#: Headings of columns that the API lacks, or in which it means something else.
_EXTRA_HEADINGS = {
    "job_id": "Job id",
    "candidate_email": "E-mail",
    "shown_status": "Status",
    "is_current": "Current session",
    "position_id": "Position id",
    "invitation_id": "Interview id",
    "created_at": "Created (ms since 1970)",
    "completed_at": "Completed (ms since 1970)",
    "scored_at": "Scored (ms since 1970)",
    "erased_at": "Erased (ms since 1970)",
    "result_version": "Result",
}
#: A session has one line for each answer of its latest result, or one line without any.
_SESSION_COLUMNS = (
    "session_id", "job_id", "candidate_id", "candidate_name", "candidate_email", "shown_status", "review_reason",
    "is_current", "position_id", "invitation_id", "created_at", "completed_at", "scored_at", "erased_at",
    "result_version", *ScoresAndRecommendationJson.__annotations__,
)
_ANSWER_COLUMNS = ("question_index", "question_id", "title", "dimension", "score", "flags", "reasons", "transcript")


def _columns() -> dict[str, str]:
    of_session, of_answer = {**column_headings(RankedJson), **_EXTRA_HEADINGS}, column_headings(AnswerScoreJson)
    return {
        **{name: of_session[name] for name in _SESSION_COLUMNS},
        **{f"answer_{name}": of_answer[name] for name in _ANSWER_COLUMNS},
    }


def _run(context: Context, arguments: Namespace) -> int:
    with (
        context.service() as service,
        context.terminal.progress("writing session") as report_progress,
        export_job(service, arguments.job_id) as (job, total, sessions),
        open_output(context.terminal, context.settings(), arguments.output) as out,
    ):
        record_export(service, "job", "job", arguments.job_id, job_id=arguments.job_id)
        reported = _with_progress(sessions, total, report_progress)
        if arguments.format == "csv":
            write_sheet(out, _columns(), _lines(reported), arguments)
        else:
            _write_json(out, job, reported)
    return OK


def _write_json(out: TextIO, job: Record, sessions: Iterable[Record]) -> None:
    """Write one JSON object, session by session, so that a large job need not fit into memory."""
    out.write(json.dumps(job, ensure_ascii=False).removesuffix("}") + ', "sessions": [')
    for index, session in enumerate(sessions):
        out.write((",\n" if index else "\n") + json.dumps(session, ensure_ascii=False))
    out.write("\n]}\n")


def _lines(sessions: Iterable[Record]) -> Iterator[Record]:
    for session in sessions:
        session_cells = {name: session[name] for name in _SESSION_COLUMNS}
        scores = session["results"][-1]["question_scores"] if session["results"] else []
        for answer in scores or [{}]:
            yield {**session_cells, **{f"answer_{name}": answer.get(name) for name in _ANSWER_COLUMNS}}


def _with_progress(sessions: Iterable[Record], total: int, report_progress: ReportProgress) -> Iterator[Record]:
    for index, session in enumerate(sessions, start=1):
        yield session
        report_progress(index, total)


def _declare_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("job_id", type=positive_id, metavar="JOB_ID")
    parser.add_argument("--format", choices=("json", "csv"), default="json", help="csv has one line for each answer")
    add_sheet_arguments(parser)
    parser.add_argument("--output", type=Path, metavar="PATH", help="a file instead of stdout")


EXPORT = Command("export", "export everything stored about a job, including personal data", _declare_arguments, _run)
