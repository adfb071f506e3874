"""Users, for admins; and which of them review a job, for recruiters."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..actor import Role, acting
from ..domain.service import Service
from ..domain.users import users
from ..domain.users.users import LinkForUser
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..store.user_records import User
from ..system.clock import iso_utc
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, Response, json_response
from ..web.shape import Boolean, Email, ListOf, OneOf, Text, optional, read, required
from .desk_pages import desk_page
from .shapes import At
from .web_service import WebService

#: The roles of users; programs have one of their own.
USER_ROLES = (Role.ADMIN, Role.RECRUITER, Role.REVIEWER)

UserRole = Annotated[str, OneOf(USER_ROLES)]
AnyRole = Annotated[str, OneOf(tuple(Role))]

_ROLE = OneOf(USER_ROLES)
_NAME = Text(max_chars=100, min_chars=1)
_MAX_REVIEWERS = 200


@dataclass(frozen=True)
class InviteBody:
    email: str = required(Email())
    name: str = required(_NAME)
    role: str = required(_ROLE, "what the user may do")


@dataclass(frozen=True)
class ChangeUserBody:
    name: str | None = optional(_NAME)
    role: str | None = optional(_ROLE)
    disabled: bool | None = optional(Boolean(), description="true ends all logins and tokens of the user at once")


@dataclass(frozen=True)
class ResetBody:
    without_codes: bool = optional(
        Boolean(), False, "stop asking for one-time codes, for somebody who has lost the phone"
    )


@dataclass(frozen=True)
class ReviewersBody:
    user_ids: tuple[str, ...] = required(
        ListOf(Text(100, 1), min_items=0, max_items=_MAX_REVIEWERS), "all who review the job from now on"
    )


class UserJson(TypedDict):
    """A user. Invited ones have no password yet; disabled ones may not sign in."""

    user_id: str
    email: str
    name: str
    role: UserRole
    status: Annotated[str, OneOf(("invited", "active", "disabled"))]
    one_time_codes: Annotated[bool, "Whether signing in asks for a one-time code."]
    created_at: At | None
    job_ids: Annotated[list[int], "The jobs that the user is assigned to as a reviewer."]


class UserLinkJson(TypedDict):
    """A user with a one-time link to set a password. It is shown only once: send it to that person."""

    user: UserJson
    url: str
    expires_at: At | None


class UsersJson(TypedDict):
    """All users, by name."""

    items: list[UserJson]


class RemovedUserJson(TypedDict):
    """A user who was made anonymous."""

    user_id: str
    removed: bool


class ReviewerJson(TypedDict):
    """A user who may review a job."""

    user_id: str
    name: str
    role: UserRole
    assigned_at: At | None


class ReviewersJson(TypedDict):
    """Who reviews a job, and who else could. Recruiters and admins may review every job without being assigned."""

    job_id: int
    items: list[ReviewerJson]
    others: list[ReviewerJson]


def users_page(service: WebService, request: Request) -> Response:
    """GET /users"""
    return desk_page(service, request, "users.html")


@contract()
def list_users(service: Service, _request: Request) -> Json[UsersJson]:
    """GET /api/users"""
    with service.store.read() as tx:
        jobs = tx.job_reviewers.jobs_by_user()
        return json_response({"items": [user_json(user, jobs.get(user.user_id, [])) for user in tx.users.all()]})


@contract(body=InviteBody, statuses=(201,), raises=("USER_EMAIL_IN_USE",))
def invite_user(service: Service, request: Request) -> Json[UserLinkJson]:
    """POST /api/users"""
    body = read(InviteBody, request.json)
    link = users.invite(service, email=_required_email(body.email), name=body.name, role=Role(body.role))
    return json_response(link_json(link, []), 201)


@contract(raises=("USER_NOT_FOUND",))
def get_user(service: Service, request: Request) -> Json[UserJson]:
    """GET /api/users/{user_id}"""
    return json_response(_user(service, request.params["user_id"]))


@contract(body=ChangeUserBody, raises=("USER_NOT_FOUND", "LAST_ADMIN"))
def change_user(service: Service, request: Request) -> Json[UserJson]:
    """PATCH /api/users/{user_id}"""
    body = read(ChangeUserBody, request.json)
    role = None if body.role is None else Role(body.role)
    users.change(service, request.params["user_id"], name=body.name, role=role, disabled=body.disabled)
    return json_response(_user(service, request.params["user_id"]))


@contract(raises=("USER_NOT_FOUND", "LAST_ADMIN"))
def remove_user(service: Service, request: Request) -> Json[RemovedUserJson]:
    """DELETE /api/users/{user_id}"""
    users.remove(service, request.params["user_id"])
    service.store.scrub(at_once=True)
    return json_response({"user_id": request.params["user_id"], "removed": True})


@contract(body=ResetBody, raises=("USER_NOT_FOUND", "USER_DISABLED"))
def reset_user(service: Service, request: Request) -> Json[UserLinkJson]:
    """POST /api/users/{user_id}/reset"""
    body = read(ResetBody, request.json)
    link = users.reset(service, request.params["user_id"], without_codes=body.without_codes)
    with service.store.read() as tx:
        return json_response(link_json(link, tx.job_reviewers.jobs_of(link.user.user_id)))


@contract()
def get_reviewers(service: Service, request: Request) -> Json[ReviewersJson]:
    """GET /api/jobs/{job_id}/reviewers"""
    return json_response(_reviewers(service, request.integer("job_id")))


@contract(body=ReviewersBody)
def put_reviewers(service: Service, request: Request) -> Json[ReviewersJson]:
    """PUT /api/jobs/{job_id}/reviewers"""
    job_id = request.integer("job_id")
    body = read(ReviewersBody, request.json)
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        tx.users.lock_all()
        active_ids = {user.user_id for user in tx.users.all() if user.is_active}
        if unknown := [user_id for user_id in body.user_ids if user_id not in active_ids]:
            fault = f"must name active users: {unknown[0]} is none"
            raise Problem("VALIDATION_FAILED", f"user_ids {fault}.", {"fields": {"user_ids": fault}})
        before = sorted(reviewer.user_id for reviewer in tx.job_reviewers.of_job(job_id))
        after = sorted(set(body.user_ids))
        tx.job_reviewers.assign(job_id, after, assigned_by=acting.get().id, now_ms=now_ms)
        if before != after:
            tx.audit.append(
                acting.get(), "job.reviewers_changed", "job", job_id, at_ms=now_ms, job_id=job_id,
                details={"before": before, "after": after},
            )
    return json_response(_reviewers(service, job_id))


def _reviewers(service: Service, job_id: int) -> ReviewersJson:
    with service.store.read() as tx:
        assigned = tx.job_reviewers.of_job(job_id)
        ids = {reviewer.user_id for reviewer in assigned}
        others = [user for user in tx.users.all() if user.is_active and user.user_id not in ids]
    return {
        "job_id": job_id,
        "items": [
            {
                "user_id": reviewer.user_id, "name": reviewer.name, "role": reviewer.role,
                "assigned_at": iso_utc(reviewer.assigned_at),
            }
            for reviewer in assigned
        ],
        "others": [
            {"user_id": user.user_id, "name": user.name, "role": user.role, "assigned_at": None} for user in others
        ],
    }


def _user(service: Service, user_id: str) -> UserJson:
    with service.store.read() as tx:
        return user_json(users.find_user(tx, user_id), tx.job_reviewers.jobs_of(user_id))


def _required_email(email: str) -> str:
    if not email:
        fault = "must be an e-mail address, such as jane@example.com"
        raise Problem("VALIDATION_FAILED", f"email {fault}.", {"fields": {"email": fault}})
    return email


def user_json(user: User, job_ids: list[int]) -> UserJson:
    status = "disabled" if user.disabled_at is not None else "invited" if user.password_hash is None else "active"
    return {
        "user_id": user.user_id, "email": user.email, "name": user.name, "role": user.role, "status": status,
        "one_time_codes": user.codes_enabled_at is not None, "created_at": iso_utc(user.created_at),
        "job_ids": job_ids,
    }


def link_json(link: LinkForUser, job_ids: list[int]) -> UserLinkJson:
    return {"user": user_json(link.user, job_ids), "url": link.url, "expires_at": iso_utc(link.expires_at_ms)}
