"""The language that a page's reader prefers, without a browser window for it."""

from __future__ import annotations

from playwright.sync_api import Page


def ask_for_language(page: Page, language: str) -> None:
    """Let the page name that language to the service and to its scripts from now on."""
    agent = {"userAgent": page.evaluate("navigator.userAgent"), "acceptLanguage": language}
    page.context.new_cdp_session(page).send("Emulation.setUserAgentOverride", agent)
