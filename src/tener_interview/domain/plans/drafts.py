"""The draft of a job's plan: read it, and save it unless somebody else has saved another one meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from ...actor import acting
from ...errors import Problem
from ...lazy_dataclass import dataclass
from ...plans.plan import Plan, plan_hash, read_plan, write_plan
from ...store.plan_records import PlanVersion
from ...store.ports import Transaction
from ...system.clock import iso_utc
from ..service import Service

#: The tag of a draft's revision, as in the ETag of RFC 9110 section 8.8.3.
TAG = '"r{}"'
NO_DRAFT, DRAFT, PUBLISHED, CHANGED = "none", "draft", "published", "changed"

#: The revisions of a draft that a request may be about; None for any draft.
Revisions = Collection[int] | None

NO_REASONS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class JobPlan:
    """The plan of a job: its draft, the latest published version, and the position that candidates are invited to."""

    job_id: int
    draft: Plan | None
    #: 0 without a draft.
    revision: int
    saved_at: int | None
    published: PlanVersion | None
    #: None where the job has no position and there is no default.
    position_in_use: str | None

    @property
    def state(self) -> str:
        """`none`, `draft` (never published), `published` (as the latest version) or `changed` (since then)."""
        if self.draft is None:
            return NO_DRAFT
        if self.published is None:
            return DRAFT
        return PUBLISHED if plan_hash(self.draft) == plan_hash(read_plan(self.published.content)) else CHANGED


def find_plan(service: Service, job_id: int) -> JobPlan:
    """The plan of a job; without a draft if nobody has made one."""
    with service.store.read() as tx:
        return read_job_plan(service, tx, job_id)


def read_job_plan(service: Service, tx: Transaction, job_id: int) -> JobPlan:
    """The same inside a transaction."""
    row = tx.plans.draft(job_id)
    return JobPlan(
        job_id=job_id,
        draft=row and read_plan(row.content),
        revision=row.revision if row else 0,
        saved_at=row and row.saved_at,
        published=tx.plans.latest(job_id),
        position_in_use=service.position_of(tx, job_id) or None,
    )


def save_draft(service: Service, job_id: int, plan: Plan, revisions: Revisions) -> JobPlan:
    """Save a draft in the place of one of these revisions.

    A draft that says the same keeps its revision. Raises `PLAN_CHANGED`.
    """
    with service.store.write() as tx:
        require_revision(tx, job_id, revisions)
        current = tx.plans.draft(job_id)
        if current is None or read_plan(current.content) != plan:
            revision = current.revision if current else 0
            if not tx.plans.save_draft(job_id, write_plan(plan), service.clock.now_ms(), revision=revision):
                raise _draft_changed_problem(tx, job_id)
            _record_save(service, tx, job_id, revision + 1)
        return read_job_plan(service, tx, job_id)


@dataclass(frozen=True)
class ProposedDraft:
    """A plan made for a job, why each question is in it, by id, and whether it is the job's draft now."""

    plan: Plan
    reasons: Mapping[str, str]
    saved: bool
    #: That of the job's draft.
    revision: int


def propose_draft(
    service: Service, job_id: int, plan: Plan, reasons: Mapping[str, str] = NO_REASONS, *, replace: bool = False
) -> ProposedDraft:
    """Make a plan the job's draft if it has none, or in any case with `replace`. Raises `PLAN_CHANGED` where somebody
    else saves at the same moment."""
    with service.store.write() as tx:
        current = tx.plans.draft(job_id)
        revision = current.revision if current else 0
        if current and not replace:
            return ProposedDraft(plan, reasons, saved=False, revision=revision)
        if not tx.plans.save_draft(job_id, write_plan(plan), service.clock.now_ms(), revision=revision):
            raise _draft_changed_problem(tx, job_id)
        _record_save(service, tx, job_id, revision + 1)
        return ProposedDraft(plan, reasons, saved=True, revision=revision + 1)


def _record_save(service: Service, tx: Transaction, job_id: int, revision: int) -> None:
    now_ms = service.clock.now_ms()
    details = {"revision": revision}
    tx.audit.append(acting.get(), "plan.saved", "job", job_id, at_ms=now_ms, job_id=job_id, details=details)


def require_revision(tx: Transaction, job_id: int, revisions: Revisions) -> None:
    """Raise `PLAN_CHANGED` unless the draft has one of these revisions."""
    current = tx.plans.draft(job_id)
    revision = current.revision if current else 0
    if revision not in revisions if revisions is not None else current is None:
        raise _draft_changed_problem(tx, job_id)


def _draft_changed_problem(tx: Transaction, job_id: int) -> Problem:
    current = tx.plans.draft(job_id)
    etag = TAG.format(current.revision if current else 0)
    saved_at = current and iso_utc(current.saved_at)
    return Problem(
        "PLAN_CHANGED",
        "Somebody else has saved this plan meanwhile. Read it again, and put your changes into it."
        if current else "There is no draft of this plan yet.",
        {"etag": etag, "saved_at": saved_at}, headers={"ETag": etag},
    )
