"""Passwords: which ones are refused, and how they are stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

from ...lazy_dataclass import dataclass

MIN_CHARS, MAX_CHARS = 12, 200
_SALT_BYTES = 16
_KEY_BYTES = 32
_COMMON = Path(__file__).with_name("common_passwords.txt")
#: What people write instead of letters.
_LETTERS = str.maketrans("013457@$!", "oleastasi")
#: A shorter name may be part of any password.
_MIN_OWN_CHARS = 4
_MIN_DISTINCT_CHARS = 5


@dataclass(frozen=True)
class PasswordCost:
    """The parameters of scrypt (RFC 7914): it takes 128 · n · r bytes of memory, p times one after the other."""

    n: int
    r: int
    p: int


#: 32 MiB and about a third of a second (OWASP Password Storage Cheat Sheet).
PASSWORD_COST = PasswordCost(n=2**15, r=8, p=3)


@dataclass(frozen=True)
class Passwords:
    """Hashes passwords and verifies them. `token_bytes` makes salts."""

    token_bytes: Callable[[int], bytes]
    cost: PasswordCost = PASSWORD_COST

    def hash(self, password: str) -> str:
        """What is stored of a password: the parameters, the salt and the key."""
        salt = self.token_bytes(_SALT_BYTES)
        key = _scrypt(password, salt, self.cost)
        return "$".join(("scrypt", str(self.cost.n), str(self.cost.r), str(self.cost.p), _encode(salt), _encode(key)))

    def verify(self, password: str, stored: str | None) -> bool:
        """Return whether it is the stored password. Takes as long where none is stored, so that nobody can tell."""
        if stored is None:
            _scrypt(password, b"no password here", self.cost)
            return False
        _, n, r, p, salt, key = stored.split("$")
        computed = _scrypt(password, _decode(salt), PasswordCost(int(n), int(r), int(p)))
        return hmac.compare_digest(computed, _decode(key))

    def is_outdated(self, stored: str) -> bool:
        """Return whether the password was stored with other parameters than new ones are."""
        return not stored.startswith(f"scrypt${self.cost.n}${self.cost.r}${self.cost.p}$")


def password_fault(password: str, *, name: str, email: str) -> str | None:
    """Why a password is refused, after "must"; None if it is not."""
    if not MIN_CHARS <= len(password) <= MAX_CHARS:
        return f"must have {MIN_CHARS} to {MAX_CHARS} characters"
    text = _normalize(password).casefold()
    if len(set(text)) < _MIN_DISTINCT_CHARS:
        return "must not repeat a few characters"
    parts = {email, email.partition("@")[0], name, *name.split()}
    own = (re.sub(r"[\W_]", "", part.casefold()) for part in parts)
    if any(len(part) >= _MIN_OWN_CHARS and part in re.sub(r"[\W_]", "", text) for part in own):
        return "must not contain your name or e-mail address"
    if _is_common(text):
        return "must not be a common one; a few words that do not belong together are a good one"
    return None


def _is_common(text: str) -> bool:
    """Return whether a password is nothing but common words, sequences, numbers and signs, however they are written."""
    words = _common_words()
    for spelling in {text, text.translate(_LETTERS)}:
        letters = re.sub(r"[\W_]", "", spelling)
        if _is_made_of(letters, words) or _is_made_of(re.sub(r"\d", "", letters), words):
            return True
    return False


def _is_made_of(text: str, words: frozenset[str]) -> bool:
    reachable = [True] + [False] * len(text)
    longest = max(map(len, words))
    for end in range(1, len(text) + 1):
        reachable[end] = any(
            reachable[start] and text[start:end] in words for start in range(max(0, end - longest), end)
        )
    return reachable[-1]


@cache
def _common_words() -> frozenset[str]:
    lines = (line.strip() for line in _COMMON.read_text("utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _scrypt(password: str, salt: bytes, cost: PasswordCost) -> bytes:
    return hashlib.scrypt(
        _normalize(password).encode("utf-8", "surrogatepass"), salt=salt, n=cost.n, r=cost.r, p=cost.p,
        maxmem=128 * cost.r * (cost.n + cost.p + 2), dklen=_KEY_BYTES,
    )


def _normalize(password: str) -> str:
    """The same for the same characters, whichever keyboard wrote them (NIST SP 800-63B section 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def _encode(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _decode(text: str) -> bytes:
    return base64.b64decode(text)
