"""How well the machine agrees with reviewers, and reviewers with each other, as JSON and as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Annotated, Any, TypedDict

from ..criteria.formula import RECOMMENDATIONS, Formula
from ..domain.rater_agreement.agreement import (
    BlindAndSeen,
    RaterAgreement,
    compute_rater_agreement,
    points_above_machine,
    read_reviews,
)
from ..domain.rater_agreement.figures import CONFIDENCE_LEVEL, MIN_PAIRS, Figures
from ..domain.results import ScoringVersions, read_versions
from ..domain.reviews.content import RECOMMENDATIONS as REVIEW_RECOMMENDATIONS
from ..domain.service import Service
from ..lazy_dataclass import dataclass
from ..store.candidate_result_records import FirstReview
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, Response, json_response
from ..web.schema import Column, column_headings
from ..web.shape import OneOf, optional, read
from .csv_sheet import bom_field, decimal_field, delimiter_field, format_field, sheet_response
from .shapes import At, Recommendation, Score, ScoringVersionsJson, scoring_versions_json

#: Every computation draws the same samples, so that the same reviews have the same intervals.
_SEED = 144
_CONTENTS = ("figures", "pairs")


@dataclass(frozen=True)
class AgreementQuery:
    format: str = format_field()
    content: str = optional(
        OneOf(_CONTENTS), "figures", "what the CSV has: a row for every group of figures, or one for every review"
    )
    delimiter: str = delimiter_field()
    decimal: str = decimal_field()
    bom: str | None = bom_field()


class IntervalJson(TypedDict):
    """A confidence interval."""

    low: float
    high: float


class AgreementFiguresJson(TypedDict):
    """How well two raters agree. With too few pairs all figures are null; any that is not defined is null too."""

    pairs: Annotated[int, "Pairs of totals of the same interview.", Column("Pairs")]
    interviews: Annotated[int, Column("Interviews")]
    too_few: Annotated[bool, "Fewer than `min_pairs`, so the figures are withheld.", Column("Too few")]
    spearman: Annotated[float | None, "Rank correlation, -1 to 1.", Column("Spearman")]
    spearman_interval: IntervalJson | None
    mean_difference: Annotated[
        float | None,
        "The reviewer's total minus the machine's; of two reviewers the first's taken from the second's, and of"
        " all reviewers together the mean distance.",
        Column("Mean difference"),
    ]
    mean_difference_interval: IntervalJson | None
    weighted_kappa: Annotated[
        float | None, "Agreement of bands beyond chance, with quadratic weights.", Column("Weighted kappa")
    ]
    weighted_kappa_interval: IntervalJson | None


class BlindAndSeenAgreementJson(TypedDict):
    """Figures of reviews given blind, and of those whose reviewer could have seen the other total before."""

    blind: AgreementFiguresJson
    seen: AgreementFiguresJson


class ReviewerPairJson(TypedDict):
    """Two reviewers on the interviews that both reviewed blind."""

    reviewers: list[str]
    figures: AgreementFiguresJson


class JobAgreementJson(TypedDict):
    """Machine and reviewers on the interviews of one job, reviewed blind. Only its own answer has intervals."""

    job_id: int
    figures: AgreementFiguresJson


class ReviewPairJson(TypedDict):
    """A review beside the machine's total."""

    job_id: Annotated[int, Column("Job")]
    session_id: Annotated[str, Column("Session id")]
    candidate_id: Annotated[int, Column("Candidate id")]
    candidate_name: Annotated[str, Column("Candidate")]
    reviewer_name: Annotated[str, Column("Reviewer")]
    blind: Annotated[
        bool, "Whether the reviewer could see neither the machine's score nor other reviews.", Column("Blind")
    ]
    machine_total: Annotated[Score | None, Column("Machine")]
    review_total: Annotated[Score, "As it was first submitted.", Column("Reviewer's total")]
    difference: Annotated[float | None, "The reviewer's total minus the machine's.", Column("Difference")]
    machine_band: Annotated[Recommendation | None, Column("Machine's band")]
    review_band: Annotated[Recommendation | None, Column("Reviewer's band")]
    review_recommendation: Annotated[
        str, OneOf(REVIEW_RECOMMENDATIONS), "The reviewer's own, whatever the total.", Column("Recommended")
    ]


class BandJson(TypedDict):
    """A band of totals, from this one up to the next."""

    band: Recommendation
    minimum: float


