"""Rater agreement: how well the machine agrees with reviewers, and reviewers with each other, on interviews."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from itertools import combinations
from random import Random

from ...criteria.formula import RECOMMENDATIONS, Formula
from ...lazy_dataclass import dataclass
from ...scorecards.result import ScoringVersions
from ...store.candidate_result_records import FirstReview
from ...store.ports import Transaction
from ..results import read_versions
from .figures import BandNumber, Figures, Pair, measure_agreement

#: The newest reviews that count; more would take too long to compute.
MAX_REVIEWS = 2_000
MAX_DISAGREEMENTS = 10
#: The pairs of reviewers with the most interviews in common.
MAX_REVIEWER_PAIRS = 20


@dataclass(frozen=True)
class BlindAndSeen:
    """Figures of reviews that were given blind, and of those whose reviewer could have seen the other total before."""

    blind: Figures
    seen: Figures


@dataclass(frozen=True)
class ReviewerPair:
    """Two reviewers, and how well they agree on the interviews that both reviewed blind."""

    reviewer_ids: tuple[str, str]
    names: tuple[str, str]
    figures: Figures


@dataclass(frozen=True)
class JobAgreement:
    """The agreement of machine and reviewers on one job, among all jobs; without intervals, which the job's own has."""

    job_id: int
    figures: Figures


@dataclass(frozen=True)
class RaterAgreement:
    """The agreement on the interviews of a job, or of all jobs.

    `disagreements` are reviews, those farthest from the machine's total first. `versions` counts interviews by
    what scored them. `truncated` says that older reviews were left out.
    """

    machine: BlindAndSeen
    reviewers: BlindAndSeen
    reviewer_pairs: Sequence[ReviewerPair]
    disagreements: Sequence[FirstReview]
    versions: Sequence[tuple[ScoringVersions, int]]
    jobs: Sequence[JobAgreement]
    truncated: bool

    @property
    def mixed_versions_note(self) -> str | None:
        """Return a note if totals are of different versions; None if all are of one."""
        return describe_mixed_versions(self.versions)


def read_reviews(tx: Transaction, job_id: int | None) -> tuple[list[FirstReview], bool]:
    """Return the reviews that count, and whether older ones were left out."""
    reviews = tx.candidate_results.first_reviews(job_id, limit=MAX_REVIEWS + 1)
    names = tx.users.names() if reviews else {}
    named = [
        review._replace(reviewer_name=names.get(review.reviewer_id, review.reviewer_name))
        for review in reviews[:MAX_REVIEWS]
    ]
    return named, len(reviews) > MAX_REVIEWS


def compute_rater_agreement(
    reviews: Sequence[FirstReview], formula: Formula, random: Random, *, by_job: bool, truncated: bool = False
) -> RaterAgreement:
    """Return the agreement of these reviews with the machine and with each other; with `by_job` for each job too.

    Each review counts with the total it was first submitted with, whatever was amended later, and is compared with what
    the machine gives the interview now. Scores that people put in place of the machine's are not the machine's.
    """
    band = band_number_of(formula)

    def measure(clusters: Iterable[Sequence[Pair]], *, ordered: bool = True, intervals: bool = True) -> Figures:
        return measure_agreement(list(clusters), band, random, ordered=ordered, intervals=intervals)

    with_machine = [review for review in reviews if review.machine_total is not None]
    sessions = {review.session_id: review for review in with_machine}
    versions = Counter(found for review in sessions.values() if (found := read_versions(review.scoring_versions)))
    return RaterAgreement(
        machine=BlindAndSeen(*(
            measure(_machine_and_reviewer_pairs(with_machine, blind=blind)) for blind in (True, False)
        )),
        reviewers=BlindAndSeen(*(
            measure(_reviewer_and_reviewer_pairs(reviews, blind=blind), ordered=False) for blind in (True, False)
        )),
        reviewer_pairs=_reviewer_pairs(reviews, measure),
        disagreements=sorted(
            with_machine, key=lambda review: (-abs(points_above_machine(review)), review.session_id, review.reviewer_id)
        )[:MAX_DISAGREEMENTS],
        versions=versions.most_common(),
        jobs=_agreement_by_job(with_machine, partial(measure, intervals=False)) if by_job else [],
        truncated=truncated,
    )


