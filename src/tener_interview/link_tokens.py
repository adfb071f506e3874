"""Signed links: a candidate's interview link and a shared shortlist. They expire, and are derived the same every time.

A token is 76 characters of base64url: a 30-byte HMAC-SHA256 over 27 bytes with the id that the link leads to, its
`serial` (a replacement gets the next one, which revokes older links) and the expiry it is signed with. Both lengths are
multiples of three, so a token has exactly one spelling. The last byte is the format's version, chosen so that the last
character is a letter, which no chat program mistakes for punctuation after a link. Each kind of link has its own key,
so a token of one kind never verifies as another.
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
from itertools import product
from pathlib import Path
from urllib.parse import unquote

from .errors import Problem
from .lazy_dataclass import dataclass
from .regex import regex

_VERSION = 1
_MAC_BYTES = 30
_TOKEN_CHARS = 76
_TOKEN = regex(rf"[A-Za-z0-9_-]{{{_TOKEN_CHARS}}}")


def derive_key(secret: str, purpose: str) -> bytes:
    """A key for one purpose: a signature for one purpose never verifies for another."""
    return hmac.digest(secret.encode(), f"tener-interview {purpose}".encode(), hashlib.sha256)


@dataclass(frozen=True)
class LinkKind:
    """A kind of link: the purpose of its key, its URL path, the prefix of its ids, and the error for an unknown link.

    After the prefix, an id has 32 hex digits.
    """

    purpose: str
    path: str
    prefix: str
    unknown_code: str
    unknown_message: str


INTERVIEW_LINK = LinkKind(
    "entry-link v1", "/i/", "iv_",
    "INTERVIEW_TOKEN_INVALID", "This interview link is not known. Check that it was copied whole.",
)
SHARE_LINK = LinkKind(
    "share-link v1", "/s/", "sh_",
    "SHARE_LINK_INVALID", "This shared link is not known. Check that it was copied whole.",
)
#: For candidates who want no more messages. It leads to the session that a message was about.
OPT_OUT_LINK = LinkKind(
    "opt-out-link v1", "/o/", "iv_",
    "OPT_OUT_LINK_INVALID", "This link is not known. Check that it was copied whole.",
)


@dataclass(frozen=True)
class SignedLink:
    """The content of a token: the id it leads to, its serial, and the expiry it is signed with, a whole second.

    The owner of the id decides when the link really expires, so that a longer life needs no new link.
    """

    subject_id: str
    serial: int
    expires_at_ms: int


class LinkSigner:
    """Signs links of one kind with the current secret; verifies them with the current and the previous one."""

    def __init__(self, secret: str, previous: str | None = None, kind: LinkKind = INTERVIEW_LINK) -> None:
        self._kind = kind
        self._keys = [
            derive_key(key_secret, kind.purpose) for key_secret in (secret, previous) if key_secret is not None
        ]
        # In a stored link a tilde replaces the signature. A tilde that was there before is doubled.
        after_path = f"(?<={re.escape(kind.path)})"
        self._in_path = re.compile(rf"{after_path}(?:~|[A-Za-z0-9_-]{{40}}([A-Za-z0-9_-]{{36}})(?![A-Za-z0-9_-]))")
        self._stripped_in_path = re.compile(rf"{after_path}~(?:~|([A-Za-z0-9_-]{{36}})(?![A-Za-z0-9_-]))")

    def path(self, link: SignedLink) -> str:
        """The link's path on this service."""
        return f"{self._kind.path}{self.sign(link)}"

    def sign(self, link: SignedLink) -> str:
        body = b"".join((
            bytes.fromhex(link.subject_id.removeprefix(self._kind.prefix)),
            link.serial.to_bytes(4, "big"),
            max(0, link.expires_at_ms // 1000).to_bytes(6, "big"),
            bytes([_VERSION]),
        ))
        return self._sign_body(body)

    def verify(self, token: str) -> SignedLink:
        """The content of a token. Raises the kind's problem. The caller checks the expiry."""
        if not _TOKEN.fullmatch(token):
            raise self.unknown_link_problem()
        raw = base64.urlsafe_b64decode(token)
        mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        matches = [hmac.compare_digest(mac, _mac(key, body)) for key in self._keys]
        if not any(matches) or body[-1] != _VERSION:
            raise self.unknown_link_problem()
        return SignedLink(
            subject_id=f"{self._kind.prefix}{body[:16].hex()}",
            serial=int.from_bytes(body[16:20], "big"),
            expires_at_ms=int.from_bytes(body[20:26], "big") * 1000,
        )

    def verify_pasted(self, text: str) -> tuple[str, SignedLink]:
        """The token in a link that mail or chat programs mangled, and its content. Raises the kind's problem.

        Only what cannot belong to a token is removed; the signature is verified as strictly as ever.
        """
        for token in (text, *find_tokens(text, _TOKEN_CHARS)):
            with suppress(Problem):
                return token, self.verify(token)
        raise self.unknown_link_problem()

    def stable_number(self, text: str, below: int) -> int:
        """A number for a text, always the same. Without the secret nobody can tell the text from it."""
        key = hmac.digest(self._keys[0], b"number for a text", hashlib.sha256)
        return int.from_bytes(hmac.digest(key, text.encode("utf-8", "replace"), hashlib.sha256)) % below

    def unknown_link_problem(self) -> Problem:
        """The problem for a link that this service did not create."""
        return Problem(self._kind.unknown_code, self._kind.unknown_message)

    def strip_signatures(self, text: str) -> str:
        """The text with every link of the kind reduced to its content, so that it can be stored without granting
        access.

        Text that only looks like a link, for instance in a candidate's own words, stays unchanged: `restore_signatures`
        must not sign it.
        """
        return self._in_path.sub(self._strip_match, text)

    def restore_signatures(self, text: str) -> str:
        """A stripped text with every link of the kind signed again."""
        return self._stripped_in_path.sub(
            lambda match: self._sign_body(base64.urlsafe_b64decode(match[1])) if match[1] else "~", text
        )

    def _strip_match(self, match: re.Match[str]) -> str:
        if match[0] == "~":
            return "~~"
        try:
            self.verify(match[0])
        except Problem:
            return match[0]
        return f"~{match[1]}"

    def _sign_body(self, body: bytes) -> str:
        return base64.urlsafe_b64encode(_mac(self._keys[0], body) + body).decode("ascii")


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, hashlib.sha256)[:_MAC_BYTES]


