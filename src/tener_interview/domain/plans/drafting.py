"""Draft a plan from what the source knows of a job."""

from __future__ import annotations

from ...criteria.files import ConfigError
from ...errors import Problem
from ...plans.drafting import Draft, Drafter, JobFacts
from ...plans.model_drafter import ModelDrafter
from ...sources.protocol import Job
from ..judge.metered_chat import MeteredChat
from ..service import Service, require_judge


def draft_for_job(
    service: Service, job_id: int, *, questions: int | None = None, language: str | None = None, by_model: bool = False
) -> Draft:
    """A first plan for a job, worded by the language model if that is asked for; nothing is stored.

    Raises `JOB_NOT_FOUND` and `SOURCE_UNAVAILABLE`, `JUDGE_OFF` where there is no language model, and `LIBRARY_INVALID`
    for a library that cannot be used.
    """
    drafter = _model_drafter(service) if by_model else service.drafter
    facts = job_facts(service.source.job(job_id), _culture(service, job_id))
    try:
        return drafter.draft(facts, questions=questions, language=language)
    except ConfigError as invalid:
        raise library_problem(invalid) from None


def _model_drafter(service: Service) -> Drafter:
    return ModelDrafter(MeteredChat(service, require_judge(service)), service.drafter)


def _culture(service: Service, job_id: int) -> tuple[str, ...]:
    """What the source says of the culture; nothing where just that cannot be read: a draft does without."""
    try:
        return service.source.culture(job_id)
    except Problem:
        return ()


def job_facts(job: Job, culture: tuple[str, ...] = ()) -> JobFacts:
    """What a drafter may know of a job."""
    return JobFacts(
        title=job.title,
        jd_text=job.jd_text or "",
        seniority=job.seniority,
        languages=job.preferred_languages,
        must_have_skills=job.must_have_skills,
        nice_to_have_skills=job.nice_to_have_skills,
        company=job.company,
        culture=culture,
    )


def library_problem(invalid: ConfigError) -> Problem:
    return Problem("LIBRARY_INVALID", "The question library cannot be used as it is.", {"faults": invalid.faults})
