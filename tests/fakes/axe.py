"""Accessibility errors that axe-core finds on a page (WCAG 2.2 AA)."""

from __future__ import annotations

from functools import cache

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
#: Of what passes, only one example is looked for: that halves the time.
_RUN = """rules => axe.run(document, {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]})
    .then(({violations}) => violations.map(({id, nodes}) => `${id}: ${nodes.map(({html}) => html.slice(0, 120))}`))"""


def violations(page: Page) -> list[str]:
    """Every rule that is broken, with the places where it is; of a colour that is changing, as it will be."""
    page.evaluate("document.getAnimations().forEach(each => each.finish())")
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())
    found: list[str] = page.evaluate(_RUN, list(_RULES))
    return found


@cache
def _script() -> str:
    return str(Axe().axe_script)
