"""Near duplicates: what is stored of an answer, and when two answers say nearly the same."""

from __future__ import annotations

import struct
from zlib import crc32

from for_each import for_each
from tener_interview.transcripts.duplicates import are_near_duplicates, have_in_common, minhash_signature, shingles

ANSWER = (
    "We moved the billing service to a new host over one weekend, with a plan to go back that nobody needed in the end."
)


def numbers(text: str) -> list[int]:
    packed = shingles(text)
    return list(struct.unpack(f"<{len(packed) // 4}I", packed))


def expected(*words: str) -> int:
    """The number of a run of three words, as it stands in databases."""
    factors = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)
    return sum(crc32(word.encode()) * factor for word, factor in zip(words, factors, strict=True)) & 0xFFFFFFFF


@for_each("text", ["", "one", "Two words.", "... !", "a_ __ _b"])
def test_an_answer_without_three_words_has_no_shingles(text: str) -> None:
    assert shingles(text) == b""
    assert minhash_signature(shingles(text), "1") == ()


@for_each("text", [
    "Sold forty vans", "sold FORTY vans!", "Sold -- forty, vans...", "sold _ forty __ vans",
    "\u201csold\u201d forty va\u00adns",
])
def test_the_hash_of_a_shingle_equals_stored_ones(text: str) -> None:
    assert numbers(text) == [expected("sold", "forty", "vans")]


def test_shingle_hashes_are_sorted_and_unique() -> None:
    found = numbers("don't stop " * 5 + ANSWER)
    assert found == sorted(set(found))
    assert expected("dont", "stop", "dont") in found


def test_answer_signatures_depend_on_the_words_and_the_question() -> None:
    one = minhash_signature(shingles(ANSWER), "1\0why")
    assert len(set(one)) == 12
    assert one == minhash_signature(shingles(ANSWER.upper()), "1\0why")
    assert not set(one) & set(minhash_signature(shingles(ANSWER), "2\0why"))


@for_each(("other", "alike"), [
    (ANSWER, True), (f"{ANSWER} And that was it, really.", True), (ANSWER.replace("weekend", "night"), True),
    (ANSWER.replace("weekend", "night").replace("billing", "mail"), False), (" ".join(ANSWER.split()[:9]), False),
    (" ".join(reversed(ANSWER.split())), False), (f"{ANSWER} {' '.join(map(str, range(60)))}", False), ("", False),
])
def test_near_duplicates_share_most_of_the_shorter_answer(other: str, alike: bool) -> None:
    one, two = shingles(ANSWER), shingles(other)
    assert are_near_duplicates(one, two) is are_near_duplicates(two, one) is alike


def test_similarity_is_the_share_of_the_shorter_answer_found_in_the_other() -> None:
    half = shingles(" ".join(ANSWER.split()[:12]) + " and then something else happened to the people upstairs")
    assert have_in_common(half, shingles(ANSWER), 0.5)
    assert not have_in_common(half, shingles(ANSWER), 0.6)
    assert not have_in_common(b"", shingles(ANSWER), 0.0)
