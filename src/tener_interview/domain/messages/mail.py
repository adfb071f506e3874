"""The deployment's e-mail configuration: server, sender and daily limit."""

from __future__ import annotations

from dataclasses import field
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from ...lazy_dataclass import dataclass
from ...mail.addresses import MailAddress
from ...system.clock import local_time

if TYPE_CHECKING:
    from ...link_tokens import LinkSigner
    from ...mail.smtp_result import MailServer

#: All messages share one receiver of the outbox: while the server cannot be reached, none of them is tried.
MAIL_RECEIVER = "mail-server"


@dataclass(frozen=True)
class MailConfig:
    """The e-mail configuration. Without a server messages are sent by hand."""

    #: Signs the opt-out links.
    opt_out_links: LinkSigner
    server: MailServer | None = None
    sender: MailAddress = field(default_factory=lambda: MailAddress("nobody@interview.local"))
    reply_to: MailAddress | None = None
    daily_limit: int = 500
    #: The hiring company; None for the job's company in the source.
    company_name: str | None = None
    contact: str | None = None
    #: For candidates whose own zone is unknown, and for the days of the daily limit.
    time_zone: tzinfo = UTC
    #: Demo mode: messages are not sent.
    is_demo: bool = False

    @property
    def can_send(self) -> bool:
        return self.server is not None

    def day_of(self, at_ms: int) -> str:
        """The date of a time, where the company is."""
        return local_time(at_ms, self.time_zone).date().isoformat()
