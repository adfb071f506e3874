"""What axe-core finds wrong with a page, for people who use it otherwise than by sight and mouse (WCAG 2.2 AA)."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def violations(page: Page) -> list[str]:
    """Every rule that is broken, with the places where it is."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": list(_RULES)}}).response["violations"]
    return [f"{each['id']}: {[node['html'][:120] for node in each['nodes']]}" for each in found]
