"""The numbers of a score: few, in one file, each with its reason; and the shape of a language's file."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from fakes.running_service import PROJECT
from for_each import for_each
from tener_interview.languages.language import parse_language
from tener_interview.scoring import weights

SCORING = PROJECT / "src" / "tener_interview" / "scoring"
LANGUAGES = PROJECT / "src" / "tener_interview" / "languages"


def numbers(path: Path) -> list[ast.Constant]:
    """Every number in a file."""
    return [
        node for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)
    ]


def test_scoring_has_at_most_sixty_weights() -> None:
    assert len(numbers(SCORING / "weights.py")) <= 60


def test_the_scoring_package_stays_small() -> None:
    """Counted in statements, so that steps with names of their own cost no more than one long function."""
    modules = [path for path in SCORING.glob("*.py") if path.stem not in ("answer_details", "flags")]
    statements = [
        node for path in modules for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.stmt)
    ]
    assert len(statements) <= 850


COUNT = ("scoring/ignored_words", "scoring/evidence", "scoring/content", "scoring/explanation", "scoring/answer",
         "scoring/vectors", "scorecards/embeddings", "scorecards/interview", "scorecards/summary",
         "scorecards/uncertainty")


@for_each("name", COUNT)
def test_scoring_modules_hold_no_numbers_of_their_own(name: str) -> None:
    strange = {node.value for node in numbers(SCORING.parent / f"{name}.py")} - {0, 1, 2, 3, 4, 100}
    assert not strange


def test_the_shares_of_the_evidence_kinds_add_up_to_1() -> None:
    assert round(sum(weights.EVIDENCE_SHARES.values()), 9) == 1
    assert weights.EVIDENCE_SHARES.keys() == weights.EVIDENCE_AMOUNTS.keys()


@for_each(
    ("member", "value"), [("habbit", "usually"), ("habit", ["usually"]), ("undouble", "yes"), ("irregular", [])],
)
def test_an_invalid_language_file_is_refused_by_name(member: str, value: object) -> None:
    data = json.loads((LANGUAGES / "data" / "pt.json").read_text("utf-8"))
    with pytest.raises(ValueError, match=rf"languages/data/pt\.json: {member}"):
        parse_language("pt", {**data, member: value}, {})
