"""`score`: score answers: JSON lines in, JSON lines out, one after the other."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..api.answer_score import answer_score_json
from ..criteria.criteria import Criteria, ExpectedContent, load_criteria, make_rule
from ..criteria.files import ConfigError
from ..scoring.answer import score_answer
from ..transcripts.captions import plain_transcript
from ..transcripts.transcript import Transcript
from ..web.json_text import read_json_line
from .command import FAILED, OK, USAGE, Command, Context


def _declare_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--criteria", type=Path, metavar="FILE", help="criteria for lines without criteria of their own"
    )


def _run(context: Context, arguments: Namespace) -> int:
    path = arguments.criteria or context.settings("scoring_criteria_path").scoring_criteria_path
    try:
        criteria = load_criteria(path)
    except ConfigError as refused:
        context.terminal.refuse("The criteria cannot be used:", refused.faults, code="CRITERIA_INVALID")
        return USAGE
    status = OK
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip("\ufeff \t\r\n"):
            continue
        request: Any = None
        try:
            request = read_json_line(line.lstrip("\ufeff"))
            response = _score(request, criteria)
        except ValueError as fault:
            id_field = {"id": request["id"]} if isinstance(request, dict) and "id" in request else {}
            response, status = {**id_field, "line": number, "error": str(fault)}, FAILED
        print(json.dumps(response, ensure_ascii=False), flush=True)
    return status


def _score(request: Any, criteria: Criteria) -> dict[str, Any]:
    """The response to a line. Raises ValueError with what is wrong with the line."""
    if not isinstance(request, dict):
        raise ValueError("must be an object")
    if missing := [name for name in ("question", "answer") if request.get(name) is None]:
        raise ValueError(f"{' and '.join(missing)} must be given")
    question, answer = (_text(request, name) for name in ("question", "answer"))
    language = _text(request, "language") or None
    own_rule = ExpectedContent(
        required=tuple(_alternatives(value, "required_keywords") for value in _list(request, "required_keywords")),
        optional=tuple(_alternatives(value, "optional_keywords") for value in _list(request, "optional_keywords")),
        key_points=tuple(_alternatives(value, "key_points") for value in _list(request, "key_points")),
        references=tuple(_checked_text(value, "reference_answers") for value in _list(request, "reference_answers")),
    )
    rule = make_rule(own_rule) if own_rule else criteria.rule_for(question)
    transcript = Transcript(0, "q", question, answered=True, text=plain_transcript(answer))
    scored = score_answer(rule, transcript, language, rivals=() if own_rule else criteria.rivals_of(rule))
    return {"id": request.get("id"), **answer_score_json(scored)}


def _text(request: Mapping[str, Any], name: str) -> str:
    value = request.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} must be a text")
    return (value or "").encode("utf-8", "replace").decode()


def _list(request: Mapping[str, Any], name: str) -> list[Any]:
    value = request.get(name) or []
    if not isinstance(value, list):
        raise ValueError(f"{name} must be a list")
    return value


def _alternatives(value: Any, name: str) -> tuple[str, ...]:
    alternatives = value if isinstance(value, list) and value else [value]
    return tuple(_checked_text(text, name) for text in alternatives)


def _checked_text(value: Any, name: str) -> str:
    if not isinstance(value, str) or not any(map(str.isalnum, value)):
        raise ValueError(f"{name} must hold texts with a letter or a digit")
    return value.encode("utf-8", "replace").decode()


SCORE = Command("score", "score answers: JSON lines in, JSON lines out", _declare_arguments, _run)
