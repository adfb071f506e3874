"""Posts events to endpoints, whose addresses users typed in, signed by the Standard Webhooks specification.

github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: the headers `webhook-id`,
`webhook-timestamp` and `webhook-signature`; HMAC-SHA256 over `{id}.{timestamp}.{body}`, in base64 after `v1,`, once for
each secret; secrets are base64 after `whsec_`. No proxy and no redirect: the address that was checked gets the event.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import socket
import ssl
import time
from collections.abc import Collection, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from ..host_names import can_be_reached
from ..regex import regex
from .public_address import PrivateAddress, Resolve, connect, refuse_private_literal, resolve
from .request import DeadlineSocket, tls_context

SECRET_PREFIX = "whsec_"  # noqa: S105 - what secrets begin with
_VISIBLE = regex(r"[\x21-\x7e]{1,2000}")
#: How long an endpoint may take to respond.
TIMEOUT_S = 15.0
USER_AGENT = "Tener-Interview"
_MAX_TEXT_CHARS = 200
_MAX_BODY_BYTES = 4_096
_PORTS = {"http": 80, "https": 443}


class EndpointResponse(NamedTuple):
    """The response to an event. `status` is None without a response; `text` then says why."""

    status: int | None
    text: str
    retry_after: str | None = None


def address_error(url: str, private_hosts: Collection[str]) -> str | None:
    """What is wrong with an endpoint's address, without resolving its name; None if nothing is."""
    try:
        parts = urlsplit(url)
        host, is_valid = parts.hostname or "", parts.scheme in _PORTS and (parts.port is None or parts.port > 0)
    except ValueError:
        host, is_valid = "", False
    if not (is_valid and host and _VISIBLE.fullmatch(url)) or "#" in url or "@" in parts.netloc:
        return "must be an https:// address without user and fragment"
    if not can_be_reached(host):
        return f"must be an address whose host can be reached, such as https://hooks.example.com/; {host} is none"
    if parts.scheme == "http" and host.rstrip(".") not in private_hosts:
        return "must begin with https://, except for hosts that TENER_INTERVIEW_WEBHOOK_PRIVATE_HOSTS names"
    try:
        refuse_private_literal(host, private_hosts)
    except PrivateAddress as refused:
        return f"cannot be used: {refused.reason}"
    return None


def sign(secrets: Sequence[str], message_id: str, at_s: int, body: bytes) -> str:
    """The header `webhook-signature`: one signature for each secret."""
    signed = f"{message_id}.{at_s}.".encode() + body
    digests = (hmac.new(_key(secret), signed, hashlib.sha256).digest() for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(SECRET_PREFIX))


class EndpointClient:
    """Posts events. `private_hosts` are the names of hosts that need not be on the public internet."""

    def __init__(
        self, private_hosts: Collection[str], *, timeout_s: float = TIMEOUT_S, lookup: Resolve = resolve
    ) -> None:
        self._private_hosts = private_hosts
        self._timeout_s = timeout_s
        self._lookup = lookup

    def __call__(
        self, url: str, body: bytes, *, message_id: str, at_s: int, secrets: Sequence[str], trusts_host: bool
    ) -> EndpointResponse:
        """Send an event. Raises nothing. `trusts_host`: the address comes from the service's settings."""
        headers = {"Content-Type": "application/json", "User-Agent": USER_AGENT}
        if secrets:
            headers |= {
                "webhook-id": message_id, "webhook-timestamp": str(at_s),
                "webhook-signature": sign(secrets, message_id, at_s, body),
            }
        try:
            return self._post(url, body, headers, trusts_host=trusts_host)
        except PrivateAddress as refused:
            return EndpointResponse(None, f"not sent: {refused.reason}")
        except TimeoutError:
            return EndpointResponse(None, f"no answer within {self._timeout_s:g} seconds")
        except ConnectionRefusedError:
            return EndpointResponse(None, "it refuses connections")
        except (socket.gaierror, UnicodeError):
            return EndpointResponse(None, "its name is not known")
        except ssl.SSLCertVerificationError as fault:
            return EndpointResponse(None, f"its certificate is not valid: {fault.verify_message}")
        except (OSError, http.client.HTTPException, ValueError) as fault:
            return EndpointResponse(None, f"the connection failed ({type(fault).__name__})")

    def _post(self, url: str, body: bytes, headers: dict[str, str], *, trusts_host: bool) -> EndpointResponse:
        deadline_s = time.monotonic() + self._timeout_s
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        is_allowed = trusts_host or host.lower().rstrip(".") in self._private_hosts
        sock = connect(host, port, deadline_s=deadline_s, is_allowed=is_allowed, lookup=self._lookup)
        try:
            if parts.scheme == "https":
                sock = tls_context().wrap_socket(sock, server_hostname=host)
                connection: http.client.HTTPConnection = http.client.HTTPSConnection(host, port, context=tls_context())
            else:
                connection = http.client.HTTPConnection(host, port)
            connection.sock = DeadlineSocket(sock, deadline_s)
            path = parts.path or "/"
            connection.request("POST", f"{path}?{parts.query}" if parts.query else path, body, headers)
            response = connection.getresponse()
            body = response.read(_MAX_BODY_BYTES)
        finally:
            sock.close()
        text = _one_line(body)
        if 300 <= response.status < 400:
            text = "redirects are not followed"
        return EndpointResponse(response.status, text or response.reason, response.headers.get("Retry-After"))


def _one_line(body: bytes) -> str:
    text = " ".join(body.decode("utf-8", "replace").split())
    return "".join(letter for letter in text if letter.isprintable())[:_MAX_TEXT_CHARS]
