"""Near duplicates: whether two candidates gave the same answer in nearly the same words."""

from __future__ import annotations

from hashlib import blake2b
from zlib import crc32

from ..languages.folding import fold, words

NEAR_DUPLICATE = "near_duplicate"
#: The share of the shorter answer's shingles that the other one holds, from which on they are the same.
NEAR = 0.8
#: Shorter answers are alike by chance.
_LEAST_SHINGLES = 12
#: An answer twice as long says more than the other, whatever they share.
_LEAST_LENGTH_SHARE = 0.5
_MARKS = 12
_MARK_BYTES = 7

#: Odd numbers without a pattern, so that the order of the words tells.
_SPREAD = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)

#: Every run of three words in an answer, each as a number of 32 bits.
Shingles = frozenset[int]


def shingles(text: str) -> Shingles:
    """The shingles of a text, whatever its case and punctuation."""
    said = words(fold(text).replace("'", "").replace("-", " "))
    numbers = [crc32(word.encode("utf-8", "replace")) for word in said]
    first, second, third = _SPREAD
    return frozenset(
        (one * first + two * second + three * third) & 0xFFFFFFFF
        for one, two, three in zip(numbers, numbers[1:], numbers[2:], strict=False)
    )


def minhash_signature(said: Shingles, asked: str) -> tuple[int, ...]:
    """A few numbers by which nearly the same answer to what was asked is found again among many.

    They are made of the least shingles: what two sets share, their least members most likely share, too (Broder 1997,
    "On the resemblance and containment of documents"). None for an answer that is too short to be a duplicate.
    """
    if len(said) < _LEAST_SHINGLES:
        return ()
    return tuple(_number(f"{asked}\0{each}") for each in sorted(said)[:_MARKS])


def are_near_duplicates(one: Shingles, other: Shingles) -> bool:
    """Whether two answers are nearly the same."""
    fewer, more = sorted((len(one), len(other)))
    if fewer < _LEAST_SHINGLES or fewer < _LEAST_LENGTH_SHARE * more:
        return False
    return len(one & other) >= NEAR * fewer


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=_MARK_BYTES).digest())
