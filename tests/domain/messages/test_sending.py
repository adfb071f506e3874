"""Messages that are sent by a real SMTP server: what arrives, once, and what keeps a message from leaving."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest

from fakes.clock import FakeClock
from fakes.desk import MakeDesk
from fakes.mail_desk import ADDRESS, DAYTIME_S, MailDesk, recipients_of, text_of
from fakes.smtp import DROP, FakeSmtp
from fakes.users import signed_in
from tener_interview.actor import Role
from tener_interview.domain.consent.consents import record_consent
from tener_interview.domain.messages.invitations import InvitationMessage, complete_invitations
from tener_interview.domain.messages.opt_outs import opt_out
from tener_interview.domain.messages.sending import send_again, send_messages, set_paused
from tener_interview.domain.messages.templates import TemplateText
from tener_interview.domain.messages.user_mail import MAX_TESTS_PER_DAY, queue_test_mail, queue_user_mail
from tener_interview.domain.privacy.erase import erase_candidate
from tener_interview.domain.refresh.review_reasons import CONSENT_REFUSED
from tener_interview.errors import Problem
from tener_interview.mail.addresses import sendable_address


def queue(mail: MailDesk, kind: str = "invitation", *candidates: int, **words: TemplateText) -> list[bool]:
    return [item.queued for item in send_messages(mail.service, 1, kind, candidates or [42], words)]


def test_an_invitation_arrives_once_with_the_candidates_own_link(mail: MailDesk) -> None:
    session_id = mail.invited(language="de")
    assert queue(mail) == [True]
    (message,) = mail.send()
    assert (message["From"], message["To"]) == ("Acme Hiring <jobs@acme.example>", f"Jane Doe <{ADDRESS}>")
    link = mail.desk.read_session(session_id)["entry_url"]
    assert link in text_of(message).splitlines()
    assert text_of(message).startswith("Hallo Jane,")
    assert str(message["Subject"]).startswith("Ihr Videointerview")
    stop = re.fullmatch(r"<(https://interviews\.acme\.example/o/[\w-]+)>", message["List-Unsubscribe"])
    assert stop is not None
    assert stop[1] in text_of(message)
    # As it is on the line: mail programs do not decode it.
    assert f"List-Unsubscribe: <{stop[1]}>\r\n".encode() in bytes(mail.smtp.envelopes[0].content or b"")  # type: ignore[arg-type]
    assert (message["List-Unsubscribe-Post"], message["Auto-Submitted"]) == ("List-Unsubscribe=One-Click", None)
    html = message.get_body(("html",))
    assert html is not None
    assert f'<a href="{link}">' in html.get_content()
    assert not re.search(r"<img|<script|style=|src=", html.get_content())
    # The way out is there, and smaller than the message.
    (foot,) = re.findall(r"<hr>\s+<p><small>(.*)</small></p>", html.get_content())
    assert f'<a href="{stop[1]}">' in foot
    assert mail.state(session_id) == ("delivered", "DATA: 250 2.0.0")
    for _ in range(2):
        assert len(mail.send()) == 1
    with mail.service.store.read() as tx:
        (row,) = tx.outbox.of_session(session_id)
    # Neither link, name nor address is stored with a message.
    assert not re.search(rf"https?://|{ADDRESS}|Jane", str(row.content))


def test_a_user_can_send_a_test_message_without_subscribing_to_a_digest(mail: MailDesk) -> None:
    with mail.service.store.write() as tx:
        tx.users.add("us_1", email="rita@example.com", name="Rita", role="recruiter", now_ms=1)
    words = TemplateText("de", "Hallo {name}", "{name}, {link} bis {until}")
    for _ in range(2):
        assert queue_test_mail(mail.service, "us_1", words, "Acme") == "rita@example.com"
    messages = mail.send()
    assert [(str(message["Subject"]), "rita@example.com" in str(message["To"])) for message in messages] == [
        ("Test: Hallo Jane", True)
    ] * 2
    assert "https://interviews.acme.example/i/…" in text_of(messages[0])
    with pytest.raises(Problem) as refused:
        queue_test_mail(mail.service, "us_nobody", words, "")
    assert refused.value.code == "MESSAGE_NOT_POSSIBLE"


def test_a_template_is_tried_by_a_user_and_by_nobody_else(mail: MailDesk) -> None:
    body = {"kind": "reminder", "language": "en", "subject": "Try {name}", "text": "{link}"}
    assert mail.desk.client.post("/api/message-templates/test", body).status == 409
    sent = signed_in(mail.desk.app, Role.RECRUITER).post("/api/message-templates/test", body)
    assert sent.status == 200, sent.text
    (message,) = mail.send()
    assert str(message["Subject"]) == "Test: Try Jane"
    assert recipients_of(mail.smtp) == [sent.json["address"]]


def test_tests_of_a_user_leave_the_limit_of_the_day_to_candidates(mail: MailDesk) -> None:
    with mail.service.store.write() as tx:
        for user_id in ("us_1", "us_2"):
            tx.users.add(user_id, email=f"{user_id}@example.com", name="Rita", role="recruiter", now_ms=1)
    words = TemplateText("en", "Hello {name}", "{name}, {link}")

    def send_test(user_id: str) -> None:
        queue_test_mail(mail.service, user_id, words, "")

    def refuse_test(user_id: str) -> None:
        with pytest.raises(Problem, match="tests today") as refused:
            send_test(user_id)
        assert refused.value.code == "MESSAGE_NOT_POSSIBLE"

    for user_id in ("us_1", "us_2"):
        for _ in range(MAX_TESTS_PER_DAY):
            send_test(user_id)
        refuse_test(user_id)
    refuse_test("us_1")
    mail.clock.advance(hours=24)
    send_test("us_1")


def test_the_invitation_of_a_candidate_erased_meanwhile_is_not_possible(mail: MailDesk) -> None:
    session_id = mail.invited()
    with mail.service.store.read() as tx:
        session = tx.sessions.require(session_id)
    assert mail.desk.client.request("DELETE", "/api/candidates/42").status == 200
    outcome = complete_invitations(mail.service, [session], InvitationMessage({}))[session_id]
    assert (outcome.queued_at, outcome.state) == (None, "not_possible")


def test_invitations_and_thanks_are_automatic_only_if_switched_on(mail: MailDesk) -> None:
    silent = mail.invited(1)
    mail.rules(send_invitations=True, send_thanks=True)
    session_id = mail.invited(2, "bob@example.com")
    mail.desk.finish(session_id)
    assert mail.desk.refresh(session_id).json["status"] == "scored"
    # The interview was finished before the invitation left, which would be pointless now.
    assert [str(message["Subject"]) for message in mail.send()] == ["Thank you for your video interview"]
    assert [item.state for item in mail.messages(session_id)] == ["delivered", "canceled"]
    assert mail.messages(silent) == []
    assert mail.smtp.messages[0]["Auto-Submitted"] == "auto-generated"


def test_a_message_can_be_canceled_until_it_is_sent(mail: MailDesk) -> None:
    """When the server has accepted the recipient already, and just before the content leaves."""
    def finish(session_id: str) -> None:
        mail.desk.finish(session_id)
        mail.desk.refresh(session_id)

    stops: tuple[Callable[[str], object], ...] = (
        mail.desk.cancel, finish, partial(stop_all, mail),
        lambda _: erase_candidate(mail.service, 4), lambda _: set_paused(mail.service, True),
    )
    for candidate_id, stop in enumerate(stops, start=1):
        session_id = mail.invited(candidate_id, f"c{candidate_id}@example.com")
        assert queue(mail, "reminder", candidate_id) == [True]
        mail.smtp.hooks["RCPT"] = partial(stop, session_id)
        assert mail.send() == []
        assert "RCPT" in mail.smtp.steps
        with mail.service.store.read() as tx:
            (row,) = tx.outbox.of_session(session_id)
            assert tx.mail_switch.get().sent == 0
        assert row.state == ("queued" if candidate_id == 5 else "canceled")
        mail.smtp.steps.clear()


def stop_all(mail: MailDesk, session_id: str) -> None:
    from tener_interview.link_tokens import SignedLink

    opt_out(mail.service, mail.service.mail.opt_out_links.sign(SignedLink(session_id, 0, 0)))


def test_an_opt_out_holds_for_every_job_and_for_the_same_address(mail: MailDesk) -> None:
    first, second = mail.invited(1), mail.invited(1, job_id=2, share_interview=True)
    other = mail.invited(2, "somebody@example.com", job_id=3)
    with mail.service.store.write() as tx:
        tx.sessions.update_if(other, {}, candidate_email=ADDRESS.upper())
    for candidate_id, job_id in ((1, 1), (1, 2), (2, 3)):
        assert send_messages(mail.service, job_id, "reminder", [candidate_id], {})[0].queued
    stop_all(mail, first)
    assert mail.send() == []
    assert [mail.state(session_id)[0] for session_id in (first, second, other)] == ["canceled"] * 3
    refused = send_messages(mail.service, 3, "reminder", [2], {})[0]
    assert (refused.queued, refused.why) == (False, "The candidate wants no messages.")
    assert "opted_out" in mail.events(first)


def test_who_refused_consent_is_not_reminded_and_may_get_another_message(mail: MailDesk) -> None:
    session_id = mail.invited(1)
    record_consent(mail.service, session_id, given=False, note=None)
    refused = send_messages(mail.service, 1, "reminder", [1], {})[0]
    assert (refused.queued, refused.why) == (False, CONSENT_REFUSED)
    assert send_messages(mail.service, 1, "invitation", [1], {})[0].queued


def test_a_refused_address_is_shown_and_not_tried_again_until_it_is_corrected(mail: MailDesk) -> None:
    session_id = mail.invited()
    mail.smtp.faults = {"RCPT": f"550 5.1.1 <{ADDRESS}> unknown"}
    queue(mail)
    mail.send()
    assert mail.state(session_id) == ("parked", "RCPT TO: 550 5.1.1, no such mailbox")
    assert "message_bounced" in mail.events(session_id)
    (outgoing,) = send_messages(mail.service, 1, "reminder", [42], {})
    assert (outgoing.queued, outgoing.why) == (
        False, "A message to this address came back (RCPT TO: 550 5.1.1, no such mailbox). Correct the address."
    )
    mail.smtp.faults = {}
    mail.desk.client.request("PATCH", f"/api/interviews/sessions/{session_id}", body={
        "candidate_email": "jane.doe@example.com",
    })
    assert queue(mail, "reminder") == [True]
    mail.send()
    assert recipients_of(mail.smtp) == ["jane.doe@example.com"]


def test_temporary_refusals_are_retried_and_an_unreachable_server_is_tried_with_one_message(mail: MailDesk) -> None:
    first, second = mail.invited(1, "a@example.com"), mail.invited(2, "b@example.com")
    queue(mail, "invitation", 1, 2)
    mail.smtp.faults = {"RCPT": "450 4.2.0 greylisted, come back later"}
    mail.send()
    assert (mail.state(first), mail.state(second)) == (("queued", "RCPT TO: 450 4.2.0"),) * 2
    mail.clock.advance(seconds=301)
    mail.smtp.faults = {"EHLO": "421 4.3.2 shutting down"}
    mail.smtp.steps.clear()
    mail.send()
    # The line says nothing about a message: nothing counts as an attempt, and the others wait as well.
    assert mail.smtp.steps.count("CONNECT") == 1
    assert [item.attempts for item in (*mail.messages(first), *mail.messages(second))] == [1, 1]
    mail.smtp.faults = {}
    mail.clock.advance(seconds=301)
    assert len(mail.send()) == 2


def test_a_message_that_may_have_arrived_is_sent_again_only_by_a_person(mail: MailDesk) -> None:
    session_id = mail.invited()
    queue(mail)
    mail.smtp.faults = {"END": DROP}
    mail.send()
    assert mail.state(session_id)[0] == "uncertain"
    mail.smtp.faults = {}
    mail.clock.advance(hours=30)
    assert len(mail.send()) == 1
    message_id = mail.messages(session_id)[0].message_id
    again = f"/api/messages/{message_id}/send-again"
    assert mail.desk.client.post(again).json == {"message_id": message_id, "changed": True}
    assert mail.desk.client.post(again).json == {"message_id": message_id, "changed": False}
    both = mail.send()
    assert len(both) == 2
    # A program that has it already knows it by this.
    assert len({message["Message-ID"] for message in both}) == 1
    assert not send_again(mail.service, message_id)


def test_old_parked_messages_are_sent_again_by_a_person(mail: MailDesk) -> None:
    """A server that was down for days, a line that broke, and an address that was refused and works again."""
    from tener_interview.actor import LOCAL
    from tener_interview.domain.notifications import attention

    sessions = [mail.invited(number, f"c{number}@example.com", ttl_hours=240) for number in (1, 2, 3)]
    for number, step, reply in ((1, "END", DROP), (2, "RCPT", "550 5.1.1 unknown"), (3, "EHLO", "421 busy")):
        mail.smtp.faults = {step: reply}
        queue(mail, "invitation", number)
        mail.send()
    mail.clock.advance(hours=80)
    mail.send()
    assert [mail.state(session_id)[0] for session_id in sessions] == ["uncertain", "parked", "parked"]
    mail.smtp.faults = {}
    for number, session_id in enumerate(sessions, 1):
        message_id = mail.messages(session_id)[0].message_id
        if number == 1:
            assert send_again(mail.service, message_id)
        else:
            attention.send_again(mail.service, LOCAL, message_id)
    mail.send()
    assert [mail.state(session_id)[0] for session_id in sessions] == ["delivered"] * 3


def test_pausing_and_the_daily_limit_defer_messages(make_desk: MakeDesk, smtp: FakeSmtp, clock: FakeClock) -> None:
    clock.advance(seconds=DAYTIME_S)
    mail = MailDesk(make_desk, smtp, clock, TENER_INTERVIEW_MAIL_DAILY_LIMIT="2", TENER_INTERVIEW_TIME_ZONE="UTC")
    sessions = [mail.invited(number, f"c{number}@example.com") for number in (1, 2, 3)]
    queue(mail, "invitation", 1, 2, 3)
    set_paused(mail.service, True)
    assert mail.send() == []
    set_paused(mail.service, False)
    clock.advance(seconds=31)
    assert len(mail.send()) == 2
    assert mail.state(sessions[2]) == ("queued", "the limit of the day is reached")
    clock.advance(hours=10)
    assert len(mail.send()) == 2
    clock.advance(hours=6)
    assert len(mail.send()) == 3
    with mail.service.store.read() as tx:
        assert tx.mail_switch.get().sent == 1


def test_a_synthetic_address_gets_no_mail(mail: MailDesk) -> None:
    mail.invited(email=None)
    (outgoing,) = send_messages(mail.service, 1, "invitation", [42], {})
    assert (outgoing.queued, outgoing.why) == (False, "No e-mail address.")


def test_hostile_names_and_templates_add_no_header_or_recipient(mail: MailDesk) -> None:
    name = "Eve\" <eve@evil.example>,\r\nBcc: all@acme.example; (x) {link}"
    session_id = mail.desk.started(7, candidate_name=name, candidate_email="eve@example.com")
    words = TemplateText("en", "For {name}", "Hi {name}, {link}\n<script>alert(1)</script>")
    queue(mail, "invitation", 7, en=words)
    (message,) = mail.send()
    assert recipients_of(mail.smtp) == ["eve@example.com"]
    assert (message["Bcc"], message["To"].addresses[0].addr_spec) == (None, "eve@example.com")
    assert len(message["To"].addresses) == 1
    assert "\n" not in str(message["Subject"])
    html = message.get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()
    # What a name says is not filled again.
    assert text_of(message).count(mail.desk.read_session(session_id)["entry_url"]) == 1


def test_encoded_words_in_a_name_add_no_header(mail: MailDesk) -> None:
    """Libraries decode them (RFC 2047), line breaks included, wherever they meet them."""
    orders = (
        "=?utf-8?b?DQpCY2M6IGFsbEBhY21lLmV4YW1wbGU=?= Eve", "Eve =?utf-8?q?=0D=0A=0D=0A<b>hello</b>?=",
        "=?utf-8?q?=3Call=40acme=2Eexample=3E=2C?=", "=\r?iso-8859-1?q?=0ABcc:_all?=", "==??utf-8?q?=0D=0ABcc:_x?=",
    )
    for candidate_id, name in enumerate(orders, 1):
        mail.desk.started(candidate_id, candidate_name=name, candidate_email=f"eve{candidate_id}@example.com")
    queue(mail, "invitation", *range(1, len(orders) + 1), en=TemplateText("en", "For {name} " * 3, "Hi {name}, {link}"))
    mail.send()
    assert len(mail.smtp.envelopes) == len(orders)
    for envelope in mail.smtp.envelopes:
        assert isinstance(envelope.content, bytes)
        head, _, body = envelope.content.partition(b"\r\n\r\n")
        names = re.findall(rb"^[\w-]+(?=:)", head, re.MULTILINE)
        assert names == [
            b"From", b"To", b"Subject", b"Date", b"Message-ID", b"List-Unsubscribe", b"List-Unsubscribe-Post",
            b"MIME-Version", b"Content-Type", b"Content-Language",
        ]
        assert re.search(rb"^To: .*<eve\d@example\.com>\r$", head, re.MULTILINE)
        # Mail programs look for the address of one click in plain text.
        assert re.search(rb"^List-Unsubscribe: <https://interviews\.acme\.example/o/[\w-]{76}>\r$", head, re.MULTILINE)
        assert body.startswith(b"--=")
    assert sendable_address("=?utf-8?q?a=0D=0ABcc?=@example.com") is None


def test_a_name_with_a_link_is_not_in_the_greeting(mail: MailDesk) -> None:
    """Whoever fills in a form with another person's address must not have the company send that person a link."""
    names = {
        "http://evil.example/x": None, "evil.example": None, "0900-123456": None,
        "me@evil.example": None, "[prize](x) Doe": "Doe", "José": "José", "J. R. Smith": "J. R. Smith",
        "Anne-Marie O'Neil": "Anne-Marie", "山田太郎": "山田太郎", "محمد": "محمد",
    }
    for candidate_id, name in enumerate(names, 1):
        mail.desk.started(candidate_id, candidate_name=name, candidate_email=f"c{candidate_id}@example.com")
    queue(mail, "invitation", *range(1, len(names) + 1), en=TemplateText("en", "For {name}", "Hello {name},\n{link}"))
    texts = {message["To"].addresses[0].username: text_of(message) for message in mail.send()}
    for candidate_id, greeting in enumerate(names.values(), 1):
        text = texts[f"c{candidate_id}"]
        assert text.splitlines()[0] == (f"Hello {greeting}," if greeting else "Hello,")
        assert "evil" not in text


def test_mail_to_users_uses_the_same_outbox(mail: MailDesk) -> None:
    with mail.service.store.write() as tx:
        tx.users.add("us_1", email="ann@acme.example", name="Ann", role="recruiter", now_ms=1)
        tx.notification_settings.set_digest("us_1", 8, "UTC", None)
        text = "Today: {base_url}/dashboard"
        for _ in range(2):
            queued = queue_user_mail(tx, "us_1", "digest:us_1:1", "Your day", text, mail.clock.now_ms())
    assert not queued
    (message,) = mail.send()
    assert (message["To"], message["Subject"]) == ("Ann <ann@acme.example>", "Your day")
    assert text_of(message).strip() == "Today: https://interviews.acme.example/dashboard"
