"""What handlers of requests need: the domain's Service and, for pages, the static files, the guard and the routes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from ..domain.service import Service
from ..html_links import with_mail_links
from ..languages.tags import primary
from ..lazy_dataclass import dataclass
from .candidate_texts import all_texts

if TYPE_CHECKING:
    from ..domain.jobs.interview_outlines import InterviewOutlines
    from ..domain.jobs.job_titles import JobTitles
    from ..domain.refresh.background_sync import BackgroundSync
    from ..domain.users.passwords import Passwords
    from ..mcp.call_limit import CallLimit
    from ..providers.protocol import ProviderEventReader
    from ..sources.probe import SourceHealth
    from ..system.metrics import Metrics
    from ..web.auth import Guard
    from ..web.router import Route
    from ..web.static import StaticFiles


@dataclass(frozen=True, kw_only=True)
class WebService(Service):
    """The Service with the parts that only web handlers need. Handlers that need only the domain take a Service."""

    files: StaticFiles
    guard: Guard
    passwords: Passwords
    routes: Sequence[Route]
    #: None if no secret of the provider's webhook is set.
    provider_event_reader: ProviderEventReader | None
    assistant_calls: CallLimit
    sync: BackgroundSync
    source_health: SourceHealth
    titles: JobTitles
    metrics: Metrics
    started_at_ms: int
    #: The time of the start on the monotonic clock.
    started_s: float
    #: The hiring company, for candidates and hiring managers; None if the settings name none.
    company_name: str | None
    outlines: InterviewOutlines
    #: Whether interview links show a page about the interview first.
    landing_page: bool
    #: Whom candidates can ask.
    contact: str | None

    def company_of(self, job_id: int) -> str | None:
        """Return the hiring company: from the settings, else from the job's source."""
        return self.company_name or self.titles.company_of(job_id)

    def short_page(
        self, *, heading: str, text: str, lang: str = "en", advice: str = "", ask: str = "", reference: str = "",
        company: str | None = None, link: tuple[str, str] | None = None, form: str = "",
    ) -> str:
        """Return a page with a short notice, and a link with its address and text. Escapes all values but the `form`.

        `ask` stands before the contact, if there is one.
        """
        company = company or self.company_name
        values = {"heading": heading, "text": text, "lang": lang, "company": company or ""}
        more = [f'<p dir="auto">{escape(advice)}</p>'] if advice else []
        if ask and self.contact:
            more.append(f'<p dir="auto">{escape(ask)}: {with_mail_links(self.contact)}</p>')
        if link:
            address, label = escape(link[0], quote=True), escape(link[1])
            more.append(f'<p dir="auto"><a class="button" href="{address}">{label}</a></p>')
        if form:
            more.append(form)
        if reference:
            more.append(f'<p class="muted" dir="auto">{escape(reference)}</p>')
        return self.files.template("notice.html").substitute(
            {name: escape(value, quote=True) for name, value in values.items()},
            site_name=self.site_name_tag(company), demo=self.demo_note(lang), more="\n    ".join(more),
        )

    def demo_note(self, lang: str) -> str:
        """Return a note as HTML, in a language, that the page belongs to the demo; empty with a real provider."""
        if self.provider.name != "demo":
            return ""
        words = all_texts().get(primary(lang), all_texts()["en"])
        return f'<p class="note">{escape(words["demo_mark"])}</p>'

    def site_name_tag(self, company: str | None) -> str:
        """Return the tag that names the company in link previews; empty without a company."""
        name = escape(company or "", quote=True)
        return f'<meta property="og:site_name" content="{name}">' if name else ""
