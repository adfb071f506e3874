"""Accessibility errors that axe-core finds on a page (WCAG 2.2 AA)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
#: The rules about colours. They take more time than all others together.
_COLOURS = ("color-contrast", "link-in-text-block")
#: Of what passes, only one example is looked for: that halves the time. Nobody reads the selectors of what is found.
_RUN = """const found = async (context, options) => {
  const { violations } = await axe.run(context, { ...options, resultTypes: ["violations"], selectors: false });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120))}`);
};"""
#: Judges the looks of what the rules about colours judge, visible elements with words, except those that are known. A
#: look is a number for whatever they judge by: colours and sizes, whether there are words, and whether it is disabled;
#: of an element and of all around it. Of each look, the first and the last element are judged: one may be covered by
#: another. All in one go: a page that is drawn anew in between has none of the elements that were marked.
_JUDGE_LOOKS = f"""async ([known, options]) => {{
  {_RUN}
  const hasWords = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const looks = new Map([[null, 0]]);
  const lookOf = (element) => {{
    if (!looks.has(element)) {{
      const style = getComputedStyle(element);
      const own = [lookOf(element.parentElement), element.localName, hasWords(element),
        element.matches(":disabled, [aria-disabled=true]"), style.color, style.backgroundColor, style.backgroundImage,
        style.opacity, style.fontSize, style.fontWeight, style.filter, style.textDecorationLine, style.textShadow,
        style.position, style.mixBlendMode].join();
      let hash = 7;
      for (let at = 0; at < own.length; at++) hash = (hash * 33 + own.charCodeAt(at)) % 9007199254740;
      looks.set(element, hash);
    }}
    return looks.get(element);
  }};
  const judgeable = [...document.body.querySelectorAll("*")].filter((element) =>
    element.checkVisibility() && (hasWords(element) || element.matches("a, input, select, textarea")));
  const judged = new Set([...known, ...window.badLooks ??= []]);
  const unknown = new Set(judgeable.map(lookOf).filter((look) => !judged.has(look)));
  if (!unknown.size) return [[], []];
  const chosen = [judgeable, judgeable.toReversed()].flatMap((elements) =>
    [...unknown].map((look) => elements.find((element) => lookOf(element) === look)));
  return [[...unknown], await found({{ include: [...new Set(chosen)] }}, options)];
}}"""
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
    options = {
        "runOnly": {"type": "tag", "values": _TAGS}, "rules": {rule: {"enabled": False} for rule in _COLOURS},
    }
    look_for = f"(options) => {{ {_RUN} return found(document, options); }}"
    return _twice(page, lambda: page.evaluate(look_for, options))


def new_colour_violations(page: Page) -> list[str]:
    """The rules about colours that are broken by what looks as nothing did that was good, or that was on this page."""
    judged: list[float] = []

    def judge() -> list[str]:
        found: list[str]
        options = {"runOnly": {"type": "rule", "values": _COLOURS}}
        judged[:], found = page.evaluate(_JUDGE_LOOKS, [list(_good_looks), options])
        return found

    found = _twice(page, judge)
    if found:
        page.evaluate("(looks) => window.badLooks.push(...looks)", judged)
    else:
        _good_looks.update(judged)
    return found


def _twice(page: Page, look_for: Callable[[], list[str]]) -> list[str]:
    """What is found, once nothing moves any more if it is anything: the page may have been drawn anew meanwhile."""
    _prepare(page)
    found = look_for()
    if found:
        page.evaluate(_AWAIT_QUIET)
        _prepare(page)
        found = look_for()
    return found


def _prepare(page: Page) -> None:
    if not page.evaluate(
        "() => { document.getAnimations().forEach((each) => each.finish()); return 'axe' in window; }"
    ):
        page.evaluate(_script())


@cache
def _script() -> str:
    return str(Axe().axe_script)
