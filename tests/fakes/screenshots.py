"""Screenshots for people, saved if `TENER_TEST_PICTURES` is set; git ignores their folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Literal

from playwright.sync_api import Page

from fakes.axe import violations
from fakes.running_service import PROJECT

FOLDER = PROJECT / "tests" / "screenshots"

Look = tuple[int, Literal["light", "dark"]]

#: Whether the page, or a dialog on it, has something beside what is seen of it.
_TOO_WIDE = """() => document.documentElement.scrollWidth > innerWidth
  || [...document.querySelectorAll("dialog[open]")].some((dialog) => dialog.scrollWidth > dialog.clientWidth)"""

_EVERY_LOOK: tuple[Look, ...] = ((1440, "light"), (1024, "dark"), (390, "light"))
#: The widest and the narrowest, for tests that pass many pages.
TWO_LOOKS: tuple[Look, ...] = ((1440, "light"), (390, "dark"))
#: For dialogs, and for pages that are looked at wide elsewhere: a narrow screen alone lays them out otherwise.
NARROW = TWO_LOOKS[1:]


def picture(page: Page, name: str) -> None:
    """Save a screenshot of the page."""
    if os.environ.get("TENER_TEST_PICTURES"):
        page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


def at_every_width(page: Page, name: str, looks: Sequence[Look] = _EVERY_LOOK) -> dict[str, list[str]]:
    """Save screenshots on a wide, a middle and a narrow screen, light and dark. Return what is wrong with each: what
    axe finds, and content that is wider than the screen."""
    wrong = {}
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        picture(page, f"{name}_{width}_{scheme}")
        too_wide = page.evaluate(_TOO_WIDE)
        wrong[f"{width} {scheme}"] = violations(page) + ["wider than the screen"] * too_wide
    return {where: found for where, found in wrong.items() if found}
