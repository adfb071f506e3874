"""Signed links: a candidate's entry link and a shared shortlist, expiring, and the same every time they are derived.

A token is 76 characters of base64url: a 30-byte HMAC-SHA256 over 27 bytes that say what the link is to, which of its
links it is (`serial`; another has the next, so older ones are revoked) and until when it was first given out. Both
lengths are multiples of three, so every token has exactly one spelling. The format's version is the last byte: it makes
the last character a letter, which no chat program mistakes for punctuation behind a link. Each kind of link has a key
of its own, so that a token of one never verifies as another's.

Links come back through mail and chat. Programs break lines, escape what they take for formatting, put invisible
characters inside and punctuation around, and people copy a word too much. What is found is verified like any other: a
letter or digit too much or too little makes it another token, and stays so.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import os
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.parse import unquote

from .errors import Problem

_VERSION = 1
_MAC_BYTES = 30
_TOKEN_CHARS = 76
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{_TOKEN_CHARS}}}")


def derive_key(secret: str, purpose: str) -> bytes:
    """A key for one purpose: what is signed for one can never verify for another."""
    return hmac.digest(secret.encode(), f"tener-interview {purpose}".encode(), hashlib.sha256)


@dataclass(frozen=True)
class LinkKind:
    """A kind of link: what its key is derived for, where it stands in an address, what it is to, and how it is refused.

    `prefix` begins the ids it may lead to, which go on with 32 hex digits.
    """

    purpose: str
    path: str
    prefix: str
    unknown_code: str
    unknown_words: str


INTERVIEW_LINK = LinkKind(
    "entry-link v1", "/i/", "iv_",
    "INTERVIEW_TOKEN_INVALID", "This interview link is not known. Check that it was copied whole.",
)
SHARE_LINK = LinkKind(
    "share-link v1", "/s/", "sh_",
    "SHARE_LINK_INVALID", "This shared link is not known. Check that it was copied whole.",
)


@dataclass(frozen=True)
class SignedLink:
    """What a token says: the id it leads to, and until when it was first given out, a whole second.

    Whoever keeps what the link is to decides when it runs out, so that a longer life needs no other link.
    """

    subject_id: str
    serial: int
    expires_at_ms: int


class LinkSigner:
    """Signs links of one kind with the current secret and verifies them with it and with the one before."""

    def __init__(self, secret: str, previous: str | None = None, kind: LinkKind = INTERVIEW_LINK) -> None:
        self._kind = kind
        self._keys = [derive_key(each, kind.purpose) for each in (secret, previous) if each is not None]
        # A tilde takes the signature's place in a link that is kept; one that was there before is doubled.
        before = f"(?<={re.escape(kind.path)})"
        self._in_path = re.compile(rf"{before}(?:~|[A-Za-z0-9_-]{{40}}([A-Za-z0-9_-]{{36}})(?![A-Za-z0-9_-]))")
        self._kept_in_path = re.compile(rf"{before}~(?:~|([A-Za-z0-9_-]{{36}})(?![A-Za-z0-9_-]))")

    def path(self, link: SignedLink) -> str:
        """The link's address on this service."""
        return f"{self._kind.path}{self.sign(link)}"

    def sign(self, link: SignedLink) -> str:
        body = b"".join((
            bytes.fromhex(link.subject_id.removeprefix(self._kind.prefix)),
            link.serial.to_bytes(4, "big"),
            (link.expires_at_ms // 1000).to_bytes(6, "big"),
            bytes([_VERSION]),
        ))
        return self._signed(body)

    def verify(self, token: str) -> SignedLink:
        """What the token says. Raises the kind's problem; whether it has run out is the caller's question."""
        if not _TOKEN.fullmatch(token):
            raise self.unknown()
        raw = base64.urlsafe_b64decode(token)
        mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        good = [hmac.compare_digest(mac, _mac(key, body)) for key in self._keys]
        if not any(good) or body[-1] != _VERSION:
            raise self.unknown()
        return SignedLink(
            subject_id=f"{self._kind.prefix}{body[:16].hex()}",
            serial=int.from_bytes(body[16:20], "big"),
            expires_at_ms=int.from_bytes(body[20:26], "big") * 1000,
        )

    def verify_pasted(self, text: str) -> tuple[str, SignedLink]:
        """The token in what mail and chat made of a link, and what it says. Raises the kind's problem.

        Only what cannot belong to a token is taken away from it; the signature is verified as strictly as ever.
        """
        for token in (text, *find_tokens(text, _TOKEN_CHARS)):
            with suppress(Problem):
                return token, self.verify(token)
        raise self.unknown()

    def stable_number(self, text: str, below: int) -> int:
        """A number for a text: always the same, and nobody without the secret finds the text by it."""
        key = hmac.digest(self._keys[0], b"number for a text", hashlib.sha256)
        return int.from_bytes(hmac.digest(key, text.encode("utf-8", "replace"), hashlib.sha256)) % below

    def unknown(self) -> Problem:
        """How a link that nobody gave out is refused."""
        return Problem(self._kind.unknown_code, self._kind.unknown_words)

    def strip_signatures(self, text: str) -> str:
        """The text with every link of the kind cut down to what it says, so that it can be kept without being a key.

        What only looks like a link, in a candidate's own words for instance, stays as it is: it must not come out of
        `complete` with a signature that nobody gave it.
        """
        return self._in_path.sub(self._stripped, text)

    def restore_signatures(self, text: str) -> str:
        """A stripped text as it was, with every link of the kind signed again."""
        return self._kept_in_path.sub(
            lambda found: self._signed(base64.urlsafe_b64decode(found[1])) if found[1] else "~", text
        )

    def _stripped(self, found: re.Match[str]) -> str:
        if found[0] == "~":
            return "~~"
        try:
            self.verify(found[0])
        except Problem:
            return found[0]
        return f"~{found[1]}"

    def _signed(self, body: bytes) -> str:
        return base64.urlsafe_b64encode(_mac(self._keys[0], body) + body).decode("ascii")


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, hashlib.sha256)[:_MAC_BYTES]


