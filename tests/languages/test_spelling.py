"""One spelling for what people write in many."""

# ruff: noqa: RUF001 - names are written in every script

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tener_interview.languages.spelling import fold_text, matches_words, name_key, split_query


@pytest.mark.parametrize(("stored", "typed"), [
    ("Søren Kierkegaard", "KIERKEGAARD soren"),
    ("Jürgen Müller", "mueller"), ("Jürgen Müller", "muller"), ("Mueller", "Müller"), ("Mueller", "muller"),
    ("Sinéad O’Connor", "o'connor"), ("Sinead O'Connor", "oconnor"), ("OConnor", "o´connor"), ("O Connor", "oʼconnor"),
    ("Jean-Luc Picard", "jean luc"), ("Jean Luc Picard", "jean‑luc"), ("Jean–Luc", "jeanluc"),
    ("İbrahim Yılmaz", "ibrahim yilmaz"), ("irmak", "IRMAK"), ("Æsir Œuvre", "aesir oeuvre"), ("Ćwikła", "cwikla"),
    ("Ёлкин Пётр", "петр елкин"), ("Елкин", "ЁЛКИН"), ("ΓΙΏΡΓΟΣ", "γιωργος"), ("مُحَمَّد", "محمد"), ("שָׁלוֹם", "שלום"),
    ("Ｊａｎｅ　Ｄｏｅ", "jane"), ("𝐉𝐚𝐧𝐞", "jane"), ("Ja\u00adne\u200b Doe", "jane doe"), ("김민수", "김민"),
    ("José", "Jose\u0301"), ("Doe Jane", "“Doe”, (Jane)"), ("front-end", "frontend"), ("Jane Doe", "Doe, J."),
    ("C++ and C#", "c++ c#"),
    ("jane-doe@example.com", "Jane-Doe@Example.com"), ("Straße", "STRASSE"), ("Núñez del Prado", "  prado   nunez "),
])
def test_words_are_found(stored: str, typed: str) -> None:
    assert matches_words(stored, split_query(typed))


@pytest.mark.parametrize(("stored", "typed"), [
    ("Jane Doe", "jan doer"), ("Smith", "Smyth"), ("がき", "かき"), ("नमिता", "नमत"), ("C", "c++"),
    ("Jane", "jane doe"),
])
def test_other_words_are_not(stored: str, typed: str) -> None:
    assert not matches_words(stored, split_query(typed))


def test_nothing_that_is_a_word_is_looked_for_in_vain() -> None:
    assert split_query("' , - “”") == []
    assert matches_words("Jane", [])


@pytest.mark.parametrize("other", ["Doe, Jane", "jane DOE", " JANE  doe", "Jané Doe"])
def test_a_name_in_any_order(other: str) -> None:
    assert name_key(other) == name_key("Jane Doe") != name_key("Jane Roe")


@given(st.text(max_size=20))
def test_whatever_is_stored_is_found_by_itself(text: str) -> None:
    assert matches_words(text, split_query(text))
    assert fold_text(fold_text(text)) == fold_text(text)
