"""Scripts and pages whose texts are English only so far. The lists only get shorter."""

from __future__ import annotations

SCRIPTS: frozenset[str] = frozenset()
PAGES: frozenset[str] = frozenset()
