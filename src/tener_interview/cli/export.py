"""`export`: everything that is held of a job."""

from __future__ import annotations

import json
import os
import secrets
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from ..api.leaderboard import RankedJson
from ..api.scorecard import AnswerScoreJson
from ..api.shapes import VerdictJson
from ..domain.privacy.export import export_job
from ..web.schema import headings
from .command import OK, Command, Context, identity
from .sheet import sheet_arguments, write_sheet
from .terminal import Tell

Record = Mapping[str, Any]

#: What the API has no name for, or another meaning.
_STORED = {
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
#: One line for every answer of a session's latest result, or one line for a session without any.
_OF_SESSION = (
    "session_id", "job_id", "candidate_id", "candidate_name", "candidate_email", "shown_status", "review_reason",
    "is_current", "position_id", "invitation_id", "created_at", "completed_at", "scored_at", "erased_at",
    "result_version", *VerdictJson.__annotations__,
)
_OF_ANSWER = ("question_index", "question_id", "title", "dimension", "score", "flags", "reasons", "transcript")


def _columns() -> dict[str, str]:
    of_session, of_answer = {**headings(RankedJson), **_STORED}, headings(AnswerScoreJson)
    return {
        **{name: of_session[name] for name in _OF_SESSION},
        **{f"answer_{name}": of_answer[name] for name in _OF_ANSWER},
    }


def _run(context: Context, arguments: Namespace) -> int:
    with (
        context.service() as service,
        context.terminal.progress("writing session") as tell,
        export_job(service, arguments.job_id) as (job, total, sessions),
        _written(arguments.output, context.terminal.stdout) as out,
    ):
        counted = _told(sessions, total, tell)
        if arguments.format == "csv":
            write_sheet(out, _columns(), _lines(counted), arguments)
        else:
            _write_json(out, job, counted)
    return OK


def _write_json(out: TextIO, job: Record, sessions: Iterable[Record]) -> None:
    """One JSON object, written session by session: a large job need not fit into memory."""
    out.write(json.dumps(job, ensure_ascii=False).removesuffix("}") + ', "sessions": [')
    for number, each in enumerate(sessions):
        out.write((",\n" if number else "\n") + json.dumps(each, ensure_ascii=False))
    out.write("\n]}\n")


def _lines(sessions: Iterable[Record]) -> Iterator[Record]:
    for session in sessions:
        held = {name: session[name] for name in _OF_SESSION}
        latest = session["results"][-1]["question_scores"] if session["results"] else []
        for answer in latest or [{}]:
            yield {**held, **{f"answer_{name}": answer.get(name) for name in _OF_ANSWER}}


def _told(sessions: Iterable[Record], total: int, tell: Tell) -> Iterator[Record]:
    for number, each in enumerate(sessions, start=1):
        yield each
        tell(number, total)


@contextmanager
def _written(path: Path | None, stdout: TextIO) -> Iterator[TextIO]:
    """The stream to write to. A file is its owner's alone, and there only once all of it is."""
    if path is None:
        yield stdout
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("job_id", type=identity, metavar="JOB_ID")
    parser.add_argument("--format", choices=("json", "csv"), default="json", help="csv has a line for every answer")
    sheet_arguments(parser)
    parser.add_argument("--output", type=Path, metavar="PATH", help="a file instead of stdout")


EXPORT = Command("export", "everything held of a job, personal data included", _arguments, _run)
