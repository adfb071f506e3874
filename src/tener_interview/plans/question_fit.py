"""How well a question of the library fits a job, and why: points, and a reason that people can read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ..lazy_dataclass import dataclass
from .job_data import job_words
from .job_profile import MUST_HAVE, NAMED, WELCOME, JobProfile, JobSkill, Mention
from .library_question import ORIGINAL, ROLES, SENIORITIES, LibraryQuestion
from .plan import MAX_TITLE_CHARS

_LEAD, _LEADERSHIP, _GENERAL = "lead", "leadership", "general"

# What speaks for a question, in points.
_SKILL_POINTS = {MUST_HAVE: 6.0, NAMED: 4.0, WELCOME: 2.0}
#: What a skill loses by each one that is wanted more, and the most it can lose.
_SKILL_LOSS_POINTS, _MAX_SKILL_LOSS_POINTS = 0.6, 1.8
#: Questions for a few roles are about the work itself; those for all fit everybody.
_FEW_ROLES, _FEW_ROLES_POINTS = 3, 2.0
_SEVERAL_ROLES, _SEVERAL_ROLES_POINTS = 6, 0.3
_ALL_ROLES_POINTS = 0.6
_COMPETENCY_MENTIONED_POINTS, _QUESTION_MENTIONED_POINTS, _CULTURE_POINTS = 1.5, 2.0, 2.0
#: Phrases beyond which a competency is not asked for any more.
_MAX_MENTIONS = 3
#: The competency that is most usual for a role, and less for each after it.
_USUAL_POINTS, _LESS_USUAL_POINTS = 2.0, 0.3
_PLACEHOLDER_FILLED_POINTS = 1.0
_LEADER_POINTS = 1.5
#: Less than anything else: among equals, another job gets other questions.
_TIE_BREAK_POINTS = 0.5

_SKILL_REASONS = {
    MUST_HAVE: "The job asks for {skill}.", NAMED: "The job names {skill}.", WELCOME: "{skill} is welcome in the job.",
}


@dataclass(frozen=True)
class QuestionFit:
    """A question as it would be asked for a job."""

    question: LibraryQuestion
    title: str
    #: The skill that the title names.
    skill: JobSkill | None
    points: float
    #: A sentence in English.
    reason: str


def fit_question(question: LibraryQuestion, profile: JobProfile, used_skills: frozenset[str]) -> QuestionFit | None:
    """Return how a question fits a job; None if it cannot be asked. Other questions name the used skills already."""
    if profile.role not in question.roles or profile.seniority not in question.seniority:
        return None
    fitting = (
        skill for skill in profile.skills if skill.name not in used_skills and skill.kind in question.skill_kinds
    )
    skill = next(fitting, None)
    title = _fill(question, profile, skill)
    if title is None:
        return None
    reasons = [*_reasons(question, profile, skill), (0.0, f"A question about {_subject(question)} fits every job.")]
    points = sum(worth for worth, _ in reasons) + _tie_break(profile, question)
    best = max((reason for reason in reasons if reason[1]), key=lambda reason: reason[0])
    return QuestionFit(question, title, skill, points, best[1])


def _fill(question: LibraryQuestion, profile: JobProfile, skill: JobSkill | None) -> str | None:
    placeholders = {
        "skill": skill.name_in(question.language, profile.language) if skill else None,
        "domain": profile.domain.get(question.language),
        "company": profile.company,
    }
    title = question.text.fill({name: value for name, value in placeholders.items() if value})
    return title if title is None or len(title) <= MAX_TITLE_CHARS else question.text.title_plain


def _reasons(question: LibraryQuestion, profile: JobProfile, skill: JobSkill | None) -> Iterator[tuple[float, str]]:
    """Yield points with a sentence that explains them; the sentence is empty if it would tell people nothing."""
    if skill:
        later = min(_SKILL_LOSS_POINTS * profile.skills.index(skill), _MAX_SKILL_LOSS_POINTS)
        yield _SKILL_POINTS[skill.origin] - later, _SKILL_REASONS[skill.origin].format(skill=skill.name)
    for mention in profile.mentions:
        if mention.competency == question.competency.id:
            yield _mention_reason(question, mention)
    if profile.domain and "domain" in question.text.placeholders:
        yield _PLACEHOLDER_FILLED_POINTS, f"The job is in {profile.domain[ORIGINAL]}."
    if profile.company and "company" in question.text.placeholders:
        yield _PLACEHOLDER_FILLED_POINTS, ""
    if profile.role_known and len(question.roles) <= _FEW_ROLES:
        yield _FEW_ROLES_POINTS, "" if profile.role == _GENERAL else f"It is about {profile.role} work."
    elif profile.role_known and len(question.roles) <= _SEVERAL_ROLES and not question.skill_kinds:
        yield _SEVERAL_ROLES_POINTS, ""
    elif not profile.role_known and len(question.roles) == len(ROLES):
        yield _ALL_ROLES_POINTS, ""
    usual = job_words().usual_competencies[profile.role]
    if question.competency.id in usual:
        points = _USUAL_POINTS - _LESS_USUAL_POINTS * usual.index(question.competency.id)
        usual_there = f"Interviews for {profile.role} work usually ask about {_subject(question)}."
        yield points, "" if profile.role == _GENERAL else usual_there
    if profile.seniority == _LEAD and question.competency.id == _LEADERSHIP:
        leaders_only = len(question.seniority) < len(SENIORITIES)
        yield _LEADER_POINTS * (2 if leaders_only else 1), "The job leads other people."


def _mention_reason(question: LibraryQuestion, mention: Mention) -> tuple[float, str]:
    points = _COMPETENCY_MENTIONED_POINTS * min(mention.count, _MAX_MENTIONS) / _MAX_MENTIONS
    if question.id in mention.questions:
        points += _QUESTION_MENTIONED_POINTS
    if mention.of_culture:
        return points + _CULTURE_POINTS, f"The company says of its culture: “{mention.quote}”."
    return points, f"The job mentions “{mention.quote}”."


def _subject(question: LibraryQuestion) -> str:
    """Return the name of a competency in English, which is its id."""
    return question.competency.id.replace("_", " ")


def _tie_break(profile: JobProfile, question: LibraryQuestion) -> float:
    """Return points that depend on the job's title only, the same every time."""
    digest = hashlib.sha256(f"{profile.title}\n{question.id}".encode("utf-8", "replace")).digest()
    return _TIE_BREAK_POINTS * digest[0] / 256
