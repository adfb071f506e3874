"""The chain of the audit log: what an entry is, its hash, and its seal. No SQL here.

Each entry's hash covers all its fields and the hash of the entry before it, so that nothing can be changed, removed or
moved without changing every hash after it. Anybody can compute these hashes. The seal of an entry is a MAC of its hash
with a key from the service's secret, so that somebody who has only the database cannot make new ones. The head, the
last entry's number and hash, has a seal of its own kind: with it the end of the log cannot be cut off unnoticed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any, NamedTuple

from ..lazy_dataclass import dataclass
from ..regex import regex
from .storable import storable_json

#: What is before the first entry.
NO_HASH = ""
#: Words that are stored as they are: ids, versions, hashes, names of states. Any other text is stored as a hash.
_PLAIN_WORD = regex(r"[A-Za-z0-9_.:/+~-]{0,100}")
_HASH_CHARS = 32


class FreeText(str):
    """What somebody typed: always stored as a hash, because one word may be a name."""

    __slots__ = ()


class AuditEntry(NamedTuple):
    """Who did what to whom, and when. `at` is in milliseconds since 1970.

    `origin` is a keyed hash of the client's address; `details` are JSON. The log never has names, e-mail addresses or
    other free text: these are keyed hashes as well.
    """

    number: int
    at: int
    actor_kind: str
    actor_id: str | None
    origin: str | None
    action: str
    subject_kind: str
    subject_id: str | None
    job_id: int | None
    details: str
    #: Which key the seal is made with.
    key_id: str
    hash: str
    seal: str

    def computed_hash(self, previous_hash: str) -> str:
        """The hash that the entry must have after the entry with `previous_hash`."""
        fields = {**self._asdict(), "hash": previous_hash}
        del fields["seal"]
        return hashlib.sha256(_write(fields).encode()).hexdigest()


class AuditHead(NamedTuple):
    """The end of the log: the number and hash of its last entry, and the head's own seal."""

    number: int = 0
    hash: str = NO_HASH
    seal: str = ""


@dataclass(frozen=True)
class AuditFilters:
    """Which entries to return; None does not filter. `until` is exclusive; `origin` and ids are as stored. An
    `action` that ends in a dot stands for all that begin with it."""

    actor_kind: str | None = None
    actor_id: str | None = None
    action: str | None = None
    subject_kind: str | None = None
    subject_id: str | None = None
    job_id: int | None = None
    origin: str | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True)
class AuditKeys:
    """The keys of seals, each derived from a secret of the service: the current one first, then the previous one."""

    keys: tuple[bytes, ...] = field(repr=False)

    @property
    def key_id(self) -> str:
        """Identifies the current key without revealing it."""
        return _key_id(self.keys[0])

    def has_key(self, key_id: str) -> bool:
        return any(_key_id(key) == key_id for key in self.keys)

    def seal(self, entry_hash: str) -> str:
        return _mac(self.keys[0], f"entry {entry_hash}")

    def is_sealed(self, entry: AuditEntry) -> bool:
        """Return whether a known key made the entry's seal."""
        return any(
            _is_equal(_mac(key, f"entry {entry.hash}"), entry.seal)
            for key in self.keys if _key_id(key) == entry.key_id
        )

    def seal_head(self, number: int, entry_hash: str) -> AuditHead:
        return AuditHead(number, entry_hash, _mac(self.keys[0], f"head {number} {entry_hash}"))

    def is_head_sealed(self, head: AuditHead) -> bool:
        """Return whether a known key made the head's seal."""
        text = f"head {head.number} {head.hash}"
        return any(_is_equal(_mac(key, text), head.seal) for key in self.keys)

    def hide(self, text: str) -> str:
        """A hash of a text. Without the secret nobody can tell the text from it, nor try texts; equal texts have equal
        hashes."""
        return f"hash:{_mac(self.keys[0], f'text {text}')[:_HASH_CHARS]}"

    def hide_words(self, value: Any) -> Any:
        """A JSON value with a hash in place of every FreeText and every text that is not a plain word. Raises TypeError
        for what is no JSON."""
        if isinstance(value, str):
            is_plain = _PLAIN_WORD.fullmatch(value) and not isinstance(value, FreeText)
            return value if is_plain else self.hide(value)
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {str(name): self.hide_words(item) for name, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.hide_words(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
        raise TypeError(f"{type(value).__name__} cannot be in an audit log")


#: For databases that are opened without a service. `audit verify` names entries that were sealed with it.
UNSEALED = AuditKeys((b"",))


def canonical_json(value: Any) -> str:
    """The one spelling of a JSON value: keys in order, no spaces."""
    return _write(storable_json(value))


#: Made once: a new encoder for each entry would cost more than what it writes.
_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def _mac(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(errors="replace"), hashlib.sha256).hex()


def _is_equal(computed: str, stored: str) -> bool:
    """Return whether a stored seal is the computed one, in constant time and for any characters somebody put there."""
    return hmac.compare_digest(computed.encode(), stored.encode(errors="replace"))


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"audit key " + key).hexdigest()[:8] if key else "none"
