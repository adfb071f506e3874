"""`plan`: show, draft, publish, export and import the interview plan of a job."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..api.plan_content import PlanBody, plan_json, to_plan
from ..api.plans import job_plan_json, version_json
from ..domain.plans.defaults import plan_defaults
from ..domain.plans.drafting import draft_for_job
from ..domain.plans.drafts import find_plan, propose_draft
from ..domain.plans.importing import plan_from_position
from ..domain.plans.publishing import find_version, publish
from ..domain.service import Service
from ..errors import Problem
from ..plans.drafting import MAX_DRAFTED_QUESTIONS, MIN_DRAFTED_QUESTIONS
from ..plans.plan import Plan
from ..web.shape import read
from .command import FAILED, OK, Command, Context, integer_between, positive_id
from .json_file import read_json_object
from .output_file import open_output
from .terminal import count_of, table

_STATES = {
    "none": "no plan yet", "draft": "a draft, never published", "published": "published as it is",
    "changed": "edited since it was published",
}


def _show(context: Context, arguments: Namespace) -> int:
    with context.service() as service:
        if arguments.version is not None:
            plan = find_version(service, arguments.job_id, arguments.version)
            context.terminal.result(plan_json(plan), *_plan_lines(plan))
            return OK
        job_plan = find_plan(service, arguments.job_id)
    content = job_plan_json(job_plan)
    published = content["published"]
    lines = [f"job {arguments.job_id}: {_STATES[content['state']]}"]
    if published:
        lines.append(f"version {published['version']}, published {published['published_at']}")
    lines += _plan_lines(job_plan.draft) if job_plan.draft else []
    lines += [f"cannot be published: {problem['path']}: {problem['message']}" for problem in content["problems"]]
    lines += [f"think about {warning['question_id']} again: {warning['message']}" for warning in content["warnings"]]
    context.terminal.result(content, *lines)
    return OK


def _draft(context: Context, arguments: Namespace) -> int:
    with context.service(create=True) as service:
        draft = draft_for_job(
            service, arguments.job_id, questions=arguments.questions, language=arguments.language
        )
        proposed = propose_draft(service, arguments.job_id, draft.plan, draft.reasons, replace=arguments.replace)
    return _report_saved(context, draft.plan, saved=proposed.saved)


def _publish(context: Context, arguments: Namespace) -> int:
    with context.service() as service:
        published = publish(service, arguments.job_id)
    version = version_json(published.version)
    action = "published before" if published.unchanged else "published"
    context.terminal.result(
        {**version, "unchanged": published.unchanged, "created_position": published.created_position},
        f"version {version['version']} of the plan of job {arguments.job_id}, {action}:"
        f" {count_of(version['questions'], 'question')}, position {version['position_id']}",
    )
    return OK


def _export(context: Context, arguments: Namespace) -> int:
    with context.service() as service:
        plan = _plan_to_export(service, arguments)
    text = json.dumps(plan_json(plan), ensure_ascii=False, indent=2) + "\n"
    with open_output(context.terminal, context.settings(), arguments.output) as out:
        out.write(text)
    return OK


def _import(context: Context, arguments: Namespace) -> int:
    values = None if arguments.file is None else read_json_object(arguments.file, "the questions of a plan")
    with context.service(create=True) as service:
        plan = _plan_to_import(service, arguments, values)
        saved = propose_draft(service, arguments.job_id, plan, replace=arguments.replace).saved
        same = saved or find_plan(service, arguments.job_id).draft == plan
    return _report_saved(context, plan, saved=same)


def _plan_to_export(service: Service, arguments: Namespace) -> Plan:
    if arguments.version is not None:
        return find_version(service, arguments.job_id, arguments.version)
    draft = find_plan(service, arguments.job_id).draft
    if draft is None:
        raise Problem("PLAN_NOT_FOUND", f"Job {arguments.job_id} has no interview plan yet.")
    return draft


def _plan_to_import(service: Service, arguments: Namespace, values: Mapping[str, Any] | None) -> Plan:
    if values is None:
        return plan_from_position(service, arguments.position)
    return to_plan(read(PlanBody, values), plan_defaults(service, arguments.job_id))


def _report_saved(context: Context, plan: Plan, *, saved: bool) -> int:
    """Report what was saved; a draft that somebody edits is replaced only if requested."""
    lines = _plan_lines(plan)
    if not saved:
        lines.append("Not saved: the job has another draft. --replace puts this one in its place.")
    context.terminal.result({"saved": saved, "plan": plan_json(plan)}, *lines)
    return OK if saved else FAILED


def _plan_lines(plan: Plan) -> list[str]:
    rows = [
        (question.id, question.competency, f"{question.time_limit_s} s", question.title) for question in plan.questions
    ]
    return [plan.name, *table(("question", "competency", "time", "title"), rows)]


def _declare_job_id(parser: ArgumentParser) -> None:
    parser.add_argument("job_id", type=positive_id, metavar="JOB_ID")


def _declare_show_arguments(parser: ArgumentParser) -> None:
    _declare_job_id(parser)
    parser.add_argument("--version", type=positive_id, help="a published version; without it, the draft")


def _declare_draft_arguments(parser: ArgumentParser) -> None:
    _declare_job_id(parser)
    parser.add_argument(
        "--questions", type=integer_between(MIN_DRAFTED_QUESTIONS, MAX_DRAFTED_QUESTIONS), metavar="N",
        help=f"how many, {MIN_DRAFTED_QUESTIONS} to {MAX_DRAFTED_QUESTIONS}",
    )
    parser.add_argument("--language", metavar="TAG", help="of the interview; without it, the job's")
    _declare_replace(parser)


def _declare_export_arguments(parser: ArgumentParser) -> None:
    _declare_show_arguments(parser)
    parser.add_argument("--output", type=Path, metavar="FILE", help="without it, to stdout")


def _declare_import_arguments(parser: ArgumentParser) -> None:
    _declare_job_id(parser)
    origin = parser.add_mutually_exclusive_group(required=True)
    origin.add_argument("file", nargs="?", metavar="FILE", help="JSON, as `plan export` writes it; - reads stdin")
    origin.add_argument("--position", metavar="POSITION_ID", help="take the questions of a position at Hireflix")
    _declare_replace(parser)


def _declare_replace(parser: ArgumentParser) -> None:
    parser.add_argument("--replace", action="store_true", help="even where the job has another draft")


PLAN = Command(
    "plan", "show, draft, publish, export or import the interview plan of a job", lambda _: None, lambda *_: OK,
    commands=(
        Command("show", "the draft of a job's plan, or a published version", _declare_show_arguments, _show),
        Command("draft", "draft a plan from the job description and the question library", _declare_draft_arguments,
                _draft),
        Command("publish", "publish the draft: candidates invited from then on get its questions", _declare_job_id,
                _publish),
        Command("export", "write a plan as a JSON file, to keep it in version control", _declare_export_arguments,
                _export),
        Command("import", "make a JSON file, or a position's questions, the draft", _declare_import_arguments, _import),
    ),
)
