"""Drafting: from what is known of a job to a first plan, which a person then edits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ..lazy_dataclass import dataclass
from .plan import Plan

#: Who can make a draft.
LIBRARY, MODEL = "library", "model"
DRAFTERS = (LIBRARY, MODEL)

MIN_DRAFTED_QUESTIONS, MAX_DRAFTED_QUESTIONS = 5, 8


@dataclass(frozen=True)
class JobFacts:
    """What is known of a job, as its source says it; empty where it says nothing."""

    title: str
    jd_text: str = ""
    seniority: str | None = None
    #: Tags of the languages that the job asks for, the most wanted first.
    languages: tuple[str, ...] = ()
    must_have_skills: tuple[str, ...] = ()
    nice_to_have_skills: tuple[str, ...] = ()
    company: str | None = None
    #: What the company says of its culture, a statement each.
    culture: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A first plan, and why each of its questions is in it, by question id."""

    plan: Plan
    reasons: Mapping[str, str]
    #: `library` or `model`.
    drafted_by: str = LIBRARY
    #: How the draft differs from what was requested, as a sentence.
    note: str | None = None


class Drafter(Protocol):
    """Makes a first plan for a job."""

    def draft(self, job: JobFacts, *, questions: int | None = None, language: str | None = None) -> Draft:
        """A plan that could be published as it is: `plan_problems` finds nothing.

        `questions` is how many it should have, 5 to 8; None leaves it to the drafter. `language` is the tag of the
        language of the interview; None takes the job's. Raises nothing, however little is known of the job.
        """
