"""Pictures of pages for a person to look at; git ignores where they are put."""

from __future__ import annotations

from playwright.sync_api import Page

from fakes.running_service import PROJECT

FOLDER = PROJECT / "tests" / "screenshots"


def picture(page: Page, name: str) -> None:
    """Keep what the page looks like now."""
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
