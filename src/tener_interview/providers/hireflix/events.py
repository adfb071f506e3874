"""Events of Hireflix's webhook: signed with one secret per account, without a timestamp or an id.

The signature is base64 of HMAC-SHA256 over the raw body (Hireflix, "How to validate webhooks"). Without a timestamp it
can be replayed, but an event only causes a read of the interview from Hireflix.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from ...errors import Problem
from ...link_tokens import equal_in_constant_time
from ..protocol import ProviderEvent, Stage
from . import mapping

DELETED = "deleted"
_DELETE_EVENT = "interview.delete"
#: A finished interview causes the first event, the second, or both in either order.
_STAGE_EVENTS = frozenset({"interview.finish", "interview.status-change"})


class HireflixEventReader:
    """Verifies and reads the events that Hireflix's webhook sends."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def read(self, raw: bytes, signature: str | None) -> ProviderEvent | None:
        expected = base64.b64encode(hmac.digest(self._secret, raw, hashlib.sha256)).decode("ascii")
        if not equal_in_constant_time((signature or "").strip(), expected):
            raise Problem("UNAUTHORIZED", "The webhook's signature is missing or does not match its body.")
        try:
            envelope = json.loads(raw)
        except (ValueError, RecursionError):
            raise Problem("INVALID_JSON", "The webhook's body is not JSON.") from None
        return _provider_event(envelope) if isinstance(envelope, dict) else None


def _provider_event(envelope: dict[str, Any]) -> ProviderEvent | None:
    event = envelope.get("event")
    data = envelope.get("data")
    interview = _interview(data) if isinstance(data, dict) else None
    invitation_id = mapping.parse_text(interview.get("id")) if interview else None
    if not isinstance(event, str) or not invitation_id or len(invitation_id) > 100:
        return None
    if event == _DELETE_EVENT:
        return ProviderEvent(invitation_id, DELETED, event)
    if event not in _STAGE_EVENTS or interview is None:
        return None
    return ProviderEvent(invitation_id, _stage(event, interview), event)


def _interview(data: dict[str, Any]) -> dict[str, Any] | None:
    """The interview in `data`; an older form nests it one level deeper."""
    if "id" in data:
        return data
    nested = data.get("interview")
    return nested if isinstance(nested, dict) else None


def _stage(event: str, interview: dict[str, Any]) -> str:
    if event == "interview.finish":
        return Stage.FINISHED.value
    status = interview.get("status")
    finished = mapping.parse_time_ms(interview.get("completed") or interview.get("completedAt")) is not None
    return mapping.parse_stage(status if isinstance(status, str) else None, finished=finished, answered=finished).value
