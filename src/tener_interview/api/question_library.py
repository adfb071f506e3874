"""The question library: questions to choose from, with what a good answer to each covers."""

from __future__ import annotations

from typing import Annotated, TypedDict, cast

from ..criteria.dimension import DIMENSIONS
from ..criteria.files import ConfigError
from ..domain.plans.drafting import library_problem
from ..domain.service import Service
from ..languages.spelling import split_query
from ..lazy_dataclass import dataclass
from ..plans.library import QuestionLibrary
from ..plans.library_question import ROLES, LibraryQuestion
from ..plans.plan import anchors_to_json
from ..web.contract import contract
from ..web.lenient import LanguageTag
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import OneOf, Text, optional, read
from .plan_content import AnchorsJson
from .shapes import limit_field, offset_field


@dataclass(frozen=True)
class LibraryQuery:
    search: str = optional(Text(max_chars=200), "", "words that all occur in a question, however they are spelt")
    competency: str = optional(Text(max_chars=40), "", "only questions about this one, by its id")
    role: str | None = optional(OneOf(ROLES), description="only questions for this role")
    language: str = optional(LanguageTag(), "en", "of the questions; what is not translated comes in English")
    limit: int = limit_field(50, 500)
    offset: int = offset_field()


class LibraryQuestionJson(TypedDict):
    """A question to choose, with what a good answer covers."""

    id: Annotated[str, "Becomes the `library_id` of a question of a plan."]
    competency: str
    competency_name: str
    dimension: Annotated[str, OneOf(DIMENSIONS)]
    roles: Annotated[list[str], "Of whom it may be asked."]
    title: Annotated[str, "As it can be asked without knowing the job."]
    description: str | None
    key_points: list[list[str]]
    anchors: AnchorsJson
    required_keywords: list[list[str]]
    optional_keywords: list[list[str]]
    time_limit_s: int
    thinking_time_s: int | None
    language: Annotated[str, "Of this text."]
    languages: Annotated[list[str], "In which there is a text."]


class LibraryCompetencyJson(TypedDict):
    """What some of the questions are about."""

    id: str
    name: str
    dimension: Annotated[str, OneOf(DIMENSIONS)]


class LibraryJson(TypedDict):
    """A part of the library: the questions that were searched for, those with all words in the title first."""

    items: list[LibraryQuestionJson]
    total: Annotated[int, "How many there are of them in all."]
    competencies: Annotated[list[LibraryCompetencyJson], "Of the whole library."]
    roles: Annotated[list[str], "Of the whole library."]


@contract(query=LibraryQuery, raises=("LIBRARY_INVALID",))
def get_question_library(service: Service, request: Request) -> Json[LibraryJson]:
    """GET /api/question-library"""
    query = read(LibraryQuery, request.query)
    library = service.library
    try:
        page = library.search(
            split_query(query.search), query.competency or None, query.role, query.language, query.limit, query.offset
        )
        competencies = library.competencies(query.language)
        items = [_question_json(library, question) for question in page.items]
    except ConfigError as invalid:
        raise library_problem(invalid) from None
    return json_response({
        "items": items,
        "total": page.total,
        "competencies": [
            {"id": competency.id, "name": competency.name, "dimension": competency.dimension}
            for competency in competencies
        ],
        "roles": list(ROLES),
    })


def _question_json(library: QuestionLibrary, question: LibraryQuestion) -> LibraryQuestionJson:
    text = question.text
    return {
        "id": question.id,
        "competency": question.competency.id,
        "competency_name": question.competency.name,
        "dimension": question.competency.dimension,
        "roles": list(question.roles),
        "title": question.plain_title,
        "description": text.description,
        "key_points": [list(ways) for ways in text.key_points],
        "anchors": cast(AnchorsJson, anchors_to_json(text.anchors)),
        "required_keywords": [list(ways) for ways in text.required_keywords],
        "optional_keywords": [list(ways) for ways in text.optional_keywords],
        "time_limit_s": question.time_limit_s,
        "thinking_time_s": question.thinking_time_s,
        "language": question.language,
        "languages": list(library.languages_of(question.id)),
    }
