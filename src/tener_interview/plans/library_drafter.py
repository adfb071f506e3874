"""LibraryDrafter: a first plan for a job from the questions of the library, without a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..criteria.dimension import DIMENSIONS
from ..languages.tags import primary
from .drafting import MAX_DRAFTED_QUESTIONS, MIN_DRAFTED_QUESTIONS, Draft, JobFacts
from .job_profile import JobProfile, read_job
from .library import QuestionLibrary
from .library_question import ORIGINAL, LibraryQuestion, as_plan_question
from .plan import MAX_NAME_CHARS, Competency, Plan
from .question_fit import QuestionFit, fit_question

#: Hard skills : soft skills : culture, in per cent of the total.
DIMENSION_WEIGHTS = {"technical": 40, "soft_skills": 30, "culture_fit": 30}
#: Questions for a job that tells what it wants, and for one that tells next to nothing.
_QUESTIONS, _QUESTIONS_UNKNOWN = 7, 6
#: Questions of each dimension that must be translated before anything is drafted in a language.
_ENOUGH_TRANSLATED = 8
#: The competency of which two questions may be about quite different work, if at most one names a skill.
_BROAD_COMPETENCY = "role_skills"
#: Points that a second question of a competency loses; a third one, or one that is much the same, is the last resort.
_ASKED_AGAIN_POINTS, _LAST_RESORT_POINTS = 2.0, 100.0


class LibraryDrafter:
    """Drafts from a question library. Drafting the same job again gives the same plan."""

    def __init__(self, library: QuestionLibrary) -> None:
        self._library = library

    def draft(self, job: JobFacts, *, questions: int | None = None, language: str | None = None) -> Draft:
        """Make a plan that could be published as it is, with a reason for each question; see `Drafter`.

        Raises ConfigError when the library cannot be used.
        """
        profile = read_job(job)
        code = self._drafting_language(primary(language) or profile.language)
        count = questions or (_QUESTIONS if profile.skills or profile.mentions else _QUESTIONS_UNKNOWN)
        chosen = self._choose(profile, code, min(max(count, MIN_DRAFTED_QUESTIONS), MAX_DRAFTED_QUESTIONS))
        names = self._library.dimension_names(code)
        plan = Plan(
            name=_plan_name(profile.title),
            competencies=tuple(
                Competency(dimension, names[dimension], weight, dimension)
                for dimension, weight in DIMENSION_WEIGHTS.items()
            ),
            questions=tuple(as_plan_question(fit.question, fit.title, fit.reason) for fit in chosen),
            language=code,
        )
        return Draft(plan, {question.id: question.reason or "" for question in plan.questions})

    def _drafting_language(self, code: str) -> str:
        """Return the language if enough questions are translated into it, else English."""
        translated = [
            question.competency.dimension for question in self._library.questions(code) if question.language == code
        ]
        enough = all(translated.count(dimension) >= _ENOUGH_TRANSLATED for dimension in DIMENSIONS)
        return code if enough else ORIGINAL

    def _choose(self, profile: JobProfile, code: str, count: int) -> list[QuestionFit]:
        """Choose the best question of each dimension, then the best one beside it, and so on."""
        chosen: list[QuestionFit] = []
        for dimension, number in _questions_by_dimension(count).items():
            questions = [
                question for question in self._library.questions(code)
                if question.language == code and question.competency.dimension == dimension
            ]
            for _ in range(number):
                best = max(_remaining_questions(questions, profile, chosen), key=lambda entry: entry[0], default=None)
                if best is not None:
                    chosen.append(best[1])
        return chosen


def _remaining_questions(
    questions: Sequence[LibraryQuestion], profile: JobProfile, chosen: Sequence[QuestionFit]
) -> Iterator[tuple[float, QuestionFit]]:
    """Yield the questions that can be asked in addition to the chosen ones, with their points."""
    used_skills = frozenset(fit.skill.name for fit in chosen if fit.skill)
    chosen_ids = {fit.question.id for fit in chosen}
    titles = {fit.title for fit in chosen}
    for question in questions:
        fit = None if question.id in chosen_ids else fit_question(question, profile, used_skills)
        if fit is not None and fit.title not in titles:
            yield fit.points - _repetition_penalty(question, chosen), fit


def _repetition_penalty(question: LibraryQuestion, chosen: Sequence[QuestionFit]) -> float:
    """Return the points that a question loses because its competency is asked about already."""
    same = [fit.question for fit in chosen if fit.question.competency.id == question.competency.id]
    if not same:
        return 0.0
    both_name_a_skill = bool(question.skill_kinds) and any(other.skill_kinds for other in same)
    different_work = question.competency.id == _BROAD_COMPETENCY and len(same) == 1 and not both_name_a_skill
    return _ASKED_AGAIN_POINTS if different_work else _LAST_RESORT_POINTS


def _questions_by_dimension(count: int) -> Mapping[str, int]:
    """Return the number of questions of each dimension, in proportion to its weight (largest remainders)."""
    shares = {dimension: divmod(count * weight, 100) for dimension, weight in DIMENSION_WEIGHTS.items()}
    left_over = count - sum(whole for whole, _ in shares.values())
    largest = sorted(shares, key=lambda dimension: -shares[dimension][1])[:left_over]
    return {dimension: whole + (dimension in largest) for dimension, (whole, _) in shares.items()}


def _plan_name(title: str) -> str:
    if len(title) <= MAX_NAME_CHARS:
        return title or "Interview"
    return f"{title[: MAX_NAME_CHARS - 1].rstrip()}…"
