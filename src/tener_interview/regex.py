"""Regular expressions that are compiled when they are first used.

Compiling is most of what importing a module with patterns takes, and a run uses few of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

#: What a compiled pattern can do. It is copied, so that later calls lead to it directly.
_METHODS = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")


class _Regex:
    """A pattern that becomes a compiled one with the first call of a method."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._declared = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(*self._declared)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


if TYPE_CHECKING:
    regex = re.compile
else:
    regex = _Regex
