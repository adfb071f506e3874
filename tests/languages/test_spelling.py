"""One spelling for what people write in many."""

# ruff: noqa: RUF001 - names are written in every script

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from for_each import for_each
from tener_interview.languages.spelling import fold_text, matches_words, name_key, split_query


@for_each(("stored", "typed"), [
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
def test_words_match_despite_spelling_variants(stored: str, typed: str) -> None:
    assert matches_words(stored, split_query(typed))


@for_each(("stored", "typed"), [
    ("Jane Doe", "jan doer"), ("Smith", "Smyth"), ("がき", "かき"), ("नमिता", "नमत"), ("C", "c++"),
    ("Jane", "jane doe"),
])
def test_different_words_do_not_match(stored: str, typed: str) -> None:
    assert not matches_words(stored, split_query(typed))


def test_a_search_of_only_punctuation_matches_everything() -> None:
    assert split_query("' , - “”") == []
    assert matches_words("Jane", [])


@for_each("other", ["Doe, Jane", "jane DOE", " JANE  doe", "Jané Doe"])
def test_the_key_of_a_name_ignores_word_order(other: str) -> None:
    assert name_key(other) == name_key("Jane Doe") != name_key("Jane Roe")


@given(st.text(max_size=20))
def test_any_text_matches_itself_in_a_search(text: str) -> None:
    assert matches_words(text, split_query(text))
    assert fold_text(fold_text(text)) == fold_text(text)
