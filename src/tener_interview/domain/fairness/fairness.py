"""The fairness of a job's results, for a list of candidates' categories that is read, computed and not kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from ...actor import Actor
from ...languages.spelling import name_key
from ...lazy_dataclass import dataclass
from ...scorecards.result import ScoringVersions
from ...store.candidate_result_records import CandidateResult
from ..candidates.lists.people import People, Person
from ..rater_agreement.agreement import describe_mixed_versions
from ..results import read_versions
from ..service import Service
from .categories import CategoryList, read_categories
from .rates import Measure, compute_measures


@dataclass(frozen=True)
class Fairness:
    """The rates of a job's candidates by category.

    `applicants` are the candidates with an interview for the job; `not_in_job` those of the list without one. Times
    are milliseconds since 1970: the first and last interview, and when this was computed.
    """

    categories: CategoryList
    applicants: int
    matched: int
    not_in_job: int
    first_interview_at: int | None
    last_interview_at: int | None
    versions: Sequence[tuple[ScoringVersions, int]]
    measures: Sequence[Measure]
    computed_at: int

    @property
    def mixed_versions_note(self) -> str | None:
        """Return a note if totals are of different versions; None if all are of one."""
        return describe_mixed_versions(self.versions)


def compute_fairness(service: Service, job_id: int, raw: bytes, encoding: str | None, actor: Actor) -> Fairness:
    """Compute the rates. Of the list, only how many rows it had is recorded. Raises `LIST_NOT_READABLE`."""
    with service.store.read() as tx:
        results = tx.candidate_results.of_job(job_id)
        invited = People()
        invited.add(Person(*contact) for contact in tx.sessions.contacts_of_job(job_id))
    categories = read_categories(raw, encoding, partial(_find, invited))
    known = {outcome.candidate_id for outcome in results}
    matched = len(known & categories.by_candidate.keys())
    now_ms = service.clock.now_ms()
    measures = compute_measures(results, categories.by_candidate, len(categories.columns))
    with service.store.write() as tx:
        tx.audit.append(
            actor, "fairness.computed", "job", job_id, at_ms=now_ms, job_id=job_id,
            details={"rows": categories.rows, "columns": len(categories.columns)},
        )
    times = [outcome.completed_at for outcome in results if outcome.completed_at is not None]
    return Fairness(
        categories, len(results), matched, len(categories.by_candidate) - matched,
        min(times, default=None), max(times, default=None), _versions(results), measures, now_ms,
    )


def _find(people: People, kind: str, value: str) -> list[int]:
    """Return the candidates with this address or exactly this name, in any spelling of it."""
    if kind == "email":
        return [person.candidate_id for person in people.with_email(value)]
    return [person.candidate_id for person in people.named(value) if name_key(value) == name_key(person.name)]


def _versions(results: Sequence[CandidateResult]) -> list[tuple[ScoringVersions, int]]:
    """Return how many machine's totals each version gave, the most first."""
    return Counter(
        found for outcome in results
        if outcome.machine_total is not None and (found := read_versions(outcome.scoring_versions))
    ).most_common()
