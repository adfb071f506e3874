"""A real SMTP server on a loopback port, which can fail at any step as servers do."""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from fakes.waiting import PATIENCE_S, join

USER, PASSWORD = "jobs", "p@ss:word/"
#: What a fault may do instead of an answer.
DROP, SILENCE = "drop", "silence"


class FakeSmtp:
    """What the server was sent, and what it says: `faults` by step, a reply or DROP or SILENCE.

    Steps are `CONNECT`, `EHLO`, `AUTH`, `MAIL`, `RCPT`, `DATA` and, when it has the whole message, `END`.
    """

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}
        self.port = 0
        self.envelopes: list[Envelope] = []
        #: Every step that was reached.
        self.steps: list[str] = []
        #: What happens elsewhere at a step, once, before the server answers.
        self.hooks: dict[str, Callable[[], object]] = {}

    @property
    def messages(self) -> list[EmailMessage]:
        """Return the messages that the server has accepted, parsed as a mail program does."""
        return [
            email.message_from_bytes(content, policy=email.policy.default)
            for item in self.envelopes if isinstance(content := item.content, bytes)
        ]

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        fault = await self._fault("EHLO", server)
        return [fault] if fault else responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        fault = await self._fault("MAIL", server)
        envelope.mail_from = address
        return fault or "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        fault = await self._fault("RCPT", server)
        if not fault:
            envelope.rcpt_tos.append(address)
        return fault or "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        fault = self.faults.get("END")
        if fault in (None, DROP, SILENCE):
            self.envelopes.append(envelope)
        return await self._fault("END", server) or "250 2.0.0 Ok: queued"

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        self.steps.append("AUTH")
        is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (
            USER.encode(), PASSWORD.encode()
        )
        return AuthResult(success=is_right)

    async def _fault(self, step: str, server: SMTP) -> str | None:
        self.steps.append(step)
        if hook := self.hooks.pop(step, None):
            await asyncio.to_thread(hook)
        fault = self.faults.get(step)
        if fault == DROP:
            _close(server)
            await asyncio.sleep(0)
        elif fault == SILENCE:
            await asyncio.sleep(5)
        return "250 too late" if fault in (DROP, SILENCE) else fault


def _close(server: SMTP) -> None:
    assert server.transport is not None
    server.transport.close()


class _Server(SMTP):
    """The same protocol with faults at the steps that have no handler."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        fake: FakeSmtp = self.event_handler
        fake.steps.append("CONNECT")
        if fake.faults.get("CONNECT") == DROP:
            transport.close()
        super().connection_made(transport)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        fake: FakeSmtp = self.event_handler
        if "AUTH" in fake.faults:
            await self.push(fake.faults["AUTH"])
        else:
            await super().smtp_AUTH(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        fake: FakeSmtp = self.event_handler
        fake.steps.append("DATA")
        fault = fake.faults.get("DATA")
        if fault == DROP:
            _close(self)
        elif fault:
            await self.push(fault)
        else:
            await super().smtp_DATA(arg)


@contextmanager
def running_smtp(certificates: Path | None = None, *, tls: str = "", auth: bool = False) -> Iterator[FakeSmtp]:
    """Run a server; `tls` is `tls`, `starttls` or nothing. `certificates` is the folder of `make_certificate`."""
    fake = FakeSmtp()
    context = None
    if tls and certificates is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
    more: dict[str, Any] = {"tls_context": context, "require_starttls": True} if tls == "starttls" else {}
    if auth:
        more |= {"authenticator": fake.authenticate, "auth_required": True, "auth_require_tls": tls == "starttls"}
    loop = asyncio.new_event_loop()

    def make() -> SMTP:
        return _Server(fake, enable_SMTPUTF8=True, hostname="localhost", loop=loop, **more)

    # In its own thread from the beginning: a browser test in the same process leaves a loop running in this one.
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    listening = loop.create_server(make, "127.0.0.1", 0, ssl=context if tls == "tls" else None)
    server = asyncio.run_coroutine_threadsafe(listening, loop).result(PATIENCE_S)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(PATIENCE_S)
        loop.call_soon_threadsafe(loop.stop)
        join(thread)
        loop.close()


async def _end(server: asyncio.Server) -> None:
    """Close the server and whatever is still being said."""
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)


def make_certificate(folder: Path, name: str = "localhost") -> Path:
    """Write a self-signed certificate for a name to `server.pem`, and its key to `server.key`."""
    folder.mkdir(exist_ok=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
         "-keyout", str(folder / "server.key"), "-out", str(folder / "server.pem")],
        check=True, capture_output=True,
    )
    return folder
