"""The numbers of a score: few, in one file, each with its reason; and the shape of a language's file."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from fakes.running_service import PROJECT
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


def test_there_are_at_most_sixty_numbers() -> None:
    assert len(numbers(SCORING / "weights.py")) <= 60


def test_scoring_is_small_enough_for_one_head() -> None:
    assert sum(len(path.read_text("utf-8").splitlines()) for path in SCORING.glob("*.py")) <= 1200


COUNT = ("scoring/mask", "scoring/evidence", "scoring/content", "scoring/explanation", "scoring/answer",
         "scoring/vectors", "scorecards/embeddings", "scorecards/interview", "scorecards/summary",
         "scorecards/uncertainty")


@pytest.mark.parametrize("name", COUNT)
def test_whoever_counts_has_no_number_of_its_own_but_counts_and_percent(name: str) -> None:
    strange = {node.value for node in numbers(SCORING.parent / f"{name}.py")} - {0, 1, 2, 3, 4, 100}
    assert not strange


def test_the_shares_of_the_evidence_add_up() -> None:
    assert round(sum(weights.EVIDENCE.values()), 9) == 1
    assert weights.EVIDENCE.keys() == weights.ENOUGH.keys()


@pytest.mark.parametrize(
    ("member", "value"), [("habbit", "usually"), ("habit", ["usually"]), ("undouble", "yes"), ("irregular", [])],
)
def test_a_language_file_of_another_shape_is_refused_by_name(member: str, value: object) -> None:
    data = json.loads((LANGUAGES / "data" / "pt.json").read_text("utf-8"))
    with pytest.raises(ValueError, match=rf"languages/data/pt\.json: {member}"):
        parse_language("pt", {**data, member: value}, {})