def load_or_create_secret(path: Path) -> str:
    """The secret in a file that only its owner can read, created on first use. Two processes at once agree on one.

    Raises OSError when the file can be neither read nor created, ValueError when it holds no secret.
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
    return read_secret(path)


def read_secret(path: Path) -> str:
    """The secret in a file. Raises OSError, and ValueError when it holds none."""
    secret = path.read_bytes().strip()
    if len(secret) < 16 or not secret.isascii():
        raise ValueError(f"{path} holds no secret of at least 16 characters; delete it to have a new one made")
    return secret.decode("ascii")


def _publish(draft: Path, path: Path) -> None:
    """Give the finished draft its name, unless another process was first: a hard link never replaces a file."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return


def equal_in_constant_time(given: str, expected: str) -> bool:
    """Return whether a secret is the expected one, in constant time and for any characters."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


#: A longer text is not a link with something around it.
_MAX_CHARS = 600
#: The most tokens to return: verifying each costs a signature.
_MAX_TOKENS = 16

#: How often to decode: programs encode what is encoded already, as in `%2520` for a space.
_DECODE_PASSES = 2
#: A line break of quoted-printable (RFC 2045, 6.7), and one before a quoted line of mail.
_SOFT_BREAK = regex(r"=[ \t]*(?:\r\n|\r|\n|(?=\s|$))")
_QUOTED_LINE = regex(r"[\r\n]\s*(?:>\s*)+")
#: Variation selectors and the grapheme joiner: invisible marks.
_INVISIBLE_MARKS = regex("[\ufe00-\ufe0f\u034f]")
_HYPHENS = regex("[\u2010\u2011\u2012\u2212\ufe63\uff0d]")
#: Dashes that word processors put in place of one hyphen or two.
_DASHES = regex("[\u2013\u2014\u2015]")


def find_tokens(text: str, chars: int) -> Iterator[str]:
    """The tokens of `chars` base64url characters that a text may contain, each once, the likeliest first."""
    if len(text) > _MAX_CHARS:
        return
    plain = _decode(text)
    dashes = ("-", "--") if _DASHES.search(plain) else ("",)
    replacements = ((" ", " "), ("", " "), ("", ""))
    seen: set[str] = set()
    # An equals sign left over from a removed line break, encoded or not.
    leftovers = (None, "=", "=3D") if "=" in plain else (None,)
    for dash, (invisible, space), leftover in product(dashes, replacements, leftovers):
        dashed = _DASHES.sub(dash, plain).replace(leftover, "") if leftover else _DASHES.sub(dash, plain)
        joined = "".join(_replace_character(character, invisible, space) for character in dashed)
        for run in re.findall(rf"[A-Za-z0-9_-]{{{chars},}}", joined):
            token = _trim_run(run, chars)
            if token and token not in seen and len(seen) < _MAX_TOKENS:
                seen.add(token)
                yield token


def _decode(text: str) -> str:
    """The text without the encodings and escapes around it."""
    for _ in range(_DECODE_PASSES):
        text = html.unescape(unquote(text))
    text = _QUOTED_LINE.sub("", _SOFT_BREAK.sub("", text)).replace("\\", "")
    return unicodedata.normalize("NFKC", _INVISIBLE_MARKS.sub("", _HYPHENS.sub("-", text)))


def _replace_character(character: str, invisible: str, space: str) -> str:
    """The character itself, or the replacement for one that is invisible or blank."""
    if character.isascii() and character.isprintable() and character != " ":
        return character
    category = unicodedata.category(character)
    return invisible if category == "Cf" else space if category in ("Cc", "Zs", "Zl", "Zp") else character


def _trim_run(run: str, chars: int) -> str | None:
    """The token in a run of characters, if only underscores and hyphens surround it. A token never ends in one."""
    trimmed = run.rstrip("-_")
    token, before = trimmed[-chars:], trimmed[:-chars]
    return token if len(token) == chars and not before.strip("-_") else None
