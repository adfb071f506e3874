"""The real Hireflix provider against a FakeHireflix or against scripted responses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from fakes.clock import FakeClock
from fakes.hireflix import FakeHireflix
from tener_interview.outbound import request as outbound
from tener_interview.providers.hireflix import GraphQLClient, HireflixProvider
from tener_interview.providers.protocol import Invitee
from tener_interview.system.clock import Clock


def provider_for(
    fake: FakeHireflix,
    *,
    send: outbound.Send = outbound.send,
    clock: Clock | None = None,
    random: Callable[[], float] = lambda: 0.5,
    api_key: str | None = None,
    timeout_s: float = 5.0,
    concurrency: int = 4,
) -> HireflixProvider:
    """Return a provider that talks to the fake. Unless a clock is given, its pauses take no time."""
    client = GraphQLClient(
        send=send,
        clock=clock or FakeClock(),
        random=random,
        base_url=fake.url,
        api_key=api_key or fake.api_key,
        timeout_s=timeout_s,
        concurrency=concurrency,
    )
    return HireflixProvider(
        client, default_position_id=fake.position_id, public_app_base="https://app.hireflix.com"
    )


def invitee(position_id: str, number: int = 1, **changes: Any) -> Invitee:
    """Return a person to invite; another number is another person."""
    given: dict[str, Any] = {
        "position_id": position_id,
        "external_id": f"iv_{number:032x}",
        "email": f"jane.doe{number}@example.test",
        "first_name": "Jane",
        "last_name": "Doe",
    }
    return Invitee(**{**given, **changes})


class Saying:
    """A Send that returns one response after the other, and the last one from then on."""

    def __init__(self, *answers: outbound.UpstreamResponse | outbound.Unreachable) -> None:
        self._answers = list(answers)
        self.bodies: list[dict[str, Any]] = []

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, timeout_s: float
    ) -> outbound.UpstreamResponse:
        assert method == "POST"
        assert url.endswith("/me")
        assert headers["x-api-key"]
        assert timeout_s > 0
        self.bodies.append(json.loads(body or b"{}"))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, outbound.Unreachable):
            raise answer
        return answer


def saying(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> outbound.UpstreamResponse:
    """Return a response with this JSON, or with these bytes."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return outbound.UpstreamResponse(status, dict(headers or {}), body)
