"""A desk with a mail server, and the dispatcher that sends what is in its outbox."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from fakes.clock import FakeClock
from fakes.desk import Desk, MakeDesk
from fakes.smtp import FakeSmtp
from tener_interview import settings
from tener_interview.domain.outbox.dispatcher import Dispatcher
from tener_interview.outbox_channels import outbox_channels
from tener_interview.store.message_records import MessageState

ADDRESS = "jane@example.com"
#: The clock of tests begins at night; so many seconds later it is day.
DAYTIME_S = 6 * 3600


def mail_settings(smtp: FakeSmtp, **more: str) -> dict[str, str]:
    return {
        "TENER_INTERVIEW_SMTP_URL": f"smtp://127.0.0.1:{smtp.port}?tls=off",
        "TENER_INTERVIEW_MAIL_FROM": "Acme Hiring <jobs@acme.example>",
        "TENER_INTERVIEW_PUBLIC_BASE_URL": "https://interviews.acme.example",
        **more,
    }


class MailDesk:
    """One service with a mail server. Nothing is sent before `send`."""

    def __init__(self, make_desk: MakeDesk, smtp: FakeSmtp, clock: FakeClock, **more: str) -> None:
        self.smtp = smtp
        self.clock = clock
        self.desk: Desk = make_desk(**mail_settings(smtp, **more))
        self.service: Any = self.desk.service
        channels = outbox_channels(self.service, settings.load(self.desk.environ))
        self.dispatcher = Dispatcher(self.service.store, clock, channels, "one", lambda: 0.0)

    def invited(self, candidate_id: int = 42, email: str | None = ADDRESS, **more: Any) -> str:
        """Invite a candidate; return the session."""
        address = {"candidate_email": email} if email else {}
        return self.desk.started(candidate_id, **{"candidate_name": "Jane Doe", **address, **more})

    def send(self) -> list[EmailMessage]:
        """Send what is due; return everything that the server has received so far."""
        self.dispatcher.run_once()
        return self.smtp.messages

    def rules(self, job_id: int = 1, **changes: Any) -> None:
        from tener_interview.domain.messages.reminders import change_rules

        change_rules(self.service, job_id, changes)

    def messages(self, session_id: str) -> list[MessageState]:
        with self.service.store.read() as tx:
            return list(tx.messages.newest_first(session_id=session_id, limit=50))

    def state(self, session_id: str) -> tuple[str | None, str | None]:
        """Return the state of the latest message about a session, and what the server said."""
        latest = self.messages(session_id)[0]
        return latest.state, latest.answer

    def events(self, session_id: str) -> list[str]:
        with self.service.store.read() as tx:
            return [event.event for event in tx.events.of_session(session_id)]


def text_of(message: EmailMessage) -> str:
    (plain,) = [part for part in message.iter_parts() if part.get_content_type() == "text/plain"]
    return str(plain.get_content())


def recipients_of(smtp: FakeSmtp) -> list[str]:
    return [address for envelope in smtp.envelopes for address in envelope.rcpt_tos]