class ScoredVersionJson(ScoringVersionsJson):
    """What scored interviews, and how many of them."""

    interviews: int


class AgreementJson(TypedDict):
    """How well machine and reviewers agree on a job, or on all jobs (`job_id` null).

    `machine` compares each review with the machine's total of the interview, `reviewers` the reviews of an interview
    with each other. `disagreements` are those farthest from the machine's total, the largest first.
    """

    job_id: int | None
    computed_at: At | None
    min_pairs: Annotated[int, "With fewer pairs, figures are withheld."]
    level: Annotated[float, "Of the intervals."]
    bands: list[BandJson]
    machine: BlindAndSeenAgreementJson
    reviewers: BlindAndSeenAgreementJson
    reviewer_pairs: list[ReviewerPairJson]
    disagreements: list[ReviewPairJson]
    versions: list[ScoredVersionJson]
    mixed_versions: Annotated[str | None, "If several versions scored the interviews, a sentence that says so."]
    jobs: Annotated[list[JobAgreementJson], "Only of all jobs together."]
    truncated: Annotated[bool, "Whether only the newest reviews were counted."]
    demo: Annotated[bool, "Whether the interviews are invented."]


@contract(query=AgreementQuery, media=("text/csv",))
def get_job_agreement(service: Service, request: Request) -> Json[AgreementJson] | Response:
    """GET /api/jobs/{job_id}/agreement"""
    return _agreement(service, request, read(AgreementQuery, request.query), request.integer("job_id"))


@contract(query=AgreementQuery, media=("text/csv",))
def get_agreement(service: Service, request: Request) -> Json[AgreementJson] | Response:
    """GET /api/agreement"""
    return _agreement(service, request, read(AgreementQuery, request.query), None)


def _agreement(
    service: Service, request: Request, query: AgreementQuery, job_id: int | None
) -> Json[AgreementJson] | Response:
    if query.format == "csv" and query.content == "pairs":
        with service.store.read() as tx:
            reviews, _ = read_reviews(tx, job_id)
        rows: Sequence[Any] = [_pair_sheet_row(review, service.rules.formula) for review in reviews]
        return _sheet(service, request, query, _PAIR_COLUMNS, rows, job_id)
    agreement = _compute(service, job_id)
    if query.format == "csv":
        return _sheet(service, request, query, _FIGURE_COLUMNS, _figure_rows(agreement), job_id)
    return json_response(_agreement_json(service, agreement, job_id))


def agreement_json(service: Service, job_id: int | None) -> AgreementJson:
    """Return how well machine and reviewers agree on a job, or on all jobs."""
    return _agreement_json(service, _compute(service, job_id), job_id)


def _compute(service: Service, job_id: int | None) -> RaterAgreement:
    with service.store.read() as tx:
        reviews, truncated = read_reviews(tx, job_id)
    return compute_rater_agreement(
        reviews, service.rules.formula, Random(_SEED), by_job=job_id is None, truncated=truncated  # noqa: S311
    )


def _agreement_json(service: Service, agreement: RaterAgreement, job_id: int | None) -> AgreementJson:
    formula = service.rules.formula
    thresholds = formula.recommendation_thresholds
    return {
        "job_id": job_id,
        "computed_at": iso_utc(service.clock.now_ms()),
        "min_pairs": MIN_PAIRS,
        "level": CONFIDENCE_LEVEL,
        "bands": [{"band": name, "minimum": thresholds.get(name, 0.0)} for name in RECOMMENDATIONS],
        "machine": _blind_and_seen_json(agreement.machine),
        "reviewers": _blind_and_seen_json(agreement.reviewers),
        "reviewer_pairs": [
            {"reviewers": list(pair.names), "figures": _figures_json(pair.figures)} for pair in agreement.reviewer_pairs
        ],
        "disagreements": [_pair_json(review, formula) for review in agreement.disagreements],
        "versions": versions_json(agreement.versions),
        "mixed_versions": agreement.mixed_versions_note,
        "jobs": [{"job_id": job.job_id, "figures": _figures_json(job.figures)} for job in agreement.jobs],
        "truncated": agreement.truncated,
        "demo": service.provider.name == "demo",
    }


def versions_json(versions: Sequence[tuple[ScoringVersions, int]]) -> list[ScoredVersionJson]:
    """Return what scored interviews, with the number of interviews."""
    return [{**scoring_versions_json(found), "interviews": count} for found, count in versions]


