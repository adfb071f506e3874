"""Fixtures of messages: a mail server, and a desk that sends through it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fakes.clock import FakeClock
from fakes.desk import MakeDesk
from fakes.mail_desk import DAYTIME_S, MailDesk
from fakes.smtp import FakeSmtp, running_smtp


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    with running_smtp() as fake:
        yield fake


@pytest.fixture
def mail(make_desk: MakeDesk, smtp: FakeSmtp, clock: FakeClock) -> MailDesk:
    clock.advance(seconds=DAYTIME_S)
    return MailDesk(make_desk, smtp, clock)
