"""The settings for a person, made of their declarations."""

from __future__ import annotations

from documents.table import table
from tener_interview.settings import DECLARATIONS


def settings() -> str:
    """Every variable, its default and what it is."""
    return table(("variable", "default", "what it is"), [
        (
            f"`{each.variable}`",
            f"`{each.default_text}`" if isinstance(each.default, str) else each.default_text,
            f"{each.help}{' *(secret)*' if each.secret else ''}",
        )
        for each in DECLARATIONS.values()
    ])
