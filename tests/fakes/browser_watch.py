"""Watches a browser for errors while a test drives it."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, ConsoleMessage, Request


class Watch:
    """Collects the errors in the pages of a context: errors in their consoles, and requests to other hosts."""

    def __init__(self, context: BrowserContext, *own: str) -> None:
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self._own = tuple(f"{address}/" for address in own)
        context.on("console", self._on_console_message)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("request", self._on_request)

    def _on_console_message(self, message: ConsoleMessage) -> None:
        """Breaches of the Content-Security-Policy and failed requests are console errors too."""
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith(self._own):
            self.foreign.append(request.url)
