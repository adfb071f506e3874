"""How people are named where their names are not to be known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tener_interview.interviews.people import initials, name_masked


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Jane Doe", "J. D."),
        ("jane van der doe", "J. V. D. D."),
        ("Жанна Шевченко", "Ж. Ш."),
        ("王小明", "王."),
        # In Georgian names no letter is a capital, and few fonts have those that Unicode 11 added.
        ("გიორგი ბერიძე", "გ. ბ."),
        ("Jean-Luc O'Neil", "J. O."),
        ("(Jane) \"Doe\"", "J. D."),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_a_name_in_initials(name: str, short: str) -> None:
    assert initials(name) == short


@pytest.mark.parametrize(
    ("name", "said", "shown"),
    [
        ("Jane Doe", "I am Jane, Jane's manager says.", "I am J···, J···'s manager says."),
        ("Jane Doe", "jane doe, JANE DOE, JaneDoe", "j··· d··, J··· D··, J······"),
        ("Jane Doe", "jane.doe@x.example", "j···.d··@x.example"),
        ("jane doe", "Jane and DOE", "J··· and D··"),
        ("Will Grace", "I will say grace. Will did, Grace too.", "I will say grace. W··· did, G···· too."),
        ("Ann Lee", "Annual Leeds", "Annual Leeds"),
        ("Jean-Luc O'Neil", "Luc is Jean O'Neil", "L·· is J··· O'N···"),
        ("王小明", "我是王小明。", "我是王··。"),
        ("王 小明", "我叫小明", "我叫小·"),
        ("X", "X marks the spot", "X marks the spot"),
        ("a.*b (c", "a.*b (c", "a.*b (c"),
        ("Candidate 42", "42 of Candidate 42", "42 of C········ 4·"),
        ("", "Nobody is named.", "Nobody is named."),
    ],
)
def test_a_name_in_what_was_said(name: str, said: str, shown: str) -> None:
    assert name_masked(said, name) == shown


@given(st.text(), st.text())
def test_nothing_moves_whatever_is_masked(name: str, said: str) -> None:
    masked = name_masked(said, name)
    assert len(masked) == len(said)
    assert all(after in (before, "·") for before, after in zip(said, masked, strict=True))


@given(st.lists(st.text("abcdeABCDEéжä", min_size=2), min_size=2, max_size=3), st.text(), st.sampled_from(" .-_\n"))
def test_a_whole_name_is_never_left(words: list[str], around: str, between: str) -> None:
    assert between.join(words) not in name_masked(f"{around} {between.join(words)} {around}", " ".join(words))
