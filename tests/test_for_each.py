"""A test for many inputs tries them all, and tells which of them failed."""

from __future__ import annotations

import inspect

import pytest

from for_each import FailedInputs, for_each


def test_for_each_tries_every_input_and_names_the_failed_ones() -> None:
    tried: list[tuple[int, str, str]] = []

    @for_each("number", (1, 2, 3), ids=["one", "two", "three"])
    @for_each(("word", "letter"), [("cat", "a"), ("dog", "b"), ("bat", "a")])
    def check(number: int, word: str, letter: str, fixture: object) -> None:
        assert fixture is not None
        tried.append((number, word, letter))
        if word == "bat":
            pytest.fail("a bat")
        assert letter in word or number != 2, "wrong letter"

    assert list(inspect.signature(check).parameters) == ["fixture"]
    with pytest.raises(FailedInputs) as failed:
        check(fixture=object())
    assert len(tried) == 9
    assert [(str(failure).splitlines()[0], failure.__notes__) for failure in failed.value.exceptions] == [
        ("a bat", ["input: word='bat', letter='a'", "input: one"]),
        ("wrong letter", ["input: word='dog', letter='b'", "input: two"]),
        ("a bat", ["input: word='bat', letter='a'", "input: two"]),
        ("a bat", ["input: word='bat', letter='a'", "input: three"]),
    ]


def test_for_each_passes_if_all_inputs_pass_and_refuses_an_empty_list() -> None:
    @for_each("text", ["a", "b"], ids=str.upper)
    def check(text: str) -> None:
        assert text

    check()
    with pytest.raises(AssertionError, match="no inputs"):
        for_each("text", [])
