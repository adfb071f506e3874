"""The content of an interview plan, as a request and in a response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Annotated, Any, TypedDict, cast

from ..criteria.dimension import DIMENSIONS
from ..domain.plans.defaults import PlanDefaults
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..plans import plan as limits
from ..plans.plan import Anchors, Bands, Competency, Plan, PlanQuestion, plan_to_json
from ..plans.plan_scoring import competency_for
from ..web.lenient import LanguageTag
from ..web.shape import (
    Boolean,
    Integer,
    InvalidParts,
    ListOf,
    Number,
    Object,
    OneOf,
    StrictShape,
    Text,
    optional,
    required,
)


@dataclass(frozen=True)
class WordingList:
    """The ways to say one thing, the first its name; one way may be a plain text."""

    def read(self, value: Any) -> tuple[str, ...]:
        return (_PHRASE.read(value),) if isinstance(value, str) else tuple(_PHRASES.read(value))

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [_PHRASES.schema(), _PHRASE.schema()]}


_PHRASE = Text(limits.MAX_PHRASE_CHARS, lines=True)
_PHRASES = ListOf(_PHRASE, 0, limits.MAX_WORDINGS)
_KEY_POINTS = ListOf(WordingList(), 0, limits.MAX_KEY_POINTS)
_KEYWORDS = ListOf(WordingList(), 0, limits.MAX_KEYWORDS)
_REFERENCES = ListOf(Text(limits.MAX_REFERENCE_CHARS, lines=True), 0, limits.MAX_REFERENCES)


@dataclass(frozen=True)
class AnchorTexts:
    """An object of at most three texts, by the mark that they describe."""

    marks: tuple[str, ...] = ("1", "3", "5")

    def read(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, dict):
            raise ValueError("must be a JSON object")
        faults: dict[str, ValueError] = {
            f".{mark[:20]}": ValueError("is not known here") for mark in value if mark not in self.marks
        }
        texts = []
        for mark in self.marks:
            try:
                texts.append("" if value.get(mark) is None else self._kind().read(value[mark]))
            except ValueError as fault:
                faults[f".{mark}"] = fault
        if faults:
            raise InvalidParts("must have texts under 1, 3 and 5", faults)
        return tuple(texts)

    def schema(self) -> dict[str, Any]:
        text = {"anyOf": [self._kind().schema(), {"type": "null"}]}
        return {"type": "object", "properties": dict.fromkeys(self.marks, text), "additionalProperties": False}

    def _kind(self) -> Text:
        return Text(limits.MAX_ANCHOR_CHARS, lines=True)


@dataclass(frozen=True)
class CompetencyBody(StrictShape):
    id: str = required(
        Text(
            40, 1, pattern=limits.COMPETENCY_ID, expected="small letters, digits and underscores", example="technical"
        )
    )
    name: str = optional(Text(limits.MAX_COMPETENCY_NAME_CHARS), "")
    weight: float = optional(Number(0, limits.MAX_COMPETENCY_WEIGHT), 1.0, "only the proportions matter")
    dimension: str | None = optional(
        OneOf(DIMENSIONS), description="the fixed score field that it feeds; without it, the one called like its id"
    )


@dataclass(frozen=True)
class BandsBody(StrictShape):
    strong_yes: float = optional(Number(0, 100), 80.0)
    yes: float = optional(Number(0, 100), 70.0)
    mixed: float = optional(Number(0, 100), 50.0)


@dataclass(frozen=True)
class PlanQuestionBody(StrictShape):
    id: str | None = optional(
        Text(60, 1, pattern=limits.QUESTION_ID, expected="letters, digits, dots and hyphens", example="q1"),
        description="the same in all versions of the plan; without it, one is made of the title",
    )
    title: str = optional(Text(limits.MAX_TITLE_CHARS), "")
    description: str | None = optional(Text(limits.MAX_DESCRIPTION_CHARS, lines=True))
    competency: str | None = optional(
        Text(40), description="the id of a competency of the plan; without it, the words of the title decide"
    )
    weight: float = optional(Number(0, limits.MAX_QUESTION_WEIGHT), 1.0, "beside the others of the competency")
    time_limit_s: int = optional(Integer(0, limits.MAX_TIME_LIMIT_S), 180, "for the answer, in seconds")
    thinking_time_s: int | None = optional(
        Integer(0, limits.MAX_THINKING_TIME_S), description="before the answer, in seconds; null leaves it to Hireflix"
    )
    key_points: tuple[tuple[str, ...], ...] = optional(
        _KEY_POINTS, (), "what a strong answer covers, each with the ways to say it"
    )
    anchors: tuple[str, ...] | None = optional(
        AnchorTexts(), description="what a weak (1), an average (3) and a strong (5) answer look like"
    )
    required_keywords: tuple[tuple[str, ...], ...] = optional(_KEYWORDS, ())
    optional_keywords: tuple[tuple[str, ...], ...] = optional(_KEYWORDS, ())
    reference_answers: tuple[str, ...] = optional(_REFERENCES, ())
    dealbreaker: bool = optional(Boolean(), False, "point out a weak answer; it changes no score")
    language: str | None = optional(LanguageTag(), description="of the answer, if it is not the plan's")
    library_id: str | None = optional(Text(100), description="the question of the library that it was made from")
    reason: str | None = optional(Text(1000, lines=True), description="why it was drafted")


@dataclass(frozen=True)
class PlanBody(StrictShape):
    name: str | None = optional(
        Text(limits.MAX_NAME_CHARS), description="of the plan, and of its positions; without it, the job's title"
    )
    language: str | None = optional(LanguageTag(), description="of the interview")
    competencies: tuple[CompetencyBody, ...] | None = optional(
        ListOf(Object(CompetencyBody), 0, limits.MAX_COMPETENCIES),
        description="without them, the dimensions that the questions are about, with the weights of the formula",
    )
    bands: BandsBody | None = optional(
        Object(BandsBody), description="the least total of each recommendation; without them, those of the formula"
    )
    questions: tuple[PlanQuestionBody, ...] = optional(ListOf(Object(PlanQuestionBody), 0, limits.MAX_QUESTIONS), ())


class CompetencyJson(TypedDict):
    """What some of the questions are about; the total is the mean of the competencies by their weights."""

    id: str
    name: str
    weight: float
    dimension: Annotated[Annotated[str, OneOf(DIMENSIONS)] | None, "The fixed score field that it feeds."]


class BandsJson(TypedDict):
    """The least total of each recommendation; below the last it is `no`."""

    strong_yes: float
    yes: float
    mixed: float


AnchorsJson = TypedDict("AnchorsJson", {"1": str, "3": str, "5": str})
AnchorsJson.__doc__ = "What a weak (1), an average (3) and a strong (5) answer look like; empty where nobody said it."


class PlanQuestionJson(TypedDict):
    """A question of a plan."""

    id: Annotated[str, "The same in all versions of the plan."]
    title: str
    description: str | None
    competency: Annotated[str, "The id of a competency of the plan."]
    weight: Annotated[float, "Beside the other questions of the competency."]
    time_limit_s: int
    thinking_time_s: int | None
    key_points: Annotated[list[list[str]], "What a strong answer covers, each with the ways to say it."]
    anchors: AnchorsJson
    required_keywords: list[list[str]]
    optional_keywords: list[list[str]]
    reference_answers: list[str]
    dealbreaker: Annotated[bool, "A weak answer is pointed out; it changes no score."]
    language: str | None
    library_id: str | None
    reason: Annotated[str | None, "Why it was drafted."]


class PlanJson(TypedDict):
    """An interview plan: what a job's candidates are asked, what a good answer holds, and how the answers count."""

    name: str
    language: str | None
    competencies: list[CompetencyJson]
    bands: BandsJson
    questions: list[PlanQuestionJson]


