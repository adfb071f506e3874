"""Regular expressions that Python may search with for ever, and those that look like it and are harmless."""

from __future__ import annotations

import re

from for_each import for_each
from tener_interview.criteria.backtracking import may_search_without_end

_WORDS = "|".join(f"word{number}" for number in range(400))


@for_each(
    "pattern",
    [
        "(a+)+$", "(a*)*b", "(a|a)*b", "(a|ab|b)*c", r"(\w+\s*)+!", r"(?:\d+|\w)+x", "(.*)*x", "(x+x+)+y", "(a+?)+?b",
        "^(([a-z])+.)+[A-Z]([a-z])+$", "(?=(a+)+$)", "(?>(a+)+$)", "(a{1,50}){1,50}b", "((a+)b?)+c", "(a?b?)*(a+)+z",
        "([^,]*,?)*;", r"(?:\s|\n|\s\n)+x", "(\u00e9+)+!", "(\u4e2d|\u4e2d\u4e2d)+!",
    ],
)
def test_a_repetition_that_matches_a_text_in_two_ways_is_found(pattern: str) -> None:
    assert may_search_without_end(re.compile(pattern, re.IGNORECASE))


@for_each(
    "pattern",
    [
        "", r"\bas an ai\b", r"(\w+\s+)*foo", "(a++)+b", "(?>a+)+b", "(?:very )+good", r"\d+(?:[.,]\d+)*", ".*foo.*",
        "[a-z]+(?:-[a-z]+)*", "(?:foo|bar|foobaz)+", "(ab|cd)*x", r"(?:\s|\n)+x", r"(\w)\1", "a{3}b{2,5}(?:x{2}){2}",
        r"^.+@.+\..+$", r"(?<!not )\bbad\b", "(?:(a)|b)(?(1)c|d)", r"\w+\s*=\s*\w+", r"[^\W\d_]+", "(?:a|b|a)*!",
        r"((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}", rf"\b(?:{_WORDS})\b", rf"(?:(?:{_WORDS})\s+)+end", "x" * 2000,
    ],
)
def test_harmless_patterns_pass(pattern: str) -> None:
    assert not may_search_without_end(re.compile(pattern, re.IGNORECASE))
