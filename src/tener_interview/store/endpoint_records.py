"""Values of endpoints, the customer's receivers of events, that the store keeps and returns. No SQL here."""

from __future__ import annotations

from typing import NamedTuple

#: The endpoint that the environment names. Its address and secret are only there.
ENVIRONMENT_ENDPOINT = "ep_environment"


class Endpoint(NamedTuple):
    """A receiver of events. Times are in milliseconds since 1970."""

    endpoint_id: str
    name: str
    url: str
    #: "standard" or "slack".
    format: str
    #: The types of events that it gets.
    events: tuple[str, ...]
    #: Whether its events hold the candidate's name and e-mail address.
    with_contact: bool
    #: Signs its events, with "whsec_" before it; None if the environment has it, or nothing is signed.
    secret: str | None
    #: The secret before, which signs as well until then.
    previous_secret: str | None
    previous_secret_until: int | None
    #: None while it gets events.
    disabled_at: int | None
    #: Why, in words.
    disabled_reason: str | None
    created_at: int
    changed_at: int
