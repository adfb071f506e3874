"""The settings of a job."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, TypedDict

from ..domain.jobs import job_settings
from ..domain.reviews.totals import RANKED_BY
from ..domain.service import Service
from ..lazy_dataclass import dataclass
from ..store.job_records import JobSettings
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Boolean, OneOf, StrictShape, optional, read


@dataclass(frozen=True)
class JobSettingsBody(StrictShape):
    blind_review: bool | None = optional(Boolean(), description="without it, the setting stays as it is")
    ranked_by: str | None = optional(OneOf(RANKED_BY))
    consent_required: bool | None = optional(Boolean())
    explain_scores: bool | None = optional(Boolean())
    provider_updates: bool | None = optional(Boolean())


class JobSettingsJson(TypedDict):
    """What the company decides about a job."""

    job_id: int
    blind_review: Annotated[
        bool, "Whether reviewers see neither the machine's score nor the reviews of others before they submit."
    ]
    ranked_by: Annotated[
        str, OneOf(RANKED_BY),
        "Which total ranks: the machine's, the language model's, or the mean of the reviews, as far as there is one.",
    ]
    consent_required: Annotated[bool, "Whether answers are scored only after the candidate consents to the notice."]
    explain_scores: Annotated[bool, "Whether candidates may read an explanation of their score."]
    provider_updates: Annotated[
        bool, "Whether decisions, reviewers' scores and a link to the scorecard are written back to Hireflix."
    ]


@contract()
def get_job_settings(service: Service, request: Request) -> Json[JobSettingsJson]:
    """GET /api/jobs/{job_id}/settings"""
    job_id = request.integer("job_id")
    return json_response(_settings_json(job_id, job_settings.job_settings(service, job_id)))


@contract(body=JobSettingsBody)
def change_job_settings(service: Service, request: Request) -> Json[JobSettingsJson]:
    """PATCH /api/jobs/{job_id}/settings

    Only the settings in the body change. A new `ranked_by` ranks all interviews of the job again at once.
    """
    job_id = request.integer("job_id")
    body = read(JobSettingsBody, request.json)
    changes = {field.name: value for field in fields(body) if (value := getattr(body, field.name)) is not None}
    return json_response(
        _settings_json(job_id, job_settings.change_job_settings(service, request.actor, job_id, changes))
    )


def _settings_json(job_id: int, settings: JobSettings) -> JobSettingsJson:
    return {
        "job_id": job_id,
        "blind_review": settings.blind_review,
        "ranked_by": settings.ranked_by,
        "consent_required": settings.consent_required,
        "explain_scores": settings.explain_scores,
        "provider_updates": settings.provider_updates,
    }
