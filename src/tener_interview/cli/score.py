"""`score`: answers in JSON lines to scores in JSON lines, each as soon as it is read."""

from __future__ import annotations

import json
import math
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..criteria.criteria import Asked, Criteria, load_criteria, rule_of
from ..criteria.files import ConfigError
from ..scoring.answer import AnswerScore, score_answer
from ..transcripts.captions import plain_transcript
from ..transcripts.transcript import Transcript
from .command import FAILED, OK, USAGE, Command, Context


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--criteria", type=Path, metavar="FILE", help="criteria for lines that bring none of their own")


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
        given: Any = None
        try:
            given = json.loads(line.lstrip("\ufeff"), parse_constant=_no_number, parse_float=_number)
            said = _scored(given, criteria)
        except (ValueError, RecursionError) as fault:
            known = {"id": given["id"]} if isinstance(given, dict) and "id" in given else {}
            said, status = {**known, "line": number, "error": str(fault)}, FAILED
        print(json.dumps(said, ensure_ascii=False), flush=True)
    return status


def _scored(given: Any, criteria: Criteria) -> dict[str, Any]:
    """What a line is answered with. Raises ValueError that says what is wrong with it."""
    if not isinstance(given, dict):
        raise ValueError("must be an object")
    if missing := [name for name in ("question", "answer") if given.get(name) is None]:
        raise ValueError(f"{' and '.join(missing)} must be given")
    question, answer = (_text(given, name) for name in ("question", "answer"))
    language = _text(given, "language") or None
    asked = Asked(
        required=tuple(_synonyms(each, "required_keywords") for each in _list(given, "required_keywords")),
        optional=tuple(_synonyms(each, "optional_keywords") for each in _list(given, "optional_keywords")),
        key_points=tuple(_synonyms(each, "key_points") for each in _list(given, "key_points")),
        references=tuple(_line(each, "reference_answers") for each in _list(given, "reference_answers")),
    )
    rule = rule_of(asked) if asked else criteria.rule_for(question)
    transcript = Transcript(0, "q", question, answered=True, text=plain_transcript(answer))
    judged = score_answer(rule, transcript, language, rivals=() if asked else criteria.rivals_of(rule))
    return {"id": given.get("id"), **_told(judged)}


def _told(judged: AnswerScore) -> dict[str, Any]:
    return {
        "score": judged.score,
        "status": judged.status,
        "confidence": judged.confidence,
        "flags": list(judged.flags),
        "parts": judged.details.get("parts", {}),
        "found": [
            {"text": each.text, "part": each.part, "quotes": [quote["quote"] for quote in each.quotes]}
            for each in judged.statements if each.found
        ],
        "not_found": [{"text": each.text, "part": each.part} for each in judged.statements if not each.found],
        "reasons": [each.text for each in judged.statements] or list(judged.reasons),
    }


def _number(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        _no_number(digits)
    return number


def _no_number(said: str) -> None:
    raise ValueError(f"{said} is not a number of JSON")


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} must be a text")
    return (value or "").encode("utf-8", "replace").decode()


def _list(given: Mapping[str, Any], name: str) -> list[Any]:
    value = given.get(name) or []
    if not isinstance(value, list):
        raise ValueError(f"{name} must be a list")
    return value


def _synonyms(value: Any, name: str) -> tuple[str, ...]:
    said = value if isinstance(value, list) and value else [value]
    return tuple(_line(each, name) for each in said)


def _line(value: Any, name: str) -> str:
    if not isinstance(value, str) or not any(map(str.isalnum, value)):
        raise ValueError(f"{name} must hold texts with a letter or a digit")
    return value.encode("utf-8", "replace").decode()


SCORE = Command("score", "score answers: JSON lines in, JSON lines out", _arguments, _run)
