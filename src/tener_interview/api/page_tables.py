"""Tables of pages that work without scripts: on a narrow screen each row is a card, whose cells name their column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(label: str, heads: Sequence[str], rows: Iterable[Sequence[str]], kinds: Sequence[str] = ()) -> str:
    """A table as HTML, of parts that are HTML already. `kinds` has the CSS class of each column.

    The roles are said because what is laid out otherwise is no table for screen readers any more.
    """
    head_cells = "".join(f'<th scope="col" role="columnheader">{head}</th>' for head in heads)
    classes = [f' class="{kind}"' if kind else "" for kind in kinds] or [""] * len(heads)
    body = "\n".join(
        '<tr role="row">' + "".join(
            f'<td role="cell" data-label="{name}"{kind}><div>{cell}</div></td>' if cell else '<td role="cell"></td>'
            for name, kind, cell in zip(heads, classes, row, strict=True)
        ) + "</tr>" for row in rows
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">'
        f'<table class="cards" role="table"><thead role="rowgroup"><tr role="row">{head_cells}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table></div>'
    )
