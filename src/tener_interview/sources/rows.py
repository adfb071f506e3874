"""Converts rows of the main system to Jobs and Candidates, leniently.

Its SQLite file and its API have the same columns, written over the years by more than one program: a number may be
text; a list may be JSON, comma-separated words or nothing. A value that makes no sense counts as missing. Only a row
without an id is refused.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from ..languages.spelling import fold_text, matches_words, uncached_spellings, word_variants
from ..lazy_dataclass import dataclass
from ..regex import regex
from ..system.clock import iso_utc, parse_time_ms
from .protocol import Candidate, CandidateFilter, CandidatePage, Job

MAX_ID = 2**63 - 1
_Id = TypeVar("_Id", bound=int | str)
_LEADING_NUMBER = regex(r"\s*([+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![0-9.,])")


@dataclass(frozen=True)
class SearchIndex(Generic[_Id]):
    """What a search of candidates looks in.

    `texts` are made by `search_text`; who was matched since has none. `ids_by_email` has the keys of `email_key`.
    An address is found as a whole only: parts of addresses would tell where somebody works, and match half a list.
    """

    texts: Mapping[_Id, str]
    ids_by_email: Mapping[str, set[_Id]]


class InvalidRow(ValueError):
    """A row that cannot be used. The text is the end of a sentence that says why."""


def parse_job(row: Mapping[str, object]) -> Job:
    """A Job from a row with the columns of `jobs`. Raises InvalidRow without a whole number in `id`."""
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
        # `paused_at` may be left over from an earlier pause; `job_state` is current.
        paused=state == "paused" or (not state and _is_set(row.get("paused_at"))),
        pause_reason=text(row.get("pause_reason")),
        archived=state == "archived" or _is_set(row.get("archived_at")),
    )


def parse_candidate(row: Mapping[str, object]) -> Candidate:
    """A Candidate from a row that joins candidate and match. Raises InvalidRow without a number in `candidate_id`."""
    candidate_id = require_id(row, "candidate_id", "a candidate")
    email = text(row.get("email"))
    return Candidate(
        candidate_id=candidate_id,
        full_name=text(row.get("full_name")) or _fallback_name(candidate_id),
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


def filter_page(
    candidates: Iterable[Candidate], candidate_filter: CandidateFilter, offset: int, limit: int
) -> CandidatePage:
    """A page of the candidates that match the filter, for `Source.page`."""
    only_ids = None if candidate_filter.only_ids is None else set(candidate_filter.only_ids)
    excluded_ids = set(candidate_filter.excluded_ids)
    matching = [
        candidate
        for candidate in candidates
        if (only_ids is None or candidate.candidate_id in only_ids)
        and candidate.candidate_id not in excluded_ids
        and (
            not candidate_filter.words
            or matches_search(
                candidate_filter.words,
                candidate.candidate_id,
                *_searchable_texts(candidate),
                candidate_filter.other_names.get(candidate.candidate_id),
                email=candidate.email,
            )
        )
    ]
    return CandidatePage(matching[offset : offset + limit], len(matching))


def matches_search(
    words: Sequence[str], candidate_id: int, name: str | None, *texts: str | None, email: str | None = None
) -> bool:
    """Return whether every word is the candidate's id or whole e-mail address, or occurs in one of the texts, in any
    spelling."""
    id_text, own_email = str(candidate_id), email_key(email)
    other_words = [
        word for word in words
        if fold_text(word) != id_text and not (own_email and email_key(word) == own_email)
    ]
    return not other_words or matches_words(
        "\n".join(filter(None, (name or _fallback_name(candidate_id), *texts))), other_words
    )


def email_key(email: str | None) -> str:
    """Return an e-mail address as searches compare it: as a whole, in any case; empty without one."""
    return email.strip().casefold() if email and "@" in email else ""


def search_text(candidate_id: int, name: str | None, *texts: str | None) -> str:
    """Return what is known of a candidate in every spelling, for `search`."""
    return uncached_spellings("\n".join(filter(None, (name or _fallback_name(candidate_id), *texts))))


def search(
    words: Sequence[str], ids: Sequence[_Id], index: SearchIndex[_Id], other_names: Mapping[Any, str]
) -> list[_Id]:
    """Return those candidates for whom every word is their id or e-mail address, or occurs in their text or other name.

    The words may be in any spelling.
    """
    matching_ids = list(ids)
    for word in sorted(words, key=_rarity, reverse=True):
        variants = word_variants(word)
        holders = {
            part: _ids_with_part(index.texts, part, matching_ids) | _ids_with_part(other_names, part, matching_ids)
            for part in {part for parts in variants for part in parts}
        }
        matching = set().union(*(set.intersection(*(holders[part] for part in parts)) for parts in variants))
        matching |= index.ids_by_email.get(email_key(word), set())
        own_id = fold_text(word)
        if own_id.isdecimal() and str(int(own_id)) == own_id:
            candidate_id = int(own_id)
            matching |= {id_ for id_ in matching_ids if int(id_) == candidate_id}
        matching_ids = [id_ for id_ in matching_ids if id_ in matching]
    return matching_ids


def _ids_with_part(texts: Mapping[_Id, str], part: str, among: Sequence[_Id]) -> set[_Id]:
    """Return the given ids whose texts contain a part of a word, and perhaps others. To look for each id costs
    several times as much as to look into its text, so many are found by looking into all."""
    if len(among) < len(texts) / 4:
        return {id_ for id_ in among if id_ in texts and part in texts[id_]}
    return {id_ for id_, text in texts.items() if part in text}


def _rarity(word: str) -> tuple[bool, int]:
    """The order in which words leave the fewest to look through: numbers, then long words, are rarer."""
    return word.isdecimal(), len(word)


def _searchable_texts(candidate: Candidate) -> tuple[str | None, ...]:
    facts = (candidate.full_name, candidate.headline, candidate.location)
    return (*facts, *candidate.languages, *candidate.skills)


def _fallback_name(candidate_id: int) -> str:
    return f"Candidate {candidate_id}"


def newest_first(jobs: Iterable[Job]) -> list[Job]:
    """Jobs in the order of `Source.jobs`."""
    return sorted(jobs, key=lambda job: (job.created_at or "", job.job_id), reverse=True)


def filter_jobs(jobs: Iterable[Job], words: Sequence[str]) -> list[Job]:
    """The jobs in which every word occurs in title, company, location, seniority or number."""
    if not words:
        return list(jobs)
    searchable = ((job, (job.title, job.company, job.location, job.seniority, f"job {job.job_id}")) for job in jobs)
    return [job for job, texts in searchable if matches_words("\n".join(filter(None, texts)), words)]


def best_first(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Candidates in the order of `Source.candidates`: best score first, without a score last, then by id; each once."""

    def rank(candidate: Candidate) -> tuple[float, int]:
        return (math.inf if candidate.match_score is None else -candidate.match_score, candidate.candidate_id)

    return list(unique_candidates(sorted(candidates, key=rank)))


