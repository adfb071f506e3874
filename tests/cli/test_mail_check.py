"""The doctor says by which server messages leave, or why none can."""

from __future__ import annotations

from fakes.clock import FakeClock
from fakes.mail_desk import mail_settings
from fakes.smtp import running_smtp
from tener_interview import settings
from tener_interview.cli.finding import FAULT, GOOD, NOTE
from tener_interview.cli.mail_check import check_mail

HIREFLIX = {"TENER_HIREFLIX_API_KEY": "key"}


def found(**environ: str) -> list[tuple[str, str]]:
    findings = check_mail(settings.load(environ), FakeClock())
    return [(finding.status, finding.message) for finding in findings]


def test_doctor_reports_the_mail_server_and_its_encryption() -> None:
    assert found() == [(GOOD, "demo mode: messages are shown under Messages and sent nowhere")]
    assert found(**HIREFLIX)[0][0] == NOTE
    with running_smtp() as smtp:
        mail = {**HIREFLIX, **mail_settings(smtp)}
        server = f"127.0.0.1:{smtp.port} (no encryption)"
        assert found(**mail) == [
            (GOOD, f"{server} can be used, from Acme Hiring <jobs@acme.example>, at most 500 a day")
        ]
        in_plain = {**mail, "TENER_INTERVIEW_PUBLIC_BASE_URL": "http://127.0.0.1:8090"}
        assert [status for status, _ in found(**in_plain)] == [GOOD, NOTE]
        smtp.faults = {"EHLO": "554 5.7.1 you are on a list"}
        assert found(**mail) == [(FAULT, f"{server}: EHLO: 554 5.7.1, refused by a rule of the server")]
        assert smtp.envelopes == []
        encrypted = {**mail, "TENER_INTERVIEW_SMTP_URL": f"smtp://me:secret@localhost:{smtp.port}"}
        smtp.faults = {}
        assert found(**encrypted) == [
            (FAULT, f"localhost:{smtp.port} (STARTTLS): TLS: the server offers no STARTTLS")
        ]