def load_or_create_secret(path: Path) -> str:
    """The secret kept in a file only its owner can read; made on first use. Two processes at once agree on one.

    Raises OSError when the file can be neither read nor made, ValueError when it holds no secret.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(32))
                file.flush()
                os.fsync(file.fileno())
            _publish(draft, path)
        finally:
            draft.unlink()
    secret = path.read_text("ascii").strip()
    if len(secret) < 16:
        raise ValueError(f"{path} holds no secret of at least 16 characters; delete it to have a new one made")
    return secret


def _publish(draft: Path, path: Path) -> None:
    """Give the finished draft its name, unless another process was first: a link never replaces a file."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return


def equal_in_constant_time(given: str, expected: str) -> bool:
    """Whether a secret that was given is the one expected, in constant time and for any characters."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


#: More than this is no link with something around it.
_MOST_CHARS = 600
#: How many tokens are offered at most: each costs whoever verifies them a signature.
_MOST_TOKENS = 16

#: How often programs encode what is encoded already: `%2520` is a space.
_ENCODED_AGAIN = 2
#: A line break of quoted-printable (RFC 2045, 6.7), and one before a quoted line of mail.
_SOFT_BREAK = re.compile(r"=[ \t]*(?:\r\n|\r|\n|(?=\s|$))")
_QUOTED_LINE = re.compile(r"[\r\n]\s*(?:>\s*)+")
#: Variation selectors and the joiner of graphemes, which are marks and show nothing.
_SHOWS_NOTHING = re.compile("[\ufe00-\ufe0f\u034f]")
_HYPHENS = re.compile("[\u2010\u2011\u2012\u2212\ufe63\uff0d]")
#: What writing programs make of one hyphen, or of two.
_DASHES = re.compile("[\u2013\u2014\u2015]")


def find_tokens(text: str, chars: int) -> Iterator[str]:
    """The tokens of so many characters of base64url that a text may hold, each once, the likeliest first."""
    if len(text) > _MOST_CHARS:
        return
    plain = _plain(text)
    dashes = ("-", "--") if _DASHES.search(plain) else ("",)
    gaps = ((" ", " "), ("", " "), ("", ""))
    found: set[str] = set()
    # An equals sign that a lost line break has left behind, itself encoded or not.
    equals = (None, "=", "=3D") if "=" in plain else (None,)
    for dash, (unseen, white), left in product(dashes, gaps, equals):
        dashed = _DASHES.sub(dash, plain).replace(left, "") if left else _DASHES.sub(dash, plain)
        joined = "".join(_joined(each, unseen, white) for each in dashed)
        for run in re.findall(rf"[A-Za-z0-9_-]{{{chars},}}", joined):
            token = _trimmed(run, chars)
            if token and token not in found and len(found) < _MOST_TOKENS:
                found.add(token)
                yield token


def _plain(text: str) -> str:
    """The text without the encodings and escapes that were put over it."""
    for _ in range(_ENCODED_AGAIN):
        text = html.unescape(unquote(text))
    text = _QUOTED_LINE.sub("", _SOFT_BREAK.sub("", text)).replace("\\", "")
    return unicodedata.normalize("NFKC", _SHOWS_NOTHING.sub("", _HYPHENS.sub("-", text)))


def _joined(character: str, unseen: str, white: str) -> str:
    """A character as it is, or what stands for one that shows nothing or only a space."""
    if character.isascii() and character.isprintable() and character != " ":
        return character
    kind = unicodedata.category(character)
    return unseen if kind == "Cf" else white if kind in ("Cc", "Zs", "Zl", "Zp") else character


def _trimmed(run: str, chars: int) -> str | None:
    """The token of a run that has only underscores and hyphens around it; no token ends in one (see `tokens`)."""
    kept = run.rstrip("-_")
    token, before = kept[-chars:], kept[:-chars]
    return token if len(token) == chars and not before.strip("-_") else None
