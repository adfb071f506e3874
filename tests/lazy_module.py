"""Modules that few tests use and that take longer to import than most tests take.

Every process that runs tests imports every file of them, for a single test as for all.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class LazyModule:
    """A module that is imported when something of it is used first."""

    def __init__(self, name: str) -> None:
        self.lazy_name = name

    def __getattr__(self, attribute: str) -> Any:
        # Whoever looks for what is a fixture asks everything in a test file for `_mock_name` and `__wrapped__`.
        if attribute.startswith("_"):
            raise AttributeError(attribute)
        return getattr(import_module(self.lazy_name), attribute)
