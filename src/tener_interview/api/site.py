"""The dependencies of handlers: the domain's Service and, for pages, the static files, the guard and the routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from ..domain.jobs.interview_outlines import InterviewOutlines
from ..domain.jobs.job_titles import JobTitles
from ..domain.refresh.background_sync import BackgroundSync
from ..domain.service import Service
from ..providers.protocol import WebhookReader
from ..sources.probe import SourceHealth
from ..system.metrics import Metrics
from ..web.auth import Guard
from ..web.router import Route
from ..web.static import StaticFiles


@dataclass(frozen=True, kw_only=True)
class Site(Service):
    """The Service with what the web adds. Handlers that need only the domain take a Service."""

    files: StaticFiles
    #: What the scripts of a page have to know of the rules, as JSON, by the page.
    page_rules: Mapping[str, str]
    guard: Guard
    routes: Sequence[Route]
    #: None where webhooks are not set up.
    webhook_reader: WebhookReader | None
    sync: BackgroundSync
    source_health: SourceHealth
    titles: JobTitles
    #: Who hires, as candidates and hiring managers know it; None where nobody has said.
    metrics: Metrics
    started_at_ms: int
    #: The same on the monotonic clock.
    started_s: float
    company_name: str | None
    outlines: InterviewOutlines
    #: Whether a page about the interview comes before it, and whom it names to be asked.
    landing_page: bool
    contact: str | None

    def company_of(self, job_id: int) -> str | None:
        """Who hires for a job: as the settings say, else as the source says of the job."""
        return self.company_name or self.titles.company_of(job_id)

    def short_page(
        self, *, heading: str, text: str, lang: str = "en", advice: str = "", reference: str = "",
        company: str | None = None,
    ) -> str:
        """A page with one thing to say, and whom to ask; everything that is put into it is escaped here."""
        more = (("", advice), (' class="muted"', reference))
        company = company or self.company_name
        said = {"heading": heading, "text": text, "lang": lang, "company": company or ""}
        return self.files.template("notice.html").substitute(
            {name: escape(value, quote=True) for name, value in said.items()},
            site_name=self.site_name_tag(company),
            more="\n    ".join(f'<p{kind} dir="auto">{escape(words)}</p>' for kind, words in more if words),
        )

    def site_name_tag(self, company: str | None) -> str:
        """For link previews, who hires; nothing where nobody has said."""
        name = escape(company or "", quote=True)
        return f'<meta property="og:site_name" content="{name}">' if name else ""
