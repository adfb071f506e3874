"""Names are found and sorted by the database as `languages.spelling` says, on each database alike."""

# ruff: noqa: RUF001 - letters that look alike are what this is about

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.databases import open_store, plain_connection
from fakes.stored import add_session
from made_up import examples
from tener_interview.languages.spelling import fold_text, matches_words, split_query
from tener_interview.store.ports import Store
from tener_interview.store.records import LeaderboardFilters

#: Letters and marks that are written in more than one way.
PARTS = (
    "Jöhn", "Joehn", "john", "O'Neil", "O’Neil", "oneil", "Jean-Luc", "Jean Luc", "Łukasz", "Straße", "Ægir", "José",
    "Jose\u0301", "山田", "Иван", "İrem", "ß", "-", "'", "%", "_", "a_b", "50%", "\\", "1", "12", "ﬁn", "Μαρία",
)  # fmt: skip
NAMES = st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map(" ".join)
WORDS = st.one_of(st.sampled_from(PARTS), st.text(st.sampled_from("aeojn'-öé%_1山"), min_size=1, max_size=4))


@pytest.fixture
def store(environ: dict[str, str]) -> Iterator[Store]:
    store = open_store(environ)
    yield store
    store.close()


def test_any_words_of_a_name_find_the_candidate(store: Store, environ: dict[str, str]) -> None:
    @examples(60)
    @given(st.lists(NAMES, min_size=1, max_size=5), st.lists(WORDS, min_size=1, max_size=2))
    def found(names: list[str], typed: list[str]) -> None:
        words = tuple(word for text in typed for word in split_query(text))
        with plain_connection(environ) as db:
            db.execute("DELETE FROM interview_sessions")
        with store.write() as tx:
            for number, name in enumerate(names, start=1000):
                add_session(tx, number, candidate_name=name, status="invited")
        filters = LeaderboardFilters(words=words)
        with store.read() as tx:
            rows = tx.rankings.page(1, filters, sort="candidate_name", descending=False, limit=50, offset=0)
        expected = {
            number for number, name in enumerate(names, start=1000)
            if all(matches_words(name, (word,)) or fold_text(word) == str(number) for word in words)
        }
        assert {row.candidate_id for row in rows} == expected
        keys = [fold_text(row.candidate_name) for row in rows]
        assert keys == sorted(keys, key=lambda key: key.encode())

    found()


@pytest.mark.parametrize(("stored", "asked", "same"), [
    ("Jane@Example.COM", "jane@example.com", True), ("İ@example.com", "i@example.com", False),
    ("É@example.com", "é@example.com", False), ("a_b@example.com", "aXb@example.com", False),
])
def test_emails_are_compared_regardless_of_case(
    store: Store, stored: str, asked: str, same: bool
) -> None:
    with store.write() as tx:
        add_session(tx, 1, candidate_email=stored)
        found = tx.sessions.find_other_by_email("position", asked, other_than=2)
    assert (found is not None) == same


def test_missing_values_are_sorted_last_in_both_directions(store: Store) -> None:
    scores = {1: None, 2: 50.0, 3: None, 4: 70.0}
    with store.write() as tx:
        for number, score in scores.items():
            add_session(tx, number, status="invited", technical_score=score)
    with store.read() as tx:
        for descending, expected in ((False, [2, 4]), (True, [4, 2])):
            rows = tx.rankings.page(
                1, LeaderboardFilters(), sort="technical_score", descending=descending, limit=9, offset=0
            )
            assert [row.candidate_id for row in rows] == [*expected, 1, 3]
