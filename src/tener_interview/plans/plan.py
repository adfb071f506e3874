"""Plan: the questions of a job, what a good answer to each holds, and how the answers count."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, field, replace
from typing import Any

from ..arithmetic import round_half_up
from ..lazy_dataclass import dataclass

MAX_NAME_CHARS = 50
MAX_COMPETENCIES = 8
MAX_COMPETENCY_NAME_CHARS = 60
MAX_COMPETENCY_WEIGHT = 1_000_000
MAX_QUESTIONS = 20
MAX_TITLE_CHARS = 500
MAX_DESCRIPTION_CHARS = 5000
MAX_QUESTION_WEIGHT = 100
MIN_TIME_LIMIT_S, MAX_TIME_LIMIT_S = 15, 1800
MAX_THINKING_TIME_S = 600
MAX_KEY_POINTS = MAX_WORDINGS = 12
MAX_KEYWORDS = 20
MAX_PHRASE_CHARS = 300
MAX_REFERENCES = 10
MAX_REFERENCE_CHARS = 5000
MAX_ANCHOR_CHARS = 500
COMPETENCY_ID = "[a-z][a-z0-9_]{0,39}"
QUESTION_ID = "[A-Za-z0-9][A-Za-z0-9_.-]{0,59}"

#: The wordings of one thing: ways to say it, the first its name.
Wordings = tuple[str, ...]


@dataclass(frozen=True)
class Competency:
    """What some of the questions are about. Only the proportions of the weights matter."""

    id: str
    name: str
    weight: float
    #: The fixed score field that it feeds (`technical`, `soft_skills`, `culture_fit`); None for none of them.
    dimension: str | None = None


@dataclass(frozen=True)
class Bands:
    """The least total of each recommendation; below the last it is `no`."""

    strong_yes: float = 80.0
    yes: float = 70.0
    mixed: float = 50.0


@dataclass(frozen=True)
class Anchors:
    """What a weak (1), an average (3) and a strong (5) answer look like, in words; empty where nobody has said it."""

    weak: str = ""
    middling: str = ""
    strong: str = ""


@dataclass(frozen=True)
class PlanQuestion:
    """A question of a plan."""

    #: A question keeps its id in all versions of the plan.
    id: str
    title: str
    #: The id of a competency of the plan.
    competency: str
    description: str | None = None
    #: Counts beside the other questions of the competency.
    weight: float = 1.0
    time_limit_s: int = 180
    #: None leaves it to the provider.
    thinking_time_s: int | None = None
    #: What a strong answer covers.
    key_points: tuple[Wordings, ...] = ()
    anchors: Anchors = field(default_factory=Anchors)
    required_keywords: tuple[Wordings, ...] = ()
    optional_keywords: tuple[Wordings, ...] = ()
    reference_answers: tuple[str, ...] = ()
    #: A weak answer is pointed out to people. It changes no score.
    dealbreaker: bool = False
    #: The language of the answer, where it is not the plan's.
    language: str | None = None
    #: The question of the library that it was made from.
    library_id: str | None = None
    #: Why it was drafted, as a sentence.
    reason: str | None = None


@dataclass(frozen=True)
class Plan:
    """The interview plan of a job, as a draft or as a published version."""

    name: str
    competencies: tuple[Competency, ...] = ()
    questions: tuple[PlanQuestion, ...] = ()
    language: str | None = None
    bands: Bands = field(default_factory=Bands)

    def question(self, question_id: str) -> PlanQuestion | None:
        """The question with this id."""
        return next((question for question in self.questions if question.id == question_id), None)

    def competency(self, competency_id: str) -> Competency | None:
        """The competency with this id."""
        return next((competency for competency in self.competencies if competency.id == competency_id), None)


@dataclass(frozen=True)
class PlanProblem:
    """Why a draft cannot be published: the place as a JSON path without `$.`, and a sentence."""

    path: str
    message: str


#: The names of the anchors in JSON.
_ANCHORS = {"1": "weak", "3": "middling", "5": "strong"}


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """The plan as JSON values, with every member."""
    return {
        "name": plan.name,
        "language": plan.language,
        "competencies": [
            {**asdict(competency), "weight": _number(competency.weight)} for competency in plan.competencies
        ],
        "bands": {name: _number(least) for name, least in asdict(plan.bands).items()},
        "questions": [question_to_json(question) for question in plan.questions],
    }


def question_to_json(question: PlanQuestion) -> dict[str, Any]:
    """A question of a plan as JSON values."""
    return {**asdict(question), "weight": _number(question.weight), "anchors": anchors_to_json(question.anchors)}


def anchors_to_json(anchors: Anchors) -> dict[str, str]:
    """The texts of the anchors by their marks."""
    return {mark: getattr(anchors, name) for mark, name in _ANCHORS.items()}


def _number(value: float) -> float | int:
    """1.0 as 1, which is the same number and easier to read."""
    return int(value) if float(value).is_integer() else value


def plan_from_json(content: Mapping[str, Any]) -> Plan:
    """The plan that `plan_to_json` wrote; members that are left out take their defaults.

    Raises KeyError or TypeError for other JSON: JSON from outside is checked before.
    """
    return Plan(
        name=content["name"],
        language=content.get("language"),
        competencies=tuple(Competency(**competency) for competency in content["competencies"]),
        bands=Bands(**content.get("bands", {})),
        questions=tuple(map(question_from_json, content["questions"])),
    )


def question_from_json(content: Mapping[str, Any]) -> PlanQuestion:
    """A question as `plan_to_json` wrote it."""
    lists = {
        name: tuple(map(tuple, content.get(name, ())))
        for name in ("key_points", "required_keywords", "optional_keywords")
    }
    anchors = Anchors(**{_ANCHORS[mark]: text for mark, text in content.get("anchors", {}).items()})
    references = tuple(content.get("reference_answers", ()))
    return PlanQuestion(**{**content, **lists, "anchors": anchors, "reference_answers": references})


def write_plan(plan: Plan) -> str:
    """The plan as the text that the store keeps."""
    return json.dumps(plan_to_json(plan), ensure_ascii=False)


def read_plan(text: str) -> Plan:
    """The plan in a text of `write_plan`."""
    return plan_from_json(json.loads(text))


def plan_hash(plan: Plan) -> str:
    """What a plan says, as 16 hexadecimal digits: another one as soon as anything in it changes.

    Why a question was drafted is no part of it.
    """
    without_reasons = replace(plan, questions=tuple(replace(question, reason=None) for question in plan.questions))
    return _digest(plan_to_json(without_reasons))


def interview_hash(plan: Plan) -> str:
    """What a candidate sees of a plan, as 16 hexadecimal digits: its name, the questions and their times."""
    questions = [
        [*_normalize_question(question.title, question.description), question.time_limit_s, question.thinking_time_s]
        for question in plan.questions
    ]
    return _digest([plan.name, questions])


def questions_hash(questions: Sequence[tuple[str, str | None]]) -> str:
    """Titles and descriptions in their order, as a SHA-256 in hexadecimal digits. White space makes no difference."""
    return hashlib.sha256(json.dumps([_normalize_question(*question) for question in questions]).encode()).hexdigest()


def _normalize_question(title: str, description: str | None) -> list[str]:
    return [" ".join(title.split()), " ".join((description or "").split())]


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:16]


def question_id_of(title: str) -> str:
    """An id for a question that has none: the same for the same title."""
    return f"q_{hashlib.sha256(' '.join(title.split()).casefold().encode()).hexdigest()[:8]}"


def candidate_minutes(plan: Plan) -> float | None:
    """How long a candidate needs at most, to a tenth of a minute; None without questions."""
    seconds = sum(question.time_limit_s + (question.thinking_time_s or 0) for question in plan.questions)
    return round_half_up(seconds / 60, 1) if plan.questions else None


def plan_problems(plan: Plan) -> tuple[PlanProblem, ...]:
    """Everything that keeps a draft from being published, in the order of the plan."""
    problems: list[PlanProblem] = []

    def check(holds: object, path: str, message: str) -> None:
        if not holds:
            problems.append(PlanProblem(path, message))

    check(plan.name, "name", "Give the plan a name; it becomes the name of the interview.")
    check(plan.competencies, "competencies", "The plan needs at least one competency.")
    for index, competency in enumerate(plan.competencies):
        path = f"competencies[{index}]"
        check(competency.name, f"{path}.name", "The competency needs a name.")
        check(competency.weight > 0, f"{path}.weight", "The weight must be above 0.")
    descending = plan.bands.strong_yes > plan.bands.yes > plan.bands.mixed
    check(descending, "bands", "The bands must descend from strong yes over yes to mixed.")
    check(plan.questions, "questions", "The plan needs at least one question.")
    competency_ids = {competency.id for competency in plan.competencies}
    titles: dict[str, int] = {}
    for index, question in enumerate(plan.questions):
        path = f"questions[{index}]"
        check(question.title, f"{path}.title", "The question needs a title.")
        check(
            question.competency in competency_ids, f"{path}.competency",
            "Choose the competency that the question is about.",
        )
        check(question.weight > 0, f"{path}.weight", "The weight must be above 0.")
        check(
            question.time_limit_s >= MIN_TIME_LIMIT_S, f"{path}.time_limit_s",
            f"The time for the answer must be at least {MIN_TIME_LIMIT_S} seconds.",
        )
        for name in ("key_points", "required_keywords", "optional_keywords"):
            for place, wordings in enumerate(getattr(question, name)):
                readable = all(any(map(str.isalnum, wording)) for wording in wordings)
                check(readable, f"{path}.{name}[{place}]", "Each wording must contain a letter or a digit.")
        for place, reference in enumerate(question.reference_answers):
            readable = any(map(str.isalnum, reference))
            check(readable, f"{path}.reference_answers[{place}]", "Each wording must contain a letter or a digit.")
        title = " ".join(question.title.split()).casefold()
        earlier = titles.setdefault(title, index)
        check(earlier == index or not title, f"{path}.title", f"Question {earlier + 1} asks the same.")
    return tuple(problems)