def unique_candidates(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """The first occurrence of each candidate: a candidate may be matched to a job twice."""
    seen: set[int] = set()
    for candidate in candidates:
        if candidate.candidate_id not in seen:
            seen.add(candidate.candidate_id)
            yield candidate


def require_id(row: Mapping[str, object], column: str, entity: str) -> int:
    """The id in a column. Raises InvalidRow without one."""
    value = row.get(column)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,19}", value.strip()):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_ID:
        raise InvalidRow(f"it holds {entity} whose `{column}` is not a whole number")
    return value


def text(value: object) -> str | None:
    """Trimmed text that can be encoded as UTF-8; None for anything empty."""
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
    """A finite number; from text, the number that it starts with (`5+ years` is 5)."""
    if isinstance(value, (str, bytes)):
        match = _LEADING_NUMBER.match(text(value) or "")
        value = float(match[1]) if match else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        as_float = float(value)
    except OverflowError:
        return None
    return as_float if math.isfinite(as_float) else None


def _is_set(value: object) -> bool:
    """Return whether a column for a time holds one."""
    return (text(value) or "0").lower() not in ("0", "null", "none", "false")


def utc_timestamp(value: object) -> str | None:
    """A time as ISO 8601 in UTC. A time without a zone counts as UTC."""
    return iso_utc(parse_time_ms(text(value) if isinstance(value, bytes) else value))


def string_list(value: object) -> tuple[str, ...]:
    """The items of a list, of JSON text with a list, or of comma-separated text, without duplicates and empty items."""
    if isinstance(value, (str, bytes)):
        value = _parse_list(text(value) or "")
    if not isinstance(value, (list, tuple)):
        return ()
    items = (text((item.get("name") or item.get("skill")) if isinstance(item, dict) else item) for item in value)
    return tuple(dict.fromkeys(item for item in items if item))


def _parse_list(text: str) -> object:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        # This also reads a Python list, ['a', 'b']. A broken object is not worth guessing at.
        return [] if text.startswith("{") else [part.strip(" \t[]'\"") for part in re.split(r"[,;\n]", text)]
    # The text may have been encoded as JSON twice.
    return _parse_list(value) if isinstance(value, str) else value
