"""Killed between any two steps of sending, a message arrives once, or a person is told that it may have arrived."""

from __future__ import annotations

import signal

from fakes.clock import FakeClock
from fakes.desk import MakeDesk
from fakes.dying_mail import MOMENTS, DyingSender
from fakes.mail_desk import MailDesk, recipients_of
from fakes.smtp import FakeSmtp
from fakes.waiting import eventually
from tener_interview.domain.messages.sending import send_messages
from tener_interview.domain.outbox.dispatcher import CLAIM_S

#: From here on nobody can tell whether the message left, until that is written down.
UNCERTAIN = tuple(MOMENTS)[tuple(MOMENTS).index("handed over"):]
#: When the server has all of it.
ARRIVED = ("all sent", "accepted", "finish undone")


def test_a_killed_process_sends_a_message_at_most_once(make_desk: MakeDesk, smtp: FakeSmtp, clock: FakeClock) -> None:
    clock.advance(seconds=6 * 3600)
    mail = MailDesk(make_desk, smtp, clock)
    dying = DyingSender(mail.desk.environ)
    sessions = {}
    for number, moment in enumerate(MOMENTS, start=1):
        sessions[moment] = mail.invited(number, f"c{number}@example.com")
        assert send_messages(mail.service, 1, "invitation", [number], {})[0].queued
        assert dying.dies(moment, clock.now_ms()) == -signal.SIGKILL, moment
        if moment in ARRIVED:
            eventually(lambda number=number: f"c{number}@example.com" in recipients_of(smtp))  # type: ignore[misc]
        # Another process sees for a while that nobody works on it, and then sends it or leaves it to a person.
        for _ in range(3):
            mail.send()
            clock.advance(seconds=CLAIM_S + 1)
    dying.close()
    for number, moment in enumerate(MOMENTS, start=1):
        arrived = recipients_of(smtp).count(f"c{number}@example.com")
        expected = ("uncertain", int(moment in ARRIVED)) if moment in UNCERTAIN else ("delivered", 1)
        assert (mail.state(sessions[moment])[0], arrived) == expected, moment
    assert len({message["Message-ID"] for message in smtp.messages}) == len(smtp.messages)