def interval_json(interval: tuple[float, float] | None) -> IntervalJson | None:
    """Return an interval, to four decimals."""
    return None if interval is None else {"low": round(interval[0], 4), "high": round(interval[1], 4)}


def rounded(value: float | None) -> float | None:
    """Return a figure to four decimals: more would be noise."""
    return None if value is None else round(value, 4)


def _blind_and_seen_json(figures: BlindAndSeen) -> BlindAndSeenAgreementJson:
    return {"blind": _figures_json(figures.blind), "seen": _figures_json(figures.seen)}


def _figures_json(figures: Figures) -> AgreementFiguresJson:
    return {
        "pairs": figures.pairs,
        "interviews": figures.interviews,
        "too_few": figures.has_too_few_pairs,
        "spearman": rounded(figures.spearman),
        "spearman_interval": interval_json(figures.spearman_interval),
        "mean_difference": rounded(figures.mean_difference),
        "mean_difference_interval": interval_json(figures.mean_difference_interval),
        "weighted_kappa": rounded(figures.weighted_kappa),
        "weighted_kappa_interval": interval_json(figures.weighted_kappa_interval),
    }


def _pair_json(review: FirstReview, formula: Formula) -> ReviewPairJson:
    has_machine = review.machine_total is not None
    return {
        "job_id": review.job_id,
        "session_id": review.session_id,
        "candidate_id": review.candidate_id,
        "candidate_name": review.candidate_name,
        "reviewer_name": review.reviewer_name,
        "blind": review.blind,
        "machine_total": review.machine_total,
        "review_total": review.total,
        "difference": round(points_above_machine(review), 1) if has_machine else None,
        "machine_band": formula.recommendation(review.machine_total),
        "review_band": formula.recommendation(review.total),
        "review_recommendation": review.recommendation,
    }


#: The columns of the CSV of reviews; names are left out, so that it can be given to a statistician.
_PAIR_COLUMNS = {
    **{name: heading for name, heading in column_headings(ReviewPairJson).items() if name != "candidate_name"},
    "engine_version": "Engine", "formula_version": "Formula", "criteria_version": "Criteria",
    "scored_plan_version": "Plan",
}
_INTERVALS = ("spearman", "mean_difference", "weighted_kappa")
_FIGURE_COLUMNS = {
    "raters": "Raters", "sight": "Sight", "about": "About",
    **column_headings(AgreementFiguresJson),
    **{
        f"{name}_{end}": f"{heading}, {end}"
        for name, heading in column_headings(AgreementFiguresJson).items() if name in _INTERVALS
        for end in ("low", "high")
    },
}


def _pair_sheet_row(review: FirstReview, formula: Formula) -> dict[str, Any]:
    versions = read_versions(review.scoring_versions)
    return {**_pair_json(review, formula), **(scoring_versions_json(versions) if versions else {})}


def _figure_rows(agreement: RaterAgreement) -> list[dict[str, Any]]:
    groups = [
        ("machine and reviewer", "blind", "", agreement.machine.blind),
        ("machine and reviewer", "seen", "", agreement.machine.seen),
        ("reviewer and reviewer", "blind", "", agreement.reviewers.blind),
        ("reviewer and reviewer", "seen", "", agreement.reviewers.seen),
        *(
            ("reviewer and reviewer", "blind", " / ".join(pair.names), pair.figures)
            for pair in agreement.reviewer_pairs
        ),
        *(("machine and reviewer", "blind", f"job {job.job_id}", job.figures) for job in agreement.jobs),
    ]
    rows = []
    for raters, sight, about, figures in groups:
        values: dict[str, Any] = dict(_figures_json(figures))
        ends = {
            f"{name}_{end}": interval[end]
            for name in _INTERVALS if (interval := values[f"{name}_interval"]) for end in ("low", "high")
        }
        rows.append({"raters": raters, "sight": sight, "about": about, **values, **ends})
    return rows


def _sheet(
    service: Service, request: Request, query: AgreementQuery, columns: dict[str, str], rows: Sequence[dict[str, Any]],
    job_id: int | None,
) -> Response:
    # The name marks demo data, because a file is kept longer than the page that says so.
    mark = "demo-" if service.provider.name == "demo" else ""
    file_name = f"{mark}agreement-{query.content}-{'all-jobs' if job_id is None else job_id}.csv"
    return sheet_response(columns, rows, file_name, query, request)


