"""What a check of `doctor` found."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..lazy_dataclass import dataclass
from ..settings import Settings
from ..system.clock import Clock

GOOD, NOTE, FAULT = "ok", "note", "fault"


@dataclass(frozen=True)
class Finding:
    """The result of one check: `ok`, a `note`, or a `fault` that keeps the service from working; and the remedy."""

    check: str
    status: str
    message: str
    remedy: str = ""


Check = Callable[[Settings, Clock], Iterator[Finding]]
