"""The demo catalogue: invented jobs and candidates in the package, to try the whole flow."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from ...errors import Problem
from ...sources import rows
from ...sources.culture import culture_statements
from ...sources.protocol import Candidate, CandidateFilter, CandidatePage, Job, MatchedCandidate

_CATALOGUE = Path(__file__).with_name("demo_catalogue.json")


class DemoSource:
    """The Source over `demo_catalogue.json`, which is read on first use.

    The file has `jobs` and `candidates` with the columns of the main system's tables, and `matches` from a job's id to
    `[candidate_id, score, status]`; scores run from 0 to 100.
    """

    kind = "demo"
    location = "demo catalogue"

    def jobs(self, limit: int) -> list[Job]:
        return list(self._jobs.values())[:limit]

    def job(self, job_id: int) -> Job:
        if job_id not in self._jobs:
            raise Problem("JOB_NOT_FOUND", f"The demo catalogue has no job {job_id}.")
        return self._jobs[job_id]

    def culture(self, job_id: int) -> tuple[str, ...]:
        return culture_statements([row.get("culture") for row in self._catalogue["jobs"] if row["id"] == job_id])

    def candidates(self, job_id: int, limit: int) -> list[Candidate]:
        return self._candidates_of(self.job(job_id).job_id)[:limit]

    def page(self, job_id: int, candidate_filter: CandidateFilter, offset: int, limit: int) -> CandidatePage:
        return rows.filter_page(self.candidates(job_id, rows.MAX_ID), candidate_filter, offset, limit)

    def candidates_by_id(self, job_id: int, candidate_ids: Collection[int]) -> dict[int, Candidate]:
        wanted_ids = set(candidate_ids)
        return {
            candidate.candidate_id: candidate
            for candidate in self._candidates_of(job_id)
            if candidate.candidate_id in wanted_ids
        }

    def search(self, words: Sequence[str], limit: int) -> list[MatchedCandidate] | None:
        matches = [
            MatchedCandidate(job.job_id, job.title, candidate.candidate_id, candidate.full_name)
            for job in self._jobs.values()
            for candidate in self._candidates_of(job.job_id)
            if rows.matches_search(words, candidate.candidate_id, candidate.full_name, email=candidate.email)
        ]
        return sorted(matches, key=lambda match: -match.candidate_id)[:limit]

    def parts(self) -> tuple[str, ...]:
        return (_CATALOGUE.name,)

    @cached_property
    def _catalogue(self) -> dict[str, Any]:
        text = _CATALOGUE.read_text("utf-8")
        catalogue: dict[str, Any] = json.loads(text)
        return catalogue

    @cached_property
    def _jobs(self) -> dict[int, Job]:
        return {job.job_id: job for job in rows.newest_first(map(rows.parse_job, self._catalogue["jobs"]))}

    def _candidates_of(self, job_id: int) -> list[Candidate]:
        people = {row["id"]: row for row in self._catalogue["candidates"]}
        return rows.best_first(
            rows.parse_candidate(
                {**people[candidate_id], "candidate_id": candidate_id, "score": score, "status": status}
            )
            for candidate_id, score, status in self._catalogue["matches"].get(str(job_id), [])
        )
