"""Sending by SMTP to a real server: every step, every way to fail, and whether the message may be sent again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.smtp import DROP, PASSWORD, SILENCE, USER, FakeSmtp, make_certificate, running_smtp
from tener_interview.mail.addresses import MailAddress
from tener_interview.mail.message import Email, render_email
from tener_interview.mail.smtp_result import SendOutcome, SmtpStep
from tener_interview.mail.smtp_url import SmtpUrl, smtp_url
from tener_interview.outbound.smtp import SmtpServer, tls_context

LETTER = Email("ob_1", MailAddress("jobs@acme.example"), MailAddress("jane@example.com"), "Hi", "Hello\n.\n.", "en", 0)
CREDENTIALS = f"{USER}:p%40ss%3Aword%2F"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusted(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The certificate is trusted as an administrator would have it trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "server.pem"))
    tls_context.cache_clear()
    yield certificates
    tls_context.cache_clear()


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    with running_smtp() as fake:
        yield fake


def server(fake: FakeSmtp, form: str = "smtp://localhost:{}?tls=off", deadline_s: float = 5.0) -> SmtpServer:
    return SmtpServer(smtp_url(form.format(fake.port)), "interviews.example.com", deadline_s)


def send(to: SmtpServer, recipient: str = "jane@example.com", *, is_wanted: bool = True) -> tuple[SendOutcome, str]:
    result = to.send("jobs@acme.example", recipient, render_email(LETTER), lambda: is_wanted)
    return result.outcome, result.text


def test_a_message_arrives_unchanged_by_smtp(smtp: FakeSmtp) -> None:
    assert send(server(smtp)) == (SendOutcome.ACCEPTED, "DATA: 250 2.0.0")
    (message,) = smtp.messages
    assert message["Message-ID"] == "<ob_1@acme.example>"
    text, html = message.iter_parts()
    # A line of one dot ends a message, unless another dot is put before it.
    assert text.get_content().splitlines() == ["Hello", ".", "."]
    assert html.get_content_type() == "text/html"
    assert smtp.envelopes[0].mail_from == "jobs@acme.example"


@pytest.mark.parametrize(("tls", "form"), [
    ("starttls", "smtp://{}@localhost:{}"), ("tls", "smtps://{}@localhost:{}"),
])
def test_the_client_signs_in_to_an_encrypted_mail_server(trusted: Path, tls: str, form: str) -> None:
    with running_smtp(trusted, tls=tls, auth=tls == "starttls") as fake:
        credentials = CREDENTIALS if tls == "starttls" else ""
        to = server(fake, form.replace("{}@", f"{credentials}@" if credentials else "", 1))
        assert send(to)[0] is SendOutcome.ACCEPTED
        assert to.check().outcome is SendOutcome.ACCEPTED
        assert PASSWORD not in repr(to.__dict__)
        if tls == "starttls":
            fake.faults["AUTH"] = "535 5.7.8 that is wrong"
            assert send(to) == (SendOutcome.SETTINGS_WRONG, "AUTH: 535 5.7.8, user or password is wrong")
        assert len(fake.envelopes) == 1


def test_no_mail_is_sent_without_verified_encryption(certificates: Path, smtp: FakeSmtp) -> None:
    """A certificate of nobody, one for another name, and a server that cannot encrypt."""
    tls_context.cache_clear()
    for tls, form in (("starttls", "smtp://localhost:{}"), ("tls", "smtps://localhost:{}")):
        with running_smtp(certificates, tls=tls) as fake:
            outcome, answer = send(server(fake, form))
            assert (outcome, "MAIL" in fake.steps) == (SendOutcome.SETTINGS_WRONG, False)
            assert "certificate" in answer
    assert send(server(smtp, "smtp://localhost:{}")) == (
        SendOutcome.SETTINGS_WRONG, "TLS: the server offers no STARTTLS"
    )
    assert smtp.envelopes == []


def test_a_mail_server_certificate_for_another_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_certificate(tmp_path / "other", "mail.elsewhere.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(other / "server.pem"))
    tls_context.cache_clear()
    with running_smtp(other, tls="starttls") as fake:
        outcome, answer = send(server(fake, "smtp://localhost:{}"))
    tls_context.cache_clear()
    assert (outcome, fake.envelopes) == (SendOutcome.SETTINGS_WRONG, [])
    assert "match" in answer


#: Step, what the server does there, and what becomes of the message.
FAULTS = [
    ("CONNECT", DROP, SendOutcome.DEFERRED, "connecting: the connection was lost"),
    ("EHLO", "421 4.3.2 shutting down", SendOutcome.DEFERRED, "EHLO: 421 4.3.2"),
    ("EHLO", DROP, SendOutcome.DEFERRED, "EHLO: the connection was lost"),
    ("MAIL", "450 4.7.1 slow down jane@example.com", SendOutcome.DEFERRED, "MAIL FROM: 450 4.7.1"),
    ("MAIL", "550 5.7.1 who are you", SendOutcome.SETTINGS_WRONG, "MAIL FROM: 550 5.7.1"),
    ("MAIL", DROP, SendOutcome.DEFERRED, "MAIL FROM: the connection was lost"),
    ("RCPT", "450 4.2.0 greylisted", SendOutcome.DEFERRED, "RCPT TO: 450 4.2.0"),
    ("RCPT", "452 4.2.2 <jane@example.com> full", SendOutcome.DEFERRED, "RCPT TO: 452 4.2.2"),
    ("RCPT", "550 5.1.1 <jane@example.com> unknown", SendOutcome.BOUNCED, "RCPT TO: 550 5.1.1, no such mailbox"),
    ("RCPT", "554 go away", SendOutcome.BOUNCED, "RCPT TO: 554"),
    ("RCPT", DROP, SendOutcome.DEFERRED, "RCPT TO: the connection was lost"),
    ("DATA", "451 4.3.0 not now", SendOutcome.DEFERRED, "DATA: 451 4.3.0"),
    ("DATA", DROP, SendOutcome.DEFERRED, "DATA: the connection was lost"),
    ("END", "550 5.7.1 looks like spam", SendOutcome.REFUSED, "DATA: 550 5.7.1"),
    ("END", "452 4.3.1 disk full", SendOutcome.DEFERRED, "DATA: 452 4.3.1"),
    ("END", DROP, SendOutcome.UNCERTAIN, "DATA: the connection was lost"),
]


def test_each_failing_smtp_step_has_its_outcome(smtp: FakeSmtp) -> None:
    to = server(smtp)
    wrong = []
    for step, fault, expected, answer in FAULTS:
        smtp.faults = {step: fault}
        outcome, text = send(to)
        if outcome is not expected or not text.startswith(answer) or "jane" in text:
            wrong.append((step, fault, outcome, text))
    assert wrong == []
    # Only the server that dropped the line at the very end has it.
    assert len(smtp.envelopes) == 1


def test_an_unclear_smtp_reply_after_the_data_makes_the_delivery_uncertain(smtp: FakeSmtp) -> None:
    """The server had everything; a reply that nobody understands does not say that it threw it away."""
    to, wrong = server(smtp), []
    for reply, expected in (
        ("hello", SendOutcome.UNCERTAIN), ("354 go on", SendOutcome.UNCERTAIN), ("-50 no", SendOutcome.UNCERTAIN),
        ("\x00\xff", SendOutcome.UNCERTAIN), ("150 hm", SendOutcome.UNCERTAIN), ("650 what", SendOutcome.UNCERTAIN),
        ("2" * 9000, SendOutcome.UNCERTAIN), ("252 maybe", SendOutcome.ACCEPTED), ("200", SendOutcome.ACCEPTED),
        ("421 closing", SendOutcome.DEFERRED), ("555 no", SendOutcome.REFUSED),
    ):
        smtp.faults = {"END": reply}
        if (outcome := send(to)[0]) is not expected:
            wrong.append((reply[:20], outcome))
    smtp.faults = {}
    for step, reply in (("MAIL", "354 what"), ("RCPT", "no"), ("EHLO", "what?"), ("DATA", "250 no")):
        smtp.faults = {step: reply}
        if (outcome := send(to)[0]) is not SendOutcome.DEFERRED:
            wrong.append((f"{step} {reply}", outcome))
    assert wrong == []


def test_invalid_auth_challenges_and_passwords_fail(trusted: Path) -> None:
    with running_smtp(trusted, tls="starttls", auth=True) as fake:
        fake.faults = {"AUTH": "334 a"}
        assert send(server(fake, f"smtp://{CREDENTIALS}@localhost:{{}}"))[0] is SendOutcome.DEFERRED
    with pytest.raises(ValueError, match="must be ASCII"):
        smtp_url("smtps://jobs:p%C3%A4ss@mail.example")


def test_the_client_leaves_a_slow_mail_server_at_the_deadline(smtp: FakeSmtp) -> None:
    for step, expected in (("RCPT", SendOutcome.DEFERRED), ("END", SendOutcome.UNCERTAIN)):
        smtp.faults = {step: SILENCE}
        assert send(server(smtp, deadline_s=0.3))[0] is expected


def test_messages_to_unreachable_and_unknown_mail_servers_are_deferred() -> None:
    for host in ("localhost", "no-such-host.invalid"):
        result = SmtpServer(SmtpUrl(host, 1, smtp_url("smtp://x?tls=off").encryption), "x").check()
        assert (result.outcome, result.step) == (SendOutcome.DEFERRED, SmtpStep.CONNECT)


def test_a_message_canceled_before_the_data_command_is_not_sent(smtp: FakeSmtp) -> None:
    assert send(server(smtp), is_wanted=False)[0] is SendOutcome.WITHDRAWN
    assert (smtp.envelopes, "DATA" in smtp.steps) == ([], False)


def test_non_ascii_addresses_need_smtputf8(smtp: FakeSmtp) -> None:
    email = Email("ob_2", MailAddress("jobs@acme.example"), MailAddress("jürgen@example.com"), "Grüße", "ä", "de", 0)
    sent = server(smtp).send("jobs@acme.example", "jürgen@example.com", render_email(email), lambda: True)
    assert sent.outcome is SendOutcome.ACCEPTED
    assert smtp.envelopes[0].rcpt_tos == ["jürgen@example.com"]
    assert smtp.messages[0]["Subject"] == "Grüße"
