"""A question of the library: its text, and what a good answer to it covers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from string import Formatter

from ..lazy_dataclass import dataclass
from .plan import Anchors, PlanQuestion, Wordings

ROLES = ("engineering", "product", "design", "data", "sales", "support", "operations", "general")
SENIORITIES = ("junior", "mid", "senior", "lead")
#: Kinds of skills: something one works with and that can have faults, and something one can do.
SKILL_KINDS = ("tool", "practice")
#: What a title may leave open.
PLACEHOLDERS = ("skill", "domain", "company")
#: The language of the file that holds all questions.
ORIGINAL = "en"


@dataclass(frozen=True)
class LibraryCompetency:
    """What some of the questions are about, and the score field that it feeds."""

    id: str
    name: str
    dimension: str


@dataclass(frozen=True)
class QuestionText:
    """A question in one language, with what a good answer to it covers."""

    #: May have placeholders that a job fills: "a fault in {skill}".
    title: str
    #: The same question for a job that fills no placeholder; None where it makes no sense without.
    title_plain: str | None
    description: str | None
    key_points: tuple[Wordings, ...]
    anchors: Anchors
    required_keywords: tuple[Wordings, ...]
    optional_keywords: tuple[Wordings, ...]

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """Return the placeholders of the title."""
        return placeholders_of(self.title)

    def fill(self, values: Mapping[str, str]) -> str | None:
        """Return the title with these values, or the plain title if one is missing; None if there is no plain title."""
        if self.placeholders <= values.keys():
            return self.title.format_map(values)
        return self.title_plain


@dataclass(frozen=True)
class LibraryQuestion:
    """A question of the library in one language."""

    id: str
    competency: LibraryCompetency
    roles: tuple[str, ...]
    seniority: tuple[str, ...]
    #: The kinds of skills that the title may name; empty where it names none.
    skill_kinds: tuple[str, ...]
    time_limit_s: int
    thinking_time_s: int | None
    #: The language of the text: the one asked for, or English.
    language: str
    text: QuestionText

    @property
    def plain_title(self) -> str:
        """Return the title for lists: the plain title, if there is one."""
        return self.text.title_plain or self.text.title


def as_plan_question(
    question: LibraryQuestion, title: str, reason: str | None, *, weight: float = 1, dealbreaker: bool = False
) -> PlanQuestion:
    """The question of a plan that is made from one of the library; `title` is the question's, filled."""
    text = question.text
    return PlanQuestion(
        id=f"q_{question.id}",
        title=title,
        competency=question.competency.dimension,
        description=text.description,
        weight=weight,
        time_limit_s=question.time_limit_s,
        thinking_time_s=question.thinking_time_s,
        key_points=text.key_points,
        anchors=text.anchors,
        required_keywords=text.required_keywords,
        optional_keywords=text.optional_keywords,
        dealbreaker=dealbreaker,
        library_id=question.id,
        reason=reason,
    )


def placeholders_of(title: str) -> frozenset[str]:
    """Return the placeholders of a title: `skill` in "a fault in {skill}". Raises ValueError for a single brace."""
    return frozenset(name for _, name, _, _ in Formatter().parse(title) if name is not None)
