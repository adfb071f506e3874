"""Accessibility errors that axe-core finds on a page (WCAG 2.2 AA)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
#: The rules about colours, and that about the sizes of what is pressed. They take more time than all others together.
_COLOURS = ("color-contrast", "link-in-text-block")
_SIZES = ("target-size",)
_OPTIONS = {
    "runOnly": {"type": "tag", "values": _TAGS}, "rules": {rule: {"enabled": False} for rule in (*_COLOURS, *_SIZES)},
}
#: Of what passes, only one example is looked for: that halves the time. Nobody reads the selectors of what is found,
#: and no rule needs the style sheets loaded once more.
_RUN = """const found = async (context, options) => {
  const { violations } = await axe.run(
    context, { ...options, resultTypes: ["violations"], selectors: false, preload: false });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120))}`);
};"""
_NUMBER_OF = """const numberOf = (text) => {
  let number = 7;
  for (let at = 0; at < text.length; at++) number = (number * 33 + text.charCodeAt(at)) % 9007199254740;
  return number;
};"""
#: Judges a page by all other rules, unless its state is known: a number for whatever they judge by, the elements, which
#: of them are seen, and which can be scrolled.
_JUDGE_STATE = f"""async ([known, options]) => {{
  {_RUN}
  {_NUMBER_OF}
  const scrolls = (element) =>
    (element.scrollHeight > element.clientHeight || element.scrollWidth > element.clientWidth)
    && /auto|scroll/.test(getComputedStyle(element).overflow);
  const seen = [...document.querySelectorAll("*")].map((element) => Number(scrolls(element))
    + 2 * Number(element.checkVisibility({{ visibilityProperty: true, opacityProperty: true }})));
  const state = numberOf(document.documentElement.outerHTML + seen.join(""));
  return [[state], known.includes(state) ? [] : await found(document, options)];
}}"""
#: The looks of what the rules about colours judge, visible elements with words. A look is a number for whatever they
#: judge by: colours and sizes, whether there are words, and whether it is disabled; of an element and of all around it.
_COLOUR_LOOKS = """
  const hasWords = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const looks = new Map([[null, 0]]);
  const lookOf = (element) => {
    if (!looks.has(element)) {
      const style = getComputedStyle(element);
      looks.set(element, numberOf([lookOf(element.parentElement), element.localName, hasWords(element),
        element.matches(":disabled, [aria-disabled=true]"), style.color, style.backgroundColor, style.backgroundImage,
        style.opacity, style.fontSize, style.fontWeight, style.filter, style.textDecorationLine, style.textShadow,
        style.position, style.mixBlendMode].join()));
    }
    return looks.get(element);
  };
  const judgeable = [...document.body.querySelectorAll("*")].filter((element) =>
    element.checkVisibility() && (hasWords(element) || element.matches("a, input, select, textarea")));"""
#: The looks of what can be pressed and is small or covered: its size, whether it is within a text, and what is near.
_SIZE_LOOKS = """
  const boxes = new Map([...document.body.querySelectorAll(
    "a, button, input, select, textarea, summary, [role], [tabindex]")].filter((each) => each.checkVisibility())
    .map((element) => [element, element.getBoundingClientRect()]));
  const judgeable = [...boxes].filter(([element, box]) => box.width < 24 || box.height < 24
    || [...boxes].some(([other, { left, right, top, bottom }]) =>
      left < box.right && right > box.left && top < box.bottom && bottom > box.top
      && !element.contains(other) && !other.contains(element))).map(([element]) => element);
  const lookOf = (element) => {
    const { left, right, top, bottom } = boxes.get(element);
    const near = [...boxes.values()].filter((other) =>
      other.left < right + 24 && other.right > left - 24 && other.top < bottom + 24 && other.bottom > top - 24);
    return numberOf([element.localName, getComputedStyle(element).display,
      element.parentElement.textContent.trim() === element.textContent.trim(), right - left, bottom - top,
      ...near.flatMap((other) => [other.left - left, other.top - top, other.width, other.height])].map((each) =>
      typeof each === "number" ? Math.round(each) : each).join());
  };"""
#: Judges the looks that are not known. Of each, the first and the last element are judged: one may be covered by
#: another. All in one go: a page that is drawn anew in between has none of the elements that were marked.
_JUDGE_LOOKS = """
  const seen = judgeable.map((element) => [lookOf(element), element]);
  const judged = new Set([...known, ...window.badLooks ??= []]);
  const unknown = seen.filter(([look]) => !judged.has(look));
  if (!unknown.length) return [[], []];
  const chosen = [...new Map(unknown.toReversed()).values(), ...new Map(unknown).values()];
  return [[...new Set(unknown.map(([look]) => look))], await found({ include: [...new Set(chosen)] }, options)];
}"""


class _Looks:
    """Rules that judge each element by its looks: wherever those are new, as few are on one page after another."""

    def __init__(self, rules: tuple[str, ...], looks: str) -> None:
        self._options = {"runOnly": {"type": "rule", "values": rules}}
        self._judge = f"async ([known, options]) => {{ {_RUN} {_NUMBER_OF} {looks} {_JUDGE_LOOKS}"
        #: The looks that have been found good in this process, on any page.
        self._good: set[float] = set()

    def violations(self, page: Page) -> list[str]:
        """What is broken by what looks as nothing did that was good, or that was on this page."""
        judged: list[float] = []

        def judge() -> list[str]:
            found: list[str]
            judged[:], found = page.evaluate(self._judge, [list(self._good), self._options])
            return found

        found = _twice(page, judge)
        if found:
            page.evaluate("(looks) => window.badLooks.push(...looks)", judged)
        else:
            self._good.update(judged)
        return found


_colours = _Looks(_COLOURS, _COLOUR_LOOKS)
_sizes = _Looks(_SIZES, _SIZE_LOOKS)
#: The states of pages that nothing was wrong with, of this process.
_good_states: set[float] = set()

#: Waits until nothing has changed on the page for a moment.
_AWAIT_QUIET = """() => new Promise((resolve) => {
  const observer = new MutationObserver(() => { clearTimeout(quiet); quiet = setTimeout(end, 300); });
  const end = () => { observer.disconnect(); resolve(); };
  let quiet = setTimeout(end, 300);
  observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
})"""


def violations(page: Page) -> list[str]:
    """Every rule that is broken, with the places where it is; of a colour that is changing, as it will be.

    What takes most of the time is judged wherever it is new.
    """
    _prepare(page)
    return _violations_of_state(page) + _sizes.violations(page) + _colours.violations(page)


def new_colour_violations(page: Page) -> list[str]:
    _prepare(page)
    return _colours.violations(page)


def _violations_of_state(page: Page) -> list[str]:
    judged: list[float] = []

    def judge() -> list[str]:
        found: list[str]
        judged[:], found = page.evaluate(_JUDGE_STATE, [list(_good_states), _OPTIONS])
        return found

    found = _twice(page, judge)
    if not found:
        _good_states.update(judged)
    return found


def _twice(page: Page, look_for: Callable[[], list[str]]) -> list[str]:
    """What is found, once nothing moves any more if it is anything: the page may have been drawn anew meanwhile."""
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
