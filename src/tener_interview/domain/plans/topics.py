"""Topics: what each question of a result is about, in a word or two of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...criteria.files import ConfigError
from ...plans.library import QuestionLibrary
from ...plans.plan import Competency, Plan
from ...scorecards.result import QuestionScore
from .defaults import is_default_name

#: Languages that write common nouns with a capital letter in the middle of a sentence.
_CAPITALISED = frozenset({"de"})


def topics_of(
    library: QuestionLibrary, plan: Plan | None, competencies: Sequence[Competency],
    questions: Sequence[QuestionScore], language: str,
) -> list[str]:
    """Return the topic of each question: the library's word for it, else its competency as the plan names it.

    A question from the library is about what the library says, and one without a plan about its rule, where the library
    knows that topic. A library that cannot be read names nothing.
    """
    try:
        words = _library_words(library, language)
        by_question = _library_topics(library, plan)
    except ConfigError:
        words, by_question = {}, {}
    names = {
        competency.id: words.get(competency.id, competency.name) if is_default_name(competency) else competency.name
        for competency in competencies
    }
    return [
        words.get(by_question.get(question.rule_id or "", "") or ("" if plan else question.rule_id or ""))
        or (words.get(question.dimension) if plan is None else None)
        or names.get(question.competency or question.dimension, question.title)
        for question in questions
    ]


def _library_words(library: QuestionLibrary, language: str) -> dict[str, str]:
    """Return the names of the library's competencies and of the dimensions, as they stand within a sentence."""
    names: Mapping[str, str] = {
        **library.dimension_names(language),
        **{competency.id: competency.name for competency in library.competencies(language)},
    }
    if language in _CAPITALISED:
        return dict(names)
    return {id_: name[:1].lower() + name[1:] for id_, name in names.items()}


def _library_topics(library: QuestionLibrary, plan: Plan | None) -> dict[str, str]:
    """Return the library's competency of each question of a plan that was made from one of the library."""
    asked_by = {question.library_id: question.id for question in plan.questions if question.library_id} if plan else {}
    if not asked_by:
        return {}
    return {
        asked_by[question.id]: question.competency.id for question in library.questions() if question.id in asked_by
    }
