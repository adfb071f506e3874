"""Near duplicates: answers of two candidates in nearly the same words."""

from __future__ import annotations

import struct
from functools import lru_cache
from hashlib import blake2b
from zlib import crc32

from ..languages.folding import fold, words

NEAR_DUPLICATE = "near_duplicate"
#: The fraction of the shorter answer's shingles in the longer one from which on they are near duplicates.
NEAR = 0.8
#: Shorter answers may be similar by chance.
_MIN_SHINGLES = 12
#: An answer more than twice as long is no duplicate, whatever the two share.
_MIN_LENGTH_SHARE = 0.5
_SIGNATURE_SIZE = 12
_HASH_BYTES = 7
#: Words whose numbers are cached.
_KEPT_WORDS = 10_000
#: Answers whose shingles are cached, unpacked: if many candidates say the same, the same few answers are compared with
#: each of theirs.
_KEPT_ANSWERS = 64

#: Odd multipliers without a pattern, so that the order of the words matters.
_MULTIPLIERS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)

#: All runs of three words in an answer, as 32-bit hashes in ascending order, packed as they are stored.
Shingles = bytes
_SHINGLE_BYTES = 4
#: A few numbers by which similar answers are found.
Signature = tuple[int, ...]


def shingles(text: str) -> Shingles:
    """Return the shingles of a text, ignoring case and punctuation."""
    spoken = words(fold(text).replace("'", "").replace("-", " "))
    if len(spoken) < len(_MULTIPLIERS):
        return b""
    firsts, seconds, thirds = zip(*map(_terms, spoken), strict=True)
    hashes = {
        (one + two + three) & 0xFFFFFFFF for one, two, three in zip(firsts, seconds[1:], thirds[2:], strict=False)
    }
    return struct.pack(f"<{len(hashes)}I", *sorted(hashes))


@lru_cache(maxsize=_KEPT_WORDS)
def _terms(word: str) -> tuple[int, int, int]:
    """Return what a word adds to the hash of a run, as its first, second or third word."""
    number = crc32(word.encode("utf-8", "replace"))
    first, second, third = _MULTIPLIERS
    return number * first, number * second, number * third


def minhash_signature(answer: Shingles, question: str) -> Signature:
    """Return a few numbers to find near duplicates of an answer to the same question among many answers.

    They are hashes of the smallest shingles: similar sets most likely share their smallest members (Broder 1997, "On
    the resemblance and containment of documents"). Empty for an answer that is too short to be a duplicate.
    """
    if len(answer) < _MIN_SHINGLES * _SHINGLE_BYTES:
        return ()
    begun = blake2b(f"{question}\0".encode("utf-8", "replace"), digest_size=_HASH_BYTES)
    smallest = struct.unpack_from(f"<{_SIGNATURE_SIZE}I", answer)
    return tuple([_hash(begun, shingle) for shingle in smallest])


def are_near_duplicates(one: Shingles, other: Shingles) -> bool:
    """Return whether two answers are nearly the same."""
    fewer, more = sorted((len(one), len(other)))
    if fewer < _MIN_SHINGLES * _SHINGLE_BYTES or fewer < _MIN_LENGTH_SHARE * more:
        return False
    return have_in_common(one, other, NEAR)


def have_in_common(one: Shingles, other: Shingles, fraction: float) -> bool:
    """Return whether so much of the shorter answer is in the longer one, at least."""
    mine, theirs = _numbers_of(one), _numbers_of(other)
    fewer = min(len(mine), len(theirs))
    return fewer > 0 and len(mine & theirs) >= fraction * fewer


@lru_cache(maxsize=_KEPT_ANSWERS)
def _numbers_of(shingles: Shingles) -> frozenset[int]:
    return frozenset(struct.unpack(f"<{len(shingles) // _SHINGLE_BYTES}I", shingles))


def _hash(begun: blake2b, shingle: int) -> int:
    hashed = begun.copy()
    hashed.update(b"%d" % shingle)
    return int.from_bytes(hashed.digest())
