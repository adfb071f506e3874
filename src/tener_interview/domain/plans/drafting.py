"""Draft a plan from what the source knows of a job."""

from __future__ import annotations

from ...criteria.files import ConfigError
from ...errors import Problem
from ...plans.drafting import Draft, JobFacts
from ...sources.protocol import Job
from ..service import Service


def draft_for_job(service: Service, job_id: int, *, questions: int | None = None, language: str | None = None) -> Draft:
    """A first plan for a job; nothing is stored.

    Raises `JOB_NOT_FOUND` and `SOURCE_UNAVAILABLE`, and `LIBRARY_INVALID` for a library that cannot be used.
    """
    facts = job_facts(service.source.job(job_id), _culture(service, job_id))
    try:
        return service.drafter.draft(facts, questions=questions, language=language)
    except ConfigError as invalid:
        raise library_problem(invalid) from None


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
