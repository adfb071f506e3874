"""The doctor's look at the webhook in Hireflix: whether it is there, and with `--fix`, creating it.

Hireflix documents its webhooks, but not the operations of its API on them. Where its schema describes them, they are
used; otherwise the steps in Hireflix's own pages are named.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from .. import composition
from ..errors import Problem
from ..providers.protocol import Webhook, WebhookSettings
from ..settings import Settings, is_loopback
from ..system.clock import Clock
from .finding import FAULT, GOOD, NOTE, Finding

#: The events that the service needs: interviews that are finished, moved or deleted at Hireflix.
EVENTS = ("interview.finish", "interview.status-change", "interview.delete")
_CHECK = "webhook"


def check_webhook(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Whether Hireflix sends its events here. Without a webhook nothing is lost: the sync looks as well."""
    if (address := _address(settings)) is None:
        return
    try:
        webhooks = _provider(settings, clock).webhooks()
    except Problem:
        # The check of Hireflix itself has said so.
        return
    if webhooks is None:
        set_up = "its secret is set here" if settings.hireflix_webhook_secret else "its secret is not set here"
        yield Finding(
            _CHECK, GOOD if settings.hireflix_webhook_secret else NOTE,
            f"Hireflix's API does not list webhooks to this key, so only a person can look; {set_up}",
            "" if settings.hireflix_webhook_secret else _by_hand(address),
        )
        return
    yield _finding(settings, address, next((item for item in webhooks if _is_ours(item, address)), None))


def fix_webhook(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Create the webhook in Hireflix if it is not there."""
    if (address := _address(settings)) is None:
        yield Finding(_CHECK, NOTE, "nothing was created: Hireflix can only reach a public https address",
                      "Set TENER_HIREFLIX_API_KEY, and TENER_INTERVIEW_PUBLIC_BASE_URL to an https address.")
        return
    provider = _provider(settings, clock)
    try:
        webhooks = provider.webhooks()
        if any(_is_ours(item, address) for item in webhooks or ()):
            return
        # Without a list nobody could tell whether it is there, and a second one would double every event.
        created = webhooks is not None and provider.create_webhook(address, EVENTS)
    except Problem as problem:
        yield Finding(_CHECK, FAULT, f"it was not created: {problem.error}", _by_hand(address))
        return
    if created:
        yield Finding(_CHECK, GOOD, f"created in Hireflix: it sends to {address}")
    else:
        yield Finding(
            _CHECK, NOTE, "nothing was created: Hireflix's API offers this key no way that is certain",
            _by_hand(address),
        )


def _finding(settings: Settings, address: str, webhook: Webhook | None) -> Finding:
    if webhook is None:
        return Finding(_CHECK, NOTE, f"Hireflix has none for {address}: finished interviews wait for the next sync",
                       f"`doctor --fix` creates it if Hireflix's API allows. {_by_hand(address)}")
    if webhook.active is False:
        return Finding(_CHECK, NOTE, "it is switched off in Hireflix", "Switch it on in Hireflix: Profile, Webhooks.")
    missing = [event for event in EVENTS if webhook.events is not None and not _has(webhook.events, event)]
    if missing:
        return Finding(_CHECK, NOTE, f"Hireflix does not send {', '.join(missing)}",
                       "Add them to the webhook in Hireflix: Profile, Webhooks.")
    if settings.hireflix_webhook_secret is None:
        return Finding(_CHECK, NOTE, "Hireflix sends events, and they are refused: their secret is not set here",
                       "Reveal the key in Hireflix under Profile, Webhooks, and set TENER_HIREFLIX_WEBHOOK_SECRET.")
    return Finding(_CHECK, GOOD, f"Hireflix sends to {address}")


def _provider(settings: Settings, clock: Clock) -> WebhookSettings:
    return composition.build_hireflix_webhook_settings(settings, clock)


def _address(settings: Settings) -> str | None:
    """Where Hireflix would send its events; None where it could not reach us."""
    base = urlsplit(settings.public_base_url)
    if settings.provider == "demo" or not settings.hireflix_api_key:
        return None
    if base.scheme != "https" or not base.hostname or is_loopback(base.hostname):
        return None
    return f"{settings.public_base_url}/api/webhooks/hireflix"


def _is_ours(webhook: Webhook, address: str) -> bool:
    return webhook.url.rstrip("/") == address


def _has(events: tuple[str, ...], event: str) -> bool:
    """Return whether an event is among these, which an enum may write as `INTERVIEW_FINISH`."""
    return _event_letters(event) in map(_event_letters, events)


def _event_letters(name: str) -> str:
    return "".join(filter(str.isalpha, name.lower()))


def _by_hand(address: str) -> str:
    return (
        f"By hand: in Hireflix under Profile, Webhooks, add {address} with the events {', '.join(EVENTS)}; reveal the"
        " key there and set it as TENER_HIREFLIX_WEBHOOK_SECRET."
    )
