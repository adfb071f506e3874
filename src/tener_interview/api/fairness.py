"""Rates of a job's candidates by category. The list of categories is read, computed and not kept."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.candidates.lists.decoding import ENCODINGS
from ..domain.fairness.fairness import Fairness, compute_fairness
from ..domain.fairness.rates import (
    CONFIDENCE_LEVEL,
    DECIDED,
    FOUR_FIFTHS,
    MEASURES,
    MIN_COMPARED_SHARE,
    MIN_RELIABLE_PEOPLE,
    SELECTED,
    Group,
    GroupBreakdown,
    Measure,
)
from ..domain.service import Service
from ..lazy_dataclass import dataclass
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.schema import Example, NumberRange
from ..web.shape import Base64, OneOf, optional, read, required
from .agreement import IntervalJson, ScoredVersionJson, interval_json, rounded, versions_json
from .body_limits import MAX_LIST_BYTES
from .shapes import At, Score

Proportion = Annotated[float, NumberRange(0, 1), Example(0.25)]
_EXAMPLE = "candidate_id,sex,ethnicity\n42,female,Asian\n43,male,White\n"
#: The most faulty rows that are named.
_MAX_FAULTS = 100


@dataclass(frozen=True)
class FairnessBody:
    content_base64: bytes = required(Base64(MAX_LIST_BYTES), "the bytes of the CSV, or its text as UTF-8")
    encoding: str | None = optional(OneOf(tuple(ENCODINGS)), description="of the file; default: detected")


class RowFaultJson(TypedDict):
    """A row of the list that was left out, by its number in a spreadsheet: the headings are row 1."""

    row: int
    reason: str


class CategorySourceJson(TypedDict):
    """What was read of the list."""

    columns: Annotated[list[str], "The columns with categories."]
    rows: Annotated[int, "Below the headings."]
    candidates: Annotated[int, "Different candidates with an id that could be read."]
    matched: Annotated[int, "Those of them that have an interview for the job."]
    not_in_job: Annotated[int, "Those of them that have none."]
    repeated_rows: Annotated[int, "Rows that repeat a candidate with the same categories."]
    ignored_columns: Annotated[int, "Columns with names and e-mail addresses, which are not read."]
    faulty_rows: Annotated[int, "Rows that were left out."]
    faults: Annotated[list[RowFaultJson], f"The first {_MAX_FAULTS} of them, with the reason."]
    encoding: str
    encoding_guessed: Annotated[bool, "Whether the encoding is a guess; send `encoding` to read it in another."]


class GroupJson(TypedDict):
    """A category, or an intersection of several, and its rate.

    Those below `smallest_share` stand apart: they are counted and not compared. The comparisons are null for them, and
    where nobody of the highest rate was selected.
    """

    categories: list[str]
    people: int
    selected: int
    rate: Proportion
    share: Annotated[Proportion, "Of all people whose category is known."]
    apart: bool
    highest: Annotated[bool, "Whether all others are compared with this one."]
    impact_ratio: Annotated[float | None, "Its rate divided by the highest rate."]
    impact_ratio_interval: IntervalJson | None
    p_value: Annotated[float | None, "Of Fisher's exact test against the highest rate, two-sided."]
    few_people: Annotated[bool, "Fewer than `few`: the rate is mostly chance."]
    below_four_fifths: Annotated[bool, "Whether the impact ratio is below `four_fifths`, a convention."]


class BreakdownJson(TypedDict):
    """The groups of one column, or of two together."""

    columns: list[str]
    groups: list[GroupJson]
    unknown: Annotated[int, "People with a value, but without a known category here."]


class MeasureJson(TypedDict):
    """One way of selecting, for all groups.

    `machine_score` and `human_score`: selected is who scores above the median of everybody with such a score.
    `decision`: selected is who is advanced or hired, of those who are advanced, hired or rejected.
    """

    measure: Annotated[str, OneOf(MEASURES)]
    people: Annotated[int, "Those with a value."]
    selected: int
    without_value: Annotated[int, "Candidates of the list with an interview for the job and without such a value."]
    median: Score | None
    breakdowns: list[BreakdownJson]


class FairnessDataJson(TypedDict):
    """The interviews behind the rates."""

    applicants: Annotated[int, "Candidates with an interview for the job, finished or not."]
    first_interview_at: At | None
    last_interview_at: At | None
    versions: list[ScoredVersionJson]
    mixed_versions: Annotated[str | None, "If several versions scored the interviews, a sentence that says so."]
    demo: Annotated[bool, "Whether the interviews are invented."]


class FairnessJson(TypedDict):
    """The rates of a job's candidates by category, compared with the highest."""

    job_id: int
    computed_at: At | None
    level: Annotated[float, "Of the intervals."]
    four_fifths: float
    smallest_share: float
    few: int
    selected_decisions: list[str]
    counted_decisions: list[str]
    source: CategorySourceJson
    data: FairnessDataJson
    measures: list[MeasureJson]


