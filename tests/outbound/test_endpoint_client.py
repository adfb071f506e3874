"""Webhooks: signed as the package of the specification's project verifies it, and sent to public addresses only."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from fakes.receiver import CERTIFICATE, Receiver
from tener_interview.host_names import literal_address
from tener_interview.outbound import endpoint_client
from tener_interview.outbound.endpoint_client import EndpointClient, EndpointResponse, address_error, sign
from tener_interview.outbound.public_address import is_public

SECRET, OTHER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + "QUJD" * 11
BODIES = (b"{}", b'{"type":"session.scored"}', '{"name":"Zoë 山田 🙂 \\n"}'.encode(), b'{"a":1.0,"b":[null,true]}')


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def test_webhook_signatures_follow_the_specification() -> None:
    # The example of the specification's own tests.
    example = sign([SECRET], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert example == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    now_s = int(time.time())
    for body in BODIES:
        for secrets, good, bad in (
            ((SECRET,), SECRET, OTHER), ((OTHER, SECRET), SECRET, None), ((OTHER,), OTHER, SECRET),
        ):
            headers = {
                "webhook-id": "msg_1", "webhook-timestamp": str(now_s),
                "webhook-signature": sign(secrets, "msg_1", now_s, body),
            }
            Webhook(good).verify(body, headers)
            for changed in ({"webhook-id": "msg_2"}, {"webhook-timestamp": str(now_s - 1)}):
                with pytest.raises(WebhookVerificationError):
                    Webhook(good).verify(body, {**headers, **changed})
            if bad is not None:
                with pytest.raises(WebhookVerificationError):
                    Webhook(bad).verify(body, headers)


def test_private_addresses_are_recognized() -> None:
    public = (
        "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808",
    )
    private = (
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.9",
        "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "::ffff:169.254.169.254", "fe80::1", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:c0a8:101::1", "100::1",
        "2002:808:808::1", "2001:db8::1", "2001:0:7f00:1::", "2001:0:808:808::", "::ffff:0:127.0.0.1",
    )
    assert [text for text in public if not is_public(ipaddress.ip_address(text))] == []
    assert [text for text in private if is_public(ipaddress.ip_address(text))] == []


def test_unusable_endpoint_addresses_are_refused_when_entered() -> None:
    good = ("https://hooks.slack.com/services/T0/B0/x", "https://a.example:8443/p?q=1", "https://1.1.1.1/",
            "https://[2606:4700:4700::1111]/", "https://xn--bcher-kva.example/")
    loopback = ("127.0.0.1", "127.1", "0x7f000001", "0x7f.1", "0177.0.0.1", "2130706433", "017700000001", "[::1]",
                "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "localhost", "LOCALHOST", "localhost.", "a.localhost", "0",
                "0.0.0.0")
    private = ("10.0.0.5", "169.254.169.254", "[fe80::1%25eth0]", "[fd00::1]", "192.168.0.1", "[64:ff9b::a00:1]")
    broken = ("", "x", "ftp://a.example/", "https://", "https:///x", "https://u:p@a.example/", "https://a.example/#x",
              "https://a.example:99999/", "https://a.example:0/", "https://[::1", "https://a b.example/", "https://é.example/",
              "https://a.example/\r\nHost:b", "javascript:alert(1)", "//a.example", "https://nonexistent..", "https://.",
              "https://a..b/", "https://-a.example",
              "https://1.2.3.4.5/", "https://256.1.1.1/", "https://%31.example/", f"https://{'a' * 64}.example/",
              f"https://a.example/{'x' * 2_000}")
    assert [url for url in good if address_error(url, ())] == []
    assert [host for host in (*loopback, *private) if not address_error(f"https://{host}/", ())] == []
    assert [url for url in broken if not address_error(url, ())] == []
    # Without encryption only to hosts that were allowed by name.
    assert "https" in (address_error("http://a.example/", ()) or "")
    allowed = ("10.0.0.5", "main.internal", "localhost")
    assert [host for host in ("10.0.0.5", "main.internal", "MAIN.internal.", "localhost:8080")
            if address_error(f"http://{host}/", allowed)] == []
    assert address_error("https://10.0.0.6/", allowed)
    assert literal_address("2130706433") == ipaddress.ip_address("127.0.0.1")
    assert literal_address("a.example") is None


def entries(*addresses: str, port: int) -> list[Any]:
    return [
        (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
        for each in addresses
    ]


def post(client: EndpointClient, url: str, *, trusts_host: bool = False) -> EndpointResponse:
    return client(url, b"{}", message_id="msg_1", at_s=int(time.time()), secrets=[SECRET], trusts_host=trusts_host)


def test_the_resolved_address_of_an_endpoint_is_checked_when_connecting(receiver: Receiver) -> None:
    asked: list[str] = []

    def answering(*rounds: tuple[str, ...]) -> EndpointClient:
        left = list(rounds)

        def lookup(host: str, port: int) -> list[Any]:
            asked.append(host)
            return entries(*left.pop(0), port=port)

        return EndpointClient(("allowed.example",), timeout_s=2, lookup=lookup)

    url = f"http://rebinding.example:{receiver.port}/"
    for addresses in (("127.0.0.1",), ("::ffff:127.0.0.1",), ("1.1.1.1", "127.0.0.1"), ("169.254.169.254",), ("::1",)):
        answer = post(answering(addresses), url)
        assert answer.status is None
        assert "TENER_INTERVIEW_WEBHOOK_PRIVATE_HOSTS" in answer.text
    for host in ("2130706433", "127.1", "0x7f.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "localhost"):
        assert post(EndpointClient(()), f"http://{host}:{receiver.port}/").status is None, host
    assert receiver.received == []
    # One look-up for each request: it goes to the address that was checked, whatever the name stands for afterwards.
    asked.clear()
    assert post(answering(("127.0.0.1",), ("1.1.1.1",)), f"http://allowed.example:{receiver.port}/").status == 204
    assert asked == ["allowed.example"]
    assert receiver.received[0].headers["host"] == f"allowed.example:{receiver.port}"
    assert post(answering(("127.0.0.1",)), url, trusts_host=True).status == 204


def test_an_endpoint_request_has_the_documented_headers_and_its_response_is_read(receiver: Receiver) -> None:
    client = EndpointClient(("127.0.0.1",), timeout_s=2)
    assert post(client, receiver.url) == EndpointResponse(204, "No Content", None)
    (event,) = receiver.received
    assert event.is_signed_by(SECRET)
    assert not event.is_signed_by(OTHER)
    assert event.path == "/events?key=of-the-receiver"
    assert (event.headers["content-type"], event.headers["user-agent"]) == ("application/json", "Tener-Interview")
    elsewhere = f"http://127.0.0.1:{receiver.port}/elsewhere"
    receiver.answer(302, b"go", Location=elsewhere)
    assert post(client, receiver.url) == EndpointResponse(302, "redirects are not followed", None)
    receiver.answer(307, Location=elsewhere)
    assert post(client, receiver.url).status == 307
    assert {each.path for each in receiver.received} == {"/events?key=of-the-receiver"}
    receiver.answer(429, b" slow\r\n down\x00\x1b[31m ", Retry_After="120")
    assert post(client, receiver.url) == EndpointResponse(429, "slow down[31m", "120")
    receiver.answer(500, b"x" * 100_000)
    assert len(post(client, receiver.url).text) == 200
    # Nothing that answers, and what is no answer.
    receiver.holding.clear()
    assert post(EndpointClient(("127.0.0.1",), timeout_s=0.2), receiver.url).text == "no answer within 0.2 seconds"
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert post(client, f"http://127.0.0.1:{port}/").text == "it refuses connections"
    assert post(client, f"https://127.0.0.1:{receiver.port}/").text.startswith(("the connection", "no answer"))
    assert post(client, "https://no-such-host.invalid/").text == "its name is not known"


def test_only_a_valid_certificate_of_the_host_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    def local(_host: str, port: int) -> list[Any]:
        return entries("127.0.0.1", port=port)

    client = EndpointClient(("receiver.test", "other.test"), timeout_s=5, lookup=local)
    with Receiver(encrypted=True) as receiver:
        url = f"https://receiver.test:{receiver.port}/events"
        unknown = post(client, url)
        assert unknown.status is None
        assert unknown.text.startswith("its certificate is not valid: self-signed certificate")
        monkeypatch.setattr(endpoint_client, "tls_context", partial(ssl.create_default_context, cafile=CERTIFICATE))
        assert post(client, url).status == 204
        assert receiver.received[0].is_signed_by(SECRET)
        assert receiver.received[0].headers["host"] == f"receiver.test:{receiver.port}"
        other = post(client, url.replace("receiver.test", "other.test"))
        assert "not valid for 'other.test'" in other.text
        assert len(receiver.received) == 1
