"""Sends one message by SMTP (RFC 5321), within one deadline; knows at every step whether the server may have it.

The server's certificate is verified, and nothing is sent unencrypted unless the address allows it. `SSL_CERT_FILE` adds
certificate authorities, as for every program that uses OpenSSL.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

from ..lazy_dataclass import dataclass
from ..mail.smtp_result import SendOutcome, SendResult, SmtpStep, short_reply
from ..mail.smtp_url import Encryption, SmtpUrl

#: For the whole dialogue. Servers that check the sender first may take half a minute for a step (RFC 5321 section
#: 4.5.3.2 allows minutes, which nobody waits for).
DEADLINE_S = 90.0
_CONNECT_TIMEOUT_S = 20.0
#: Replies about the sender's login, not about this recipient.
_AUTH_REFUSED = (530, 534, 535, 538)


class _Refused(Exception):
    """A reply that ends the dialogue."""

    def __init__(self, code: int, text: bytes | str) -> None:
        super().__init__(code)
        self.code = code
        self.reply = short_reply(code, text)


@dataclass
class _Progress:
    """The current step. `all_sent`: the server may have the whole message."""

    step: SmtpStep = SmtpStep.CONNECT
    all_sent: bool = False


class SmtpServer:
    """An SMTP server. Each message gets a new connection: a kept one may be dead without notice."""

    def __init__(self, url: SmtpUrl, hello_name: str, deadline_s: float = DEADLINE_S) -> None:
        self._url = url
        self._hello_name = hello_name
        self._deadline_s = deadline_s

    @property
    def display_name(self) -> str:
        return str(self._url)

    def send(self, sender: str, recipient: str, content: bytes, confirm_send: Callable[[], bool]) -> SendResult:
        """Send a message; the result says whether it may be sent again. Raises only what `confirm_send` raises."""
        progress = _Progress()

        def dialogue(smtp: smtplib.SMTP) -> SendResult:
            return _send(smtp, progress, sender, recipient, content, confirm_send)

        return self._run_dialogue(progress, dialogue)

    def check(self) -> SendResult:
        """Connect, encrypt and sign in, and send nothing: ACCEPTED if that works."""
        progress = _Progress()
        return self._run_dialogue(progress, lambda _: SendResult(SendOutcome.ACCEPTED, progress.step))

    def _run_dialogue(self, progress: _Progress, dialogue: Callable[[smtplib.SMTP], SendResult]) -> SendResult:
        try:
            with self._connect(progress) as smtp:
                return dialogue(smtp)
        except _Refused as refusal:
            return _result_of_refusal(progress, refusal)
        except (ssl.SSLError, ssl.CertificateError) as fault:
            return _connection_lost(progress, f"TLS failed: {getattr(fault, 'verify_message', '') or fault.reason}",
                         SendOutcome.SETTINGS_WRONG)
        except smtplib.SMTPNotSupportedError:
            is_encrypting = progress.step is SmtpStep.ENCRYPT
            reason = "the server offers no STARTTLS" if is_encrypting else "the server lacks a feature"
            return SendResult(SendOutcome.SETTINGS_WRONG, progress.step, reason)
        except socket.gaierror:
            return SendResult(SendOutcome.DEFERRED, progress.step, "the name of the server is not known")
        except TimeoutError:
            return _connection_lost(progress, "no answer in time")
        except (smtplib.SMTPException, OSError):
            return _connection_lost(progress, "the connection was lost")

    @contextmanager
    def _connect(self, progress: _Progress) -> Iterator[smtplib.SMTP]:
        """A connection, encrypted and signed in as the address says; it is closed at the deadline."""
        smtp = smtplib.SMTP(local_hostname=self._hello_name)
        # A socket's own timeout begins anew with every byte.
        watchdog = threading.Timer(self._deadline_s, _interrupt, [smtp])
        watchdog.daemon = True
        watchdog.start()
        try:
            smtp.sock = socket.create_connection((self._url.host, self._url.port), _CONNECT_TIMEOUT_S)
            smtp.sock.settimeout(self._deadline_s)
            if self._url.encryption is Encryption.TLS:
                progress.step = SmtpStep.ENCRYPT
                self._encrypt(smtp)
                progress.step = SmtpStep.CONNECT
            _expect(*smtp.getreply())
            progress.step = SmtpStep.HELLO
            _expect(*smtp.ehlo())
            if self._url.encryption is Encryption.STARTTLS:
                progress.step = SmtpStep.ENCRYPT
                if not smtp.has_extn("starttls"):
                    raise smtplib.SMTPNotSupportedError
                _expect(*smtp.docmd("STARTTLS"))
                self._encrypt(smtp)
                progress.step = SmtpStep.HELLO
                _expect(*smtp.ehlo())
            if self._url.user is not None:
                progress.step = SmtpStep.SIGN_IN
                _sign_in(smtp, self._url)
            yield smtp
        finally:
            watchdog.cancel()
            with suppress(OSError, smtplib.SMTPException):
                smtp.close()

    def _encrypt(self, smtp: smtplib.SMTP) -> None:
        """Start TLS and discard the server's earlier replies (RFC 3207 section 4.2). Raises SSLError for a wrong
        certificate."""
        plain = smtp.sock
        if plain is None:
            raise smtplib.SMTPServerDisconnected
        encrypted = tls_context().wrap_socket(plain, server_hostname=self._url.host, do_handshake_on_connect=False)
        smtp.sock, smtp.file = encrypted, None
        encrypted.do_handshake()
        smtp.ehlo_resp = smtp.helo_resp = None
        smtp.esmtp_features, smtp.does_esmtp = {}, False


@cache
def tls_context() -> ssl.SSLContext:
    """Cached: reading the system's certificates takes longer than a TLS handshake."""
    return ssl.create_default_context()


