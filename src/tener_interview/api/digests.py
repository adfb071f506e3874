"""The daily digest by e-mail: when the signed-in user gets it."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.notifications import digests
from ..domain.service import Service
from ..lazy_dataclass import dataclass
from ..store.notification_records import NotificationSettings
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.schema import NumberRange
from ..web.shape import Integer, Text, optional, read
from .account import user_in_browser


@dataclass(frozen=True)
class DigestBody:
    digest_hour: int | None = optional(Integer(low=0, high=23), description="the hour of the day; null for no digest")
    digest_zone: str | None = optional(
        Text(max_chars=60, example="Europe/Berlin"), description="your time zone, by its name in the IANA database"
    )


class DigestJson(TypedDict):
    """When the daily digest comes; no hour for none."""

    digest_hour: Annotated[int | None, NumberRange(0, 23)]
    digest_zone: str | None
    can_send: Annotated[bool, "Whether this service can send e-mail."]


@contract()
def get_digest(service: Service, request: Request) -> Json[DigestJson]:
    """GET /api/account/digest"""
    with service.store.read() as tx:
        settings = tx.notification_settings.get(user_in_browser(request))
    return json_response(_digest_json(service, settings))


@contract(body=DigestBody)
def put_digest(service: Service, request: Request) -> Json[DigestJson]:
    """PUT /api/account/digest: with an hour and a time zone it comes from the next such hour on, on days with news."""
    user_id = user_in_browser(request)
    body = read(DigestBody, request.json)
    settings = digests.set_digest(service, user_id, body.digest_hour, body.digest_zone)
    return json_response(_digest_json(service, settings))


def _digest_json(service: Service, settings: NotificationSettings) -> DigestJson:
    return {
        "digest_hour": settings.digest_hour, "digest_zone": settings.digest_zone,
        "can_send": service.mail.can_send,
    }
