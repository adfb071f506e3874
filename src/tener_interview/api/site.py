"""What the handlers work on: the domain's Service, and for pages the files, the guard and the map itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ..interviews.service import Service
from ..interviews.sync import BackgroundSync
from ..interviews.titles import Titles
from ..providers.protocol import Notices
from ..sources.check import SourceCheck
from ..web.auth import Guard
from ..web.router import Route
from ..web.static import StaticFiles


@dataclass(frozen=True, kw_only=True)
class Site(Service):
    """The Service as the web sees it. Handlers that only need the domain ask for a Service."""

    files: StaticFiles
    guard: Guard
    routes: Sequence[Route]
    #: None where webhooks are not set up.
    notices: Notices | None
    sync: BackgroundSync
    source_check: SourceCheck
    titles: Titles
    #: Who hires, as candidates and hiring managers know it; None where nobody has said.
    company_name: str | None

    def candidate_page(self, *, title: str, heading: str, text: str, lang: str = "en") -> str:
        """A short page for a candidate; everything that is put into it is escaped here."""
        parts = {"title": title, "heading": heading, "text": text, "lang": lang}
        page = self.files.template("candidate_page.html")
        return page.substitute({name: escape(value, quote=True) for name, value in parts.items()})

    def site_name_tag(self) -> str:
        """For link previews, who hires; nothing where nobody has said."""
        name = escape(self.company_name or "", quote=True)
        return f'<meta property="og:site_name" content="{name}">' if name else ""