def _send(
    smtp: smtplib.SMTP, progress: _Progress, sender: str, recipient: str, content: bytes,
    confirm_send: Callable[[], bool],
) -> SendResult:
    progress.step = SmtpStep.SENDER
    options = ["BODY=8BITMIME"] if smtp.has_extn("8bitmime") else []
    if not (sender.isascii() and recipient.isascii()):
        if not smtp.has_extn("smtputf8"):
            return SendResult(SendOutcome.BOUNCED, SmtpStep.RECIPIENT, "the server accepts only ASCII addresses")
        options.append("SMTPUTF8")
        # It decides how commands are encoded, and is usually set by `sendmail`.
        smtp.command_encoding = "utf-8"
    _expect(*smtp.mail(sender, options))
    progress.step = SmtpStep.RECIPIENT
    _expect(*smtp.rcpt(recipient))
    if not confirm_send():
        _sign_off(smtp)
        return SendResult(SendOutcome.WITHDRAWN, progress.step)
    progress.step = SmtpStep.CONTENT
    _expect(*smtp.docmd("DATA"), first_digit=3)
    # A server that does not get the end of the content must not deliver it (RFC 5321 section 4.1.1.4).
    smtp.send(_dot_stuffed(content))
    progress.all_sent = True
    smtp.send(b".\r\n")
    code, text = smtp.getreply()
    # Only a refusal says that the server does not have it.
    progress.all_sent = code // 100 not in (4, 5)
    _expect(code, text)
    _sign_off(smtp)
    return SendResult(SendOutcome.ACCEPTED, progress.step, short_reply(code, text))


def _sign_in(smtp: smtplib.SMTP, url: SmtpUrl) -> None:
    try:
        smtp.login(url.user or "", url.password or "")
    except smtplib.SMTPAuthenticationError as fault:
        raise _Refused(fault.smtp_code, fault.smtp_error) from None
    except ValueError:
        # What the server asks is not in base64.
        raise smtplib.SMTPException from None


def _expect(code: int, text: bytes | str, first_digit: int = 2) -> None:
    """The first digit of a reply decides, whatever the others are (RFC 5321 section 4.3.2)."""
    if code // 100 in (4, 5):
        raise _Refused(code, text)
    if code // 100 != first_digit:
        raise smtplib.SMTPServerDisconnected


def _result_of_refusal(progress: _Progress, refusal: _Refused) -> SendResult:
    """A 4xx reply is temporary. A 5xx reply is not, and is about the recipient, the message or the settings (RFC 5321
    section 4.2.1)."""
    step = progress.step
    if refusal.code < 500:
        outcome = SendOutcome.DEFERRED
    elif step is SmtpStep.RECIPIENT:
        outcome = SendOutcome.BOUNCED if refusal.code not in _AUTH_REFUSED else SendOutcome.SETTINGS_WRONG
    elif step is SmtpStep.CONTENT:
        outcome = SendOutcome.REFUSED
    else:
        outcome = SendOutcome.SETTINGS_WRONG
    return SendResult(outcome, step, refusal.reply)


def _connection_lost(progress: _Progress, reason: str, outcome: SendOutcome = SendOutcome.DEFERRED) -> SendResult:
    return SendResult(SendOutcome.UNCERTAIN if progress.all_sent else outcome, progress.step, reason)


def _sign_off(smtp: smtplib.SMTP) -> None:
    """Sign off. The message's outcome is known, so failures are ignored."""
    with suppress(OSError, smtplib.SMTPException):
        smtp.quit()


def _dot_stuffed(content: bytes) -> bytes:
    """The content with a further dot before each line that begins with one (RFC 5321 section 4.5.2)."""
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    stuffed = b"." + stuffed if stuffed.startswith(b".") else stuffed
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _interrupt(smtp: smtplib.SMTP) -> None:
    """Interrupt a connection at its deadline."""
    with suppress(OSError):
        if smtp.sock is not None:
            smtp.sock.shutdown(socket.SHUT_RDWR)
