"""Near duplicates: whether two candidates gave the same answer in nearly the same words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b

from .language import Language
from .speech import bare, plain_words

#: The share of the shorter answer's shingles that the other one holds, from which on they are the same.
NEAR = 0.8
#: Words in a row that make a shingle.
SHINGLE_WORDS = 3
#: Shorter answers are alike by chance.
_LEAST_SHINGLES = 12
#: An answer twice as long says more than the other, whatever they share.
_LEAST_LENGTH_SHARE = 0.5
_MARKS = 12
_MARK_BYTES = 7


def shingles(text: str) -> frozenset[str]:
    """Every run of words in a text, whatever its case and punctuation."""
    words = plain_words(bare(text), Language(""))
    return frozenset(" ".join(words[place : place + SHINGLE_WORDS]) for place in range(len(words) - SHINGLE_WORDS + 1))


def marks(text: str) -> tuple[int, ...]:
    """A few numbers by which nearly the same text is found again among many: the least hashes of its shingles."""
    return tuple(sorted({_number(each) for each in shingles(text)})[:_MARKS])


def near(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two answers, as shingles, are nearly the same."""
    fewer, more = sorted((len(one), len(other)))
    if fewer < _LEAST_SHINGLES or fewer < _LEAST_LENGTH_SHARE * more:
        return False
    return len(one & other) >= NEAR * fewer


def near_duplicates(answer: str, others: Mapping[int, Sequence[str]]) -> list[int]:
    """Of the other candidates' answers to the same question, by candidate, whose are nearly this one; in order."""
    own = shingles(answer)
    return sorted(who for who, texts in others.items() if any(near(own, shingles(text)) for text in texts))


def _number(shingle: str) -> int:
    return int.from_bytes(blake2b(shingle.encode("utf-8", "replace"), digest_size=_MARK_BYTES).digest())
