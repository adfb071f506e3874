"""The check of `doctor` for e-mail: the server is reached, encrypted and signed in to, and nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator

from .. import composition
from ..mail.smtp_result import SendOutcome, SmtpStep
from ..settings import Settings
from ..system.clock import Clock
from .finding import FAULT, GOOD, NOTE, Finding

_REMEDIES = {
    SmtpStep.CONNECT: "Check host and port in TENER_INTERVIEW_SMTP_URL, and that this computer may reach them.",
    SmtpStep.ENCRYPT:
        "Use smtps:// or smtp:// as the server offers it, and the name in its certificate. An authority of"
                  " your own is added with SSL_CERT_FILE.",
    SmtpStep.SIGN_IN: "Check user and password in TENER_INTERVIEW_SMTP_URL; special characters are written as %40 etc.",
}


def check_mail(settings: Settings, _clock: Clock) -> Iterator[Finding]:
    """Say by which server messages leave."""
    if settings.provider == "demo":
        yield Finding("e-mail", GOOD, "demo mode: messages are shown under Messages and sent nowhere")
        return
    server = composition.build_smtp_server(settings)
    if server is None:
        yield Finding(
            "e-mail", NOTE, "no SMTP server is set: messages to candidates are sent by hand",
            "Nothing to do if that is intended; otherwise set TENER_INTERVIEW_SMTP_URL and TENER_INTERVIEW_MAIL_FROM.",
        )
        return
    result = server.check()
    if result.outcome is SendOutcome.ACCEPTED:
        limit = f"at most {settings.mail_daily_limit} a day"
        yield Finding("e-mail", GOOD, f"{server.display_name} can be used, from {settings.mail_from}, {limit}")
        if not settings.public_base_url.startswith("https://"):
            yield Finding(
                "e-mail", NOTE, "mail programs offer to unsubscribe by one click over HTTPS only (RFC 8058)",
                "Give the service an https:// address in TENER_INTERVIEW_PUBLIC_BASE_URL.",
            )
        return
    remedy = _REMEDIES.get(result.step, "Ask whoever runs the server what this means; until then messages wait.")
    yield Finding("e-mail", FAULT, f"{server.display_name}: {result.text}", remedy)