@contract(body=FairnessBody, body_media={"text/csv": _EXAMPLE}, raises=("LIST_NOT_READABLE",))
def compute_job_fairness(service: Service, request: Request) -> Json[FairnessJson]:
    """POST /api/jobs/{job_id}/fairness

    Takes a CSV with a heading for the candidate's id (`candidate_id`), e-mail address or name, of which the first
    counts, and one to four columns with categories, such as sex and ethnicity: as the body itself
    (`Content-Type: text/csv`), or as base64 in JSON. It is read, computed and not kept: not in the database, the log,
    or for an Idempotency-Key, which has no effect here. Common words for unknown, and empty cells, count as unknown.
    """
    job_id = request.integer("job_id")
    if (request.header("Content-Type") or "").partition(";")[0].strip().lower() == "text/csv":
        raw, encoding = request.body, None
    else:
        body = read(FairnessBody, request.json)
        raw, encoding = body.content_base64, body.encoding
    fairness = compute_fairness(service, job_id, raw, encoding, request.actor)
    return json_response(_fairness_json(service, job_id, fairness))


def _fairness_json(service: Service, job_id: int, fairness: Fairness) -> FairnessJson:
    categories = fairness.categories
    return {
        "job_id": job_id,
        "computed_at": iso_utc(fairness.computed_at),
        "level": CONFIDENCE_LEVEL,
        "four_fifths": FOUR_FIFTHS,
        "smallest_share": MIN_COMPARED_SHARE,
        "few": MIN_RELIABLE_PEOPLE,
        "selected_decisions": list(SELECTED),
        "counted_decisions": list(DECIDED),
        "source": {
            "columns": list(categories.columns),
            "rows": categories.rows,
            "candidates": len(categories.by_candidate),
            "matched": fairness.matched,
            "not_in_job": fairness.not_in_job,
            "repeated_rows": categories.repeated,
            "ignored_columns": categories.ignored,
            "faulty_rows": len(categories.faults),
            "faults": [{"row": fault.row, "reason": fault.fault} for fault in categories.faults[:_MAX_FAULTS]],
            "encoding": categories.encoding,
            "encoding_guessed": categories.guessed,
        },
        "data": {
            "applicants": fairness.applicants,
            "first_interview_at": iso_utc(fairness.first_interview_at),
            "last_interview_at": iso_utc(fairness.last_interview_at),
            "versions": versions_json(fairness.versions),
            "mixed_versions": fairness.mixed_versions_note,
            "demo": service.provider.name == "demo",
        },
        "measures": [_measure_json(measure, categories.columns) for measure in fairness.measures],
    }


def _measure_json(measure: Measure, columns: tuple[str, ...]) -> MeasureJson:
    return {
        "measure": measure.name,
        "people": measure.count.total,
        "selected": measure.count.selected,
        "without_value": measure.without_value,
        "median": measure.median,
        "breakdowns": [_breakdown_json(breakdown, columns) for breakdown in measure.breakdowns],
    }


def _breakdown_json(breakdown: GroupBreakdown, columns: tuple[str, ...]) -> BreakdownJson:
    return {
        "columns": [columns[column] for column in breakdown.columns],
        "groups": [_group_json(group) for group in breakdown.groups],
        "unknown": breakdown.unknown,
    }


def _group_json(group: Group) -> GroupJson:
    return {
        "categories": list(group.categories),
        "people": group.count.total,
        "selected": group.count.selected,
        "rate": round(group.count.rate or 0.0, 4),
        "share": round(group.share, 4),
        "apart": group.too_small,
        "highest": group.is_highest,
        "impact_ratio": rounded(group.ratio),
        "impact_ratio_interval": interval_json(group.interval),
        "p_value": None if group.p_value is None else float(f"{group.p_value:.4g}"),
        "few_people": group.has_few_people,
        "below_four_fifths": group.below_four_fifths,
    }
