"""Accessibility errors that axe-core finds on a page (WCAG 2.2 AA)."""

from __future__ import annotations

from functools import cache
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
#: The rules about colours. They take more time than all others together.
_COLOURS = ("color-contrast", "link-in-text-block")
_NEW = "data-new-to-axe"
#: Of what passes, only one example is looked for: that halves the time. Nobody reads the selectors of what is found.
_RUN = """([context, options]) =>
  axe.run(context ?? document, {...options, resultTypes: ["violations"], selectors: false})
    .then(({violations}) => violations.map(({id, nodes}) => `${id}: ${nodes.map(({html}) => html.slice(0, 120))}`))"""
#: Finds the visible elements that this page has not shown in these colours, sizes and words before, and marks the
#: outermost of them; how many there are.
_MARK_NEW = """(mark) => {
  const shown = window.shownToAxe ??= new WeakMap();
  const looks = new Map([[null, ""]]);
  const lookOf = (element) => {
    if (!looks.has(element)) {
      const style = getComputedStyle(element);
      const own = [style.color, style.backgroundColor, style.backgroundImage, style.opacity, style.fontSize,
        style.fontWeight, style.textDecorationLine, style.textShadow, style.position];
      looks.set(element, `${lookOf(element.parentElement)} ${own}`);
    }
    return looks.get(element);
  };
  document.querySelectorAll(`[${mark}]`).forEach((element) => element.removeAttribute(mark));
  let count = 0;
  for (const element of document.body.querySelectorAll("*")) {
    if (!element.checkVisibility()) continue;
    const words = [...element.childNodes].map((node) => node.nodeType === Node.TEXT_NODE ? node.data : "").join("");
    const look = `${lookOf(element)} ${words}`;
    const before = shown.get(element) ?? new Set();
    if (before.has(look)) continue;
    shown.set(element, before.add(look));
    count += 1;
    if (!element.parentElement.closest(`[${mark}]`)) element.setAttribute(mark, "");
  }
  return count;
}"""

#: Waits until nothing has changed on the page for a moment.
_AWAIT_QUIET = """() => new Promise((resolve) => {
  const observer = new MutationObserver(() => { clearTimeout(quiet); quiet = setTimeout(end, 300); });
  const end = () => { observer.disconnect(); resolve(); };
  let quiet = setTimeout(end, 300);
  observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
})"""


def violations(page: Page) -> list[str]:
    """Every rule that is broken, with the places where it is; of a colour that is changing, as it will be."""
    return _run(page, None, {"runOnly": {"type": "tag", "values": _TAGS}})


def violations_but_colours(page: Page) -> list[str]:
    return _run(page, None, {
        "runOnly": {"type": "tag", "values": _TAGS}, "rules": {rule: {"enabled": False} for rule in _COLOURS},
    })


def new_colour_violations(page: Page) -> list[str]:
    """The rules about colours that are broken by what this function was not asked about before, on this page."""
    _prepare(page)
    if not page.evaluate(_MARK_NEW, _NEW):
        return []
    return _run(page, {"include": [[f"[{_NEW}]"]]}, {"runOnly": {"type": "rule", "values": _COLOURS}})


def _run(page: Page, context: dict[str, Any] | None, options: dict[str, Any]) -> list[str]:
    _prepare(page)
    found: list[str] = page.evaluate(_RUN, [context, options])
    if found:
        # The page may have been drawn anew meanwhile: what is wrong with it still is when nothing moves any more.
        page.evaluate(_AWAIT_QUIET)
        _prepare(page)
        found = page.evaluate(_RUN, [context, options])
    return found


def _prepare(page: Page) -> None:
    page.evaluate("document.getAnimations().forEach(each => each.finish())")
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())


@cache
def _script() -> str:
    return str(Axe().axe_script)
