"""A time in words, in the languages of the candidates' pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from string import Template

from .tags import primary

_DATA = Path(__file__).with_name("dates.json")


def date_in_words(at: datetime, language: str) -> str:
    """A time with its day of the week and its zone: `Friday, 5 June 2026, 14:00 UTC+2`. In English if the language has
    no words here. `at` has a time zone."""
    words = _all_words()
    form = words.get(primary(language)) or words["en"]
    return Template(form["form"]).substitute(
        weekday=form["weekdays"].split(", ")[at.weekday()], day=at.day,
        month=form["months"].split(", ")[at.month - 1], year=at.year, time=f"{at:%H:%M}", zone=_zone_name(at),
    )


def _zone_name(at: datetime) -> str:
    """`UTC`, `UTC+2`, `UTC+5:30`: abbreviations such as IST stand for several zones."""
    sign, hours, minutes = (offset := f"{at:%z}")[0], int(offset[1:3]), int(offset[3:5])
    if not hours and not minutes:
        return "UTC"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


@cache
def _all_words() -> Mapping[str, Mapping[str, str]]:
    words: dict[str, dict[str, str]] = json.loads(_DATA.read_text("utf-8"))
    return words
