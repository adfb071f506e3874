"""E-mail addresses that a message can be sent to or from, without anything that could add a header or a recipient."""

from __future__ import annotations

import unicodedata

from ..lazy_dataclass import dataclass
from ..regex import regex

#: A local part as it is written without quotes (RFC 5321 section 4.1.2, and RFC 6531 for letters beyond ASCII).
_LOCAL_PART = regex(r"[^\s\x00-\x1f\x7f\"<>(),;:\\\[\]@]{1,64}")
_LABEL = regex(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_MAX_ADDRESS_CHARS = 254
_NAME_AND_ADDRESS = regex(r"(?P<name>.*?)\s*<\s*(?P<address>[^<>]*)\s*>")
#: Characters with a meaning in a header with addresses (RFC 5322 section 3.2.3). A name is shown without them.
_SPECIALS = regex(r"[()<>\[\]:;@\\,.\"\x00-\x1f\x7f]+")
MAX_NAME_CHARS = 100
#: How an encoded word begins (RFC 2047). Libraries decode one wherever they meet it, with the line breaks in it.
ENCODED_WORD = regex(r"=\?")


@dataclass(frozen=True)
class MailAddress:
    """An address with its owner's name, which may be empty. The domain is in ASCII."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def is_ascii(self) -> bool:
        """Whether any server accepts it; others need SMTPUTF8 (RFC 6531)."""
        return self.address.isascii()

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


def parse_address(text: str) -> MailAddress:
    """Parse `jobs@acme.example` or `Acme Hiring <jobs@acme.example>`. Raises ValueError ("must be ...")."""
    text = text.strip()
    match = _NAME_AND_ADDRESS.fullmatch(text)
    name, address = (match["name"].strip().strip('"'), match["address"].strip()) if match else ("", text)
    sendable = sendable_address(address)
    if sendable is None or not text.isprintable() or len(name) > MAX_NAME_CHARS:
        raise ValueError("must be an e-mail address, such as jobs@acme.example or Acme Hiring <jobs@acme.example>")
    return MailAddress(sendable, header_name(name))


def sendable_address(text: str) -> str | None:
    """The address with its domain in ASCII (RFC 5890); None if nothing can be sent to it."""
    local_part, at, domain = text.strip().rpartition("@")
    if not at or len(text) > _MAX_ADDRESS_CHARS or not _LOCAL_PART.fullmatch(local_part):
        return None
    if ENCODED_WORD.search(local_part):
        return None
    if any(unicodedata.category(character)[0] in "CZ" for character in local_part):
        return None
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = ascii_domain.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return f"{local_part}@{ascii_domain}"


def header_name(name: str) -> str:
    """A name for a header: on one line, without characters that separate addresses."""
    visible = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in name)
    return " ".join(ENCODED_WORD.sub("= ?", _SPECIALS.sub(" ", visible)).split())[:MAX_NAME_CHARS].strip()
