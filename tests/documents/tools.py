"""The tools of assistants for a person, made of their table."""

from __future__ import annotations

from documents.table import table
from tener_interview.actor import Role
from tener_interview.api.assistants.tools import TOOLS
from tener_interview.mcp.tool import Effect

_EFFECTS = {Effect.READ: "reads", Effect.ADD: "adds", Effect.SEND: "**reaches people**"}


def tools() -> str:
    """Every tool in a line."""
    rows = [
        (f"`{tool.name}`", tool.description, _EFFECTS[tool.effect],
         "reviewers and recruiters" if Role.REVIEWER in tool.roles else "recruiters")
        for tool in TOOLS
    ]
    return table(("tool", "what it does", "effect", "for"), rows)
