"""Near duplicates: answers of two candidates in nearly the same words."""

from __future__ import annotations

from hashlib import blake2b
from zlib import crc32

from ..languages.folding import fold, words

NEAR_DUPLICATE = "near_duplicate"
#: The share of the shorter answer's shingles in the longer one from which on they are near duplicates.
NEAR = 0.8
#: Shorter answers may be similar by chance.
_MIN_SHINGLES = 12
#: An answer more than twice as long is no duplicate, whatever the two share.
_MIN_LENGTH_SHARE = 0.5
_SIGNATURE_SIZE = 12
_HASH_BYTES = 7

#: Odd multipliers without a pattern, so that the order of the words matters.
_MULTIPLIERS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)

#: All runs of three words in an answer, as 32-bit hashes.
Shingles = frozenset[int]


def shingles(text: str) -> Shingles:
    """Return the shingles of a text, ignoring case and punctuation."""
    spoken = words(fold(text).replace("'", "").replace("-", " "))
    numbers = [crc32(word.encode("utf-8", "replace")) for word in spoken]
    first, second, third = _MULTIPLIERS
    return frozenset(
        (one * first + two * second + three * third) & 0xFFFFFFFF
        for one, two, three in zip(numbers, numbers[1:], numbers[2:], strict=False)
    )


def minhash_signature(answer: Shingles, question: str) -> tuple[int, ...]:
    """Return a few numbers to find near duplicates of an answer to the same question among many answers.

    They are hashes of the smallest shingles: similar sets most likely share their smallest members (Broder 1997, "On
    the resemblance and containment of documents"). Empty for an answer that is too short to be a duplicate.
    """
    if len(answer) < _MIN_SHINGLES:
        return ()
    return tuple(_hash(f"{question}\0{shingle}") for shingle in sorted(answer)[:_SIGNATURE_SIZE])


def are_near_duplicates(one: Shingles, other: Shingles) -> bool:
    """Return whether two answers are nearly the same."""
    fewer, more = sorted((len(one), len(other)))
    if fewer < _MIN_SHINGLES or fewer < _MIN_LENGTH_SHARE * more:
        return False
    return len(one & other) >= NEAR * fewer


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=_HASH_BYTES).digest())
