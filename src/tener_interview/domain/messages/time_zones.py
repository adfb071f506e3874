"""A candidate's time zone: the main system's, or that of the place where the candidate lives."""

from __future__ import annotations

import json
import re
import zoneinfo
from collections.abc import Mapping
from datetime import UTC, tzinfo
from functools import cache
from pathlib import Path

from ...languages.spelling import fold_text
from ...store.ports import Store

#: Cities, and countries with a single time zone. `America/*` stands for places with several zones: it only rules out
#: other continents.
_PLACES = Path(__file__).with_name("places.json")


def time_zone(name: str | None) -> tzinfo | None:
    """The zone of an IANA name (RFC 6557); None for a name that is unknown on this computer."""
    if name in (None, "", "UTC"):
        return UTC if name == "UTC" else None
    try:
        return zoneinfo.ZoneInfo(name or "")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone_of_place(location: str | None) -> str | None:
    """The zone of a place such as `Berlin, Germany` or `Remote (Lisbon)`; None if it is not certain.

    A city takes precedence over a country.
    """
    parts = [fold_text(part).strip() for part in re.split(r"[,;/|()\[\]]|\s[-\u2013\u2014]\s", location or "")]
    found = {zone for part in parts if (zone := _zones_by_place().get(part)) is not None}
    within = {zone.removesuffix("*") for zone in found if zone.endswith("*")}
    zones = {zone for zone in found if not zone.endswith("*")}
    if len(zones) != 1 or not all(zone.startswith(area) for zone in zones for area in within):
        return None
    zone = zones.pop()
    return zone if time_zone(zone) is not None else None


def remember_time_zones(store: Store, zones: Mapping[int, str | None]) -> None:
    """Store the candidates' known time zones."""
    given = {candidate_id: zone for candidate_id, zone in zones.items() if zone is not None}
    if given:
        with store.write() as tx:
            for candidate_id, zone in given.items():
                tx.recipients.set_time_zone(candidate_id, zone)


@cache
def _zones_by_place() -> Mapping[str, str]:
    """Zones by folded names of cities and countries."""
    places: dict[str, str] = json.loads(_PLACES.read_text("utf-8"))
    return {fold_text(name): zone for name, zone in places.items()}
