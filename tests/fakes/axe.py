"""Accessibility errors that axe-core finds on a page (WCAG 2.2 AA)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: What is broken, and which looks are good (`axe_judge.js`); nothing if the page has no `axe.judge` yet.
_JUDGE = "([good, isLast]) => window.axe ? axe.judge(good, isLast) : null"

#: Waits until nothing has changed on the page for a moment.
_AWAIT_QUIET = """() => new Promise((resolve) => {
  const observer = new MutationObserver(() => { clearTimeout(quiet); quiet = setTimeout(end, 300); });
  const end = () => { observer.disconnect(); resolve(); };
  let quiet = setTimeout(end, 300);
  observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
})"""

#: The looks that have been found good in this process, on any page.
_good: set[str] = set()


def violations(page: Page) -> list[str]:
    """Every rule that is broken, with the places where it is; of a colour that is changing, as it will be.

    Colours and sizes are judged of what looks as nothing did that was good, or that was bad on this page.
    """
    found = _judge(page)
    if found:
        # The page may have been drawn anew meanwhile.
        page.evaluate(_AWAIT_QUIET)
        found = _judge(page, is_last=True)
    return found


def _judge(page: Page, *, is_last: bool = False) -> list[str]:
    known = " ".join(_good)
    judged = page.evaluate(_JUDGE, [known, is_last]) or page.evaluate(
        f"{_script()}; axe.judge({json.dumps(known)}, {json.dumps(is_last)})")
    found: list[str]
    found, good = judged
    _good.update(good)
    return found


@cache
def _script() -> str:
    """What gives a page `axe.judge`. Each letter that is not ASCII would double the time that it takes to get there."""
    script = f"{Axe().axe_script}\n{Path(__file__).with_name('axe_judge.js').read_text('utf-8')}"
    return script.encode("ascii", "backslashreplace").decode("ascii")
