"""The settings for a person, made of their declarations."""

from __future__ import annotations

from documents.table import table
from tener_interview.settings import DECLARATIONS


def settings() -> str:
    """Every variable, its default and what it is."""
    return table(("variable", "default", "what it is"), [
        (
            f"`{declaration.variable}`",
            f"`{declaration.default_text}`" if isinstance(declaration.default, str) else declaration.default_text,
            f"{declaration.help}{' *(secret)*' if declaration.secret else ''}",
        )
        for declaration in DECLARATIONS.values()
    ])
