"""Invented answers of people in several trades and languages, and the criteria they are scored by."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tener_interview.criteria.criteria import Criteria, load_criteria
from tener_interview.scoring.answer import AnswerScore, score_answer
from tener_interview.transcripts.transcript import Transcript


@dataclass(frozen=True)
class StrongAnswer:
    """A strong answer, sentence by sentence, with its question, its rule and the answers it is compared with."""

    id: str
    language: str
    title: str
    #: A phrase of the title.
    match: str
    keywords: tuple[str, ...]
    situation: str
    actions: tuple[str, ...]
    result: str
    #: One more thing that was done and came of it, with a figure.
    more: str
    weak: str
    key_points: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return " ".join([self.situation, *self.actions, self.result])

    @property
    def sentences(self) -> list[str]:
        return [self.situation, *self.actions, self.result]


TEXTS: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
STRONG_ANSWERS: tuple[StrongAnswer, ...] = tuple(
    StrongAnswer(**{name: tuple(value) if isinstance(value, list) else value for name, value in answer.items()})  # type: ignore[arg-type]
    for answer in TEXTS["strong_answers"]
)
BY_ID = {item.id: item for item in STRONG_ANSWERS}


def criteria_of(
    folder: Path, answers: tuple[StrongAnswer, ...] = STRONG_ANSWERS, *, with_references: bool = False, **defaults: Any
) -> Criteria:
    """Return the criteria for these answers, as a recruiter would write them; the reference answer is the answer
    itself."""
    document = {
        "version": "test",
        "defaults": defaults,
        "question_rules": [
            {
                "id": answer.id,
                "match": {"title_contains": [answer.title]},
                "required_keywords": list(answer.keywords),
                **({"key_points": list(answer.key_points)} if answer.key_points else {}),
                **({"reference_answers": [answer.text]} if with_references else {}),
            }
            for answer in answers
        ],
    }
    path = folder / "answers_criteria.json"
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return load_criteria(path)


def scored_text(criteria: Criteria, answer: StrongAnswer, text: str) -> AnswerScore:
    """Score a text as an answer to the question of `answer`."""
    transcript = Transcript(0, "q1", answer.title, answered=True, text=text)
    rule = criteria.rule_for(answer.title)
    return score_answer(rule, transcript, answer.language, rivals=criteria.rivals_of(rule))
