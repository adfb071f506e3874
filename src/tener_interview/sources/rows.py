"""Rows of the main system, read leniently: what its SQLite file and its API hold becomes a Job or a Candidate.

Both hand out the same columns, written over years by more than one program: a number may be text, a list may be JSON,
comma-separated words or nothing. A value that makes no sense counts as missing; only a row without its id is refused.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..languages.spelling import folded, tells
from ..system.clock import iso_utc, parse_time_ms
from .protocol import Candidate, CandidateFilter, Job, Page

MAX_ID = 2**63 - 1
_LEADING_NUMBER = re.compile(r"\s*([+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![0-9.,])")


class InvalidRow(ValueError):
    """A row that cannot be used; the text says why, as the end of a sentence."""


def parse_job(row: Mapping[str, object]) -> Job:
    """The Job of a row with the columns of `jobs`. Raises InvalidRow without a whole number in `id`."""
    job_id = require_id(row, "id", "a job")
    state = (text(row.get("job_state")) or "").lower()
    return Job(
        job_id=job_id,
        title=text(row.get("title")) or f"Job {job_id}",
        jd_text=text(row.get("jd_text")),
        location=text(row.get("location")),
        preferred_languages=string_list(row.get("preferred_languages")),
        seniority=text(row.get("seniority")),
        created_at=utc_timestamp(row.get("created_at")),
        company=text(row.get("company")),
        must_have_skills=string_list(row.get("must_have_skills")),
        nice_to_have_skills=string_list(row.get("nice_to_have_skills")),
        questionable_skills=string_list(row.get("questionable_skills")),
        # A time of a pause may be left of one that is over; the state says what is so now.
        paused=state == "paused" or (not state and _happened(row.get("paused_at"))),
        pause_reason=text(row.get("pause_reason")),
        archived=state == "archived" or _happened(row.get("archived_at")),
    )


def parse_candidate(row: Mapping[str, object]) -> Candidate:
    """The Candidate of a row that joins candidate and match. Raises InvalidRow without a number in `candidate_id`."""
    candidate_id = require_id(row, "candidate_id", "a candidate")
    email = text(row.get("email"))
    return Candidate(
        candidate_id=candidate_id,
        full_name=text(row.get("full_name")) or _nameless(candidate_id),
        match_score=number(row.get("score")),
        match_status=text(row.get("status")),
        headline=text(row.get("headline")),
        location=text(row.get("location")),
        languages=string_list(row.get("languages")),
        skills=string_list(row.get("skills")),
        years_experience=number(row.get("years_experience")),
        linkedin_id=text(row.get("linkedin_id")),
        email=email if email and "@" in email else None,
    )


def filter_page(candidates: Iterable[Candidate], wanted: CandidateFilter, offset: int, limit: int) -> Page:
    """The wanted ones of a whole list, as `Source.page` gives them."""
    only, without = None if wanted.only is None else set(wanted.only), set(wanted.without)
    found = [
        each for each in candidates
        if (only is None or each.candidate_id in only) and each.candidate_id not in without
        and (not wanted.words or matches_search(
            wanted.words, each.candidate_id, *_told(each), wanted.also_named.get(each.candidate_id)
        ))
    ]
    return Page(found[offset : offset + limit], len(found))


def matches_search(words: Sequence[str], candidate_id: int, name: str | None, *told: str | None) -> bool:
    """Whether a candidate is meant by words: each is her id, or occurs in what is told of her, however it is spelt."""
    others = [word for word in words if folded(word) != str(candidate_id)]
    return not others or tells("\n".join(filter(None, (name or _nameless(candidate_id), *told))), others)


def _told(candidate: Candidate) -> tuple[str | None, ...]:
    facts = (candidate.full_name, candidate.headline, candidate.location, candidate.email)
    return (*facts, *candidate.languages, *candidate.skills)


def _nameless(candidate_id: int) -> str:
    return f"Candidate {candidate_id}"


def newest_first(jobs: Iterable[Job]) -> list[Job]:
    """In the order of `Source.jobs`."""
    return sorted(jobs, key=lambda one: (one.created_at or "", one.job_id), reverse=True)


def filter_jobs(jobs: Iterable[Job], words: Sequence[str]) -> list[Job]:
    """Those jobs that words are looked for in and found: each in title, company, place, seniority or number."""
    told = ((job, (job.title, job.company, job.location, job.seniority, f"job {job.job_id}")) for job in jobs)
    return [job for job, facts in told if tells("\n".join(filter(None, facts)), words)]


def best_first(candidates: Iterable[Candidate]) -> list[Candidate]:
    """In the order of `Source.candidates`: best score first, those without one last, then by id; each person once."""

    def rank(one: Candidate) -> tuple[float, int]:
        return (math.inf if one.match_score is None else -one.match_score, one.candidate_id)

    return list(unique_candidates(sorted(candidates, key=rank)))


def unique_candidates(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Only the first of each candidate: a candidate may be matched to a job twice."""
    seen: set[int] = set()
    for one in candidates:
        if one.candidate_id not in seen:
            seen.add(one.candidate_id)
            yield one


def require_id(row: Mapping[str, object], column: str, of_what: str) -> int:
    """The id in a column. Raises InvalidRow when there is none."""
    value = row.get(column)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,19}", value.strip()):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_ID:
        raise InvalidRow(f"it holds {of_what} whose `{column}` is not a whole number")
    return value


def text(value: object) -> str | None:
    """Trimmed text that any encoder takes; None for nothing."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    if not isinstance(value, str):
        value = f"{value:g}" if isinstance(value, float) else str(value)
    if value.isascii() and "\0" not in value:
        return value.strip() or None
    return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip() or None


def number(value: object) -> float | None:
    """A finite number; of text, the number it begins with (`5+ years` is 5)."""
    if isinstance(value, (str, bytes)):
        found = _LEADING_NUMBER.match(text(value) or "")
        value = float(found[1]) if found else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        as_float = float(value)
    except OverflowError:
        return None
    return as_float if math.isfinite(as_float) else None


def _happened(at: object) -> bool:
    """Whether a column that holds a time, or nothing, says that something happened."""
    return (text(at) or "0").lower() not in ("0", "null", "none", "false")


def utc_timestamp(value: object) -> str | None:
    """A time as ISO 8601 in UTC; one without a zone is UTC."""
    return iso_utc(parse_time_ms(text(value) if isinstance(value, bytes) else value))


def string_list(value: object) -> tuple[str, ...]:
    """The items of a list, of JSON text that holds one, or of comma-separated text: each once, none empty."""
    if isinstance(value, (str, bytes)):
        value = _listed(text(value) or "")
    if not isinstance(value, (list, tuple)):
        return ()
    items = (text((item.get("name") or item.get("skill")) if isinstance(item, dict) else item) for item in value)
    return tuple(dict.fromkeys(item for item in items if item))


def _listed(written: str) -> object:
    try:
        value = json.loads(written)
    except (ValueError, RecursionError):
        # Also a list written the Python way, ['a', 'b'], is then read; a broken object is not worth guessing at.
        return [] if written.startswith("{") else [part.strip(" \t[]'\"") for part in re.split(r"[,;\n]", written)]
    # JSON text that was made JSON text once more.
    return _listed(value) if isinstance(value, str) else value