def band_number_of(formula: Formula) -> BandNumber:
    """Return the function that gives the number of a total's band: the bands of the recommendations, from 0 for the
    lowest."""
    numbers: dict[str | None, int] = {name: number for number, name in enumerate(reversed(RECOMMENDATIONS))}

    @cache
    def band(total: float) -> int:
        return numbers[formula.recommendation(total)]

    return band


def points_above_machine(review: FirstReview) -> float:
    """Return the total of the review minus the machine's; 0 without a machine's."""
    return 0.0 if review.machine_total is None else review.total - review.machine_total


def describe_mixed_versions(versions: Sequence[tuple[ScoringVersions, int]]) -> str | None:
    """Return a note that totals are of different versions; None if all are of one."""
    if len(versions) < 2:
        return None
    names: dict[str, set[object]] = {
        "engine": {found.engine_version for found, _ in versions},
        "formula": {found.formula_hash or found.formula_version for found, _ in versions},
        "criteria": {found.criteria_hash or found.criteria_version for found, _ in versions},
        "plan": {found.plan_version for found, _ in versions},
    }
    differing = [name for name, found in names.items() if len(found) > 1]
    return (
        f"The machine's totals come from {len(versions)} versions ({', '.join(differing)}), so they are not all on the"
        " same scale. Rescore the interviews to compare like with like."
    )


def _machine_and_reviewer_pairs(reviews: Sequence[FirstReview], *, blind: bool) -> list[list[Pair]]:
    clusters: dict[str, list[Pair]] = defaultdict(list)
    for review in reviews:
        if review.blind == blind and review.machine_total is not None:
            clusters[review.session_id].append((review.machine_total, review.total))
    return list(clusters.values())


def _reviewer_and_reviewer_pairs(reviews: Sequence[FirstReview], *, blind: bool) -> list[list[Pair]]:
    """A pair is blind if both reviews are: otherwise one of the two may have known the other's."""
    return [
        [
            (one.total, other.total) for one, other in combinations(of_session, 2)
            if (one.blind and other.blind) == blind
        ]
        for of_session in _reviews_by_session(reviews)
    ]


def _reviewer_pairs(
    reviews: Sequence[FirstReview], measure: Callable[[Iterable[Sequence[Pair]]], Figures]
) -> list[ReviewerPair]:
    clusters: dict[tuple[str, str], list[list[Pair]]] = defaultdict(list)
    names = {review.reviewer_id: review.reviewer_name for review in reviews}
    for of_session in _reviews_by_session([review for review in reviews if review.blind]):
        for one, other in combinations(of_session, 2):
            clusters[one.reviewer_id, other.reviewer_id].append([(one.total, other.total)])
    most = sorted(clusters.items(), key=_pair_count)[:MAX_REVIEWER_PAIRS]
    return [ReviewerPair(ids, (names[ids[0]], names[ids[1]]), measure(pairs)) for ids, pairs in most]


def _pair_count(entry: tuple[tuple[str, str], list[list[Pair]]]) -> tuple[int, tuple[str, str]]:
    return -len(entry[1]), entry[0]


def _reviews_by_session(reviews: Sequence[FirstReview]) -> list[list[FirstReview]]:
    """Return the reviews of each interview, ordered by reviewer."""
    sessions: dict[str, list[FirstReview]] = defaultdict(list)
    for review in sorted(reviews, key=lambda review: review.reviewer_id):
        sessions[review.session_id].append(review)
    return list(sessions.values())


def _agreement_by_job(
    reviews: Sequence[FirstReview], measure: Callable[[Iterable[Sequence[Pair]]], Figures]
) -> list[JobAgreement]:
    jobs: dict[int, list[FirstReview]] = defaultdict(list)
    for review in reviews:
        jobs[review.job_id].append(review)
    return [
        JobAgreement(job_id, measure(_machine_and_reviewer_pairs(jobs[job_id], blind=True))) for job_id in sorted(jobs)
    ]
