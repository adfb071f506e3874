"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, aligned: str = "---") -> str:
    """A table; `aligned` says how all columns but the first stand: `---:` to the right."""
    escaped = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [heads, ["---", *[aligned] * (len(heads) - 1)], *escaped]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