def plan_json(plan: Plan) -> PlanJson:
    return cast(PlanJson, plan_to_json(plan))


def to_plan(body: PlanBody, defaults: PlanDefaults) -> Plan:
    """The plan that a body describes. Raises `VALIDATION_FAILED` for ids that occur twice."""
    competencies = defaults.competencies if body.competencies is None else tuple(map(_competency, body.competencies))
    questions = tuple(to_question(question, competencies) for question in body.questions)
    if body.competencies is None and questions:
        used = {question.competency for question in questions}
        competencies = tuple(competency for competency in competencies if competency.id in used)
    _refuse_same_ids("competencies", [competency.id for competency in competencies])
    _refuse_same_ids("questions", [question.id for question in questions])
    return Plan(
        name=defaults.name() if body.name is None else body.name,
        language=body.language,
        competencies=competencies,
        bands=Bands(**_members(body.bands)) if body.bands else defaults.bands,
        questions=questions,
    )


def to_question(body: PlanQuestionBody, competencies: Sequence[Competency]) -> PlanQuestion:
    """The question that a body describes; blank phrases and texts are left out."""
    lists = {
        name: tuple(wordings for texts in getattr(body, name) if (wordings := _without_blanks(texts)))
        for name in ("key_points", "required_keywords", "optional_keywords")
    }
    competency = body.competency if body.competency is not None else competency_for(body.title, competencies)
    return PlanQuestion(**{
        **_members(body), **lists,
        "id": body.id or limits.question_id_of(body.title),
        "competency": competency,
        "description": body.description or None,
        "anchors": Anchors(*(body.anchors or ())),
        "reference_answers": _without_blanks(body.reference_answers),
    })


def _refuse_same_ids(name: str, ids: Sequence[str]) -> None:
    twice = {f"{name}[{index}].id": "must be unique" for index, each in enumerate(ids) if each in ids[:index]}
    if twice:
        raise Problem("VALIDATION_FAILED", f"In {name}, an id is given twice.", {"fields": twice})


def _competency(body: CompetencyBody) -> Competency:
    own = body.id if body.id in DIMENSIONS else None
    return Competency(body.id, body.name, body.weight, body.dimension or own)


def _members(body: Any) -> dict[str, Any]:
    return {declared.name: getattr(body, declared.name) for declared in fields(body)}


def _without_blanks(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(None, texts))
