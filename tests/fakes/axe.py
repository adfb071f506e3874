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
#: The looks of what the rules about colours judge, visible elements with words, that this page has not been asked about
#: before. A look is a number for whatever they judge by: colours and sizes, whether there are words, and whether it is
#: disabled; of an element and of all around it.
_LOOKS = """() => {
  const hasWords = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const looks = new Map([[null, 0]]);
  const lookOf = (element) => {
    if (!looks.has(element)) {
      const style = getComputedStyle(element);
      const own = [lookOf(element.parentElement), element.localName, hasWords(element),
        element.matches(":disabled, [aria-disabled=true]"), style.color, style.backgroundColor, style.backgroundImage,
        style.opacity, style.fontSize, style.fontWeight, style.filter, style.textDecorationLine, style.textShadow,
        style.position, style.mixBlendMode].join();
      let hash = 7;
      for (let at = 0; at < own.length; at++) hash = (hash * 33 + own.charCodeAt(at)) % 9007199254740;
      looks.set(element, hash);
    }
    return looks.get(element);
  };
  const judgeable = [...document.body.querySelectorAll("*")].filter((element) =>
    element.checkVisibility() && (hasWords(element) || element.matches("a, input, select, textarea")));
  window.looksForAxe = new Map(judgeable.map((element) => [element, lookOf(element)]));
  const judged = window.judgedByAxe ??= new Set();
  const unknown = [...new Set(window.looksForAxe.values())].filter((look) => !judged.has(look));
  unknown.forEach((look) => judged.add(look));
  return unknown;
}"""
#: Marks the first and the last element with each of these looks: one may be covered by another.
_MARK = """([mark, wanted]) => {
  document.querySelectorAll(`[${mark}]`).forEach((element) => element.removeAttribute(mark));
  for (const elements of [[...window.looksForAxe], [...window.looksForAxe].reverse()]) {
    const unmarked = new Set(wanted);
    for (const [element, look] of elements) if (unmarked.delete(look)) element.setAttribute(mark, "");
  }
}"""
#: The looks that have been found good in this process, on any page.
_good_looks: set[float] = set()

#: Waits until nothing has changed on the page for a moment.
_AWAIT_QUIET = """() => new Promise((resolve) => {
  const observer = new MutationObserver(() => { clearTimeout(quiet); quiet = setTimeout(end, 300); });
  const end = () => { observer.disconnect(); resolve(); };
  let quiet = setTimeout(end, 300);
  observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
})"""


def violations(page: Page) -> list[str]:
    """Every rule that is broken, with the places where it is; of a colour that is changing, as it will be.

    Colours take most of the time, and are the same on many pages: they are judged wherever they are new.
    """
    return violations_but_colours(page) + new_colour_violations(page)


def violations_but_colours(page: Page) -> list[str]:
    return _run(page, None, {
        "runOnly": {"type": "tag", "values": _TAGS}, "rules": {rule: {"enabled": False} for rule in _COLOURS},
    })


def new_colour_violations(page: Page) -> list[str]:
    """The rules about colours that are broken by what looks as nothing did that was good, or that was on this page."""
    _prepare(page)
    new = [look for look in page.evaluate(_LOOKS) if look not in _good_looks]
    if not new:
        return []
    page.evaluate(_MARK, [_NEW, new])
    found = _run(page, {"include": [[f"[{_NEW}]"]]}, {"runOnly": {"type": "rule", "values": _COLOURS}})
    if not found:
        _good_looks.update(new)
    return found


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
