"""Lenient reading of the main system's rows."""

from __future__ import annotations

import pytest

from for_each import for_each
from tener_interview.sources import rows
from tener_interview.sources.protocol import Candidate, Job


@for_each(
    ("held", "read"),
    [
        (None, ()),
        ("", ()),
        ("[]", ()),
        ('["en", "de"]', ("en", "de")),
        ('["en", "en", "", null, true, 7]', ("en", "7")),
        ('[{"name": "English", "level": "C1"}, {"level": "A1"}]', ("English",)),
        ('"English"', ("English",)),
        ("en, de;fr", ("en", "de", "fr")),
        ("['en', 'de']", ("en", "de")),
        ("C++", ("C++",)),
        ('{"en": 1}', ()),
        ('{"en": ', ()),
        ("12", ()),
        ("null", ()),
        ("[" * 100_000, ()),
        (["en", "uk"], ("en", "uk")),
        (b'["en"]', ("en",)),
        (5, ()),
        ({"en": 1}, ()),
    ],
)
def test_list_columns_are_read_as_tuples_of_text(held: object, read: tuple[str, ...]) -> None:
    assert rows.string_list(held) == read


@for_each(
    ("held", "read"),
    [
        (7, 7.0),
        (0.85, 0.85),
        ("0.85", 0.85),
        ("1e2", 100.0),
        (" 5+ years", 5.0),
        (b"6", 6.0),
        ("85%", 85.0),
        ("4,5", None),
        ("1,000", None),
        ("many", None),
        ("nan", None),
        (float("inf"), None),
        (10**400, None),
        ("9" * 500, None),
        (True, None),
        (None, None),
        ([3], None),
    ],
)
def test_number_columns_are_read_as_finite_numbers_or_none(held: object, read: float | None) -> None:
    assert rows.number(held) == read


@for_each(
    ("held", "read"),
    [
        ("  李娜 ", "李娜"),
        (b"Jos\xc3\xa9 \xff", "José \N{REPLACEMENT CHARACTER}"),
        ("", None),
        ("   ", None),
        (None, None),
        (42, "42"),
        (1.5, "1.5"),
        (True, None),
        (["x"], None),
        ("a\0b", "ab"),
        ("a\ud800b", "a?b"),
    ],
)
def test_text_columns_are_trimmed_and_encodable(held: object, read: str | None) -> None:
    assert rows.text(held) == read


@for_each("held", [None, "", "abc", 1.5, True, 2**63, "9" * 30, [1]])
def test_a_row_without_a_usable_id_is_refused(held: object) -> None:
    with pytest.raises(rows.InvalidRow, match="`id` is not a whole number"):
        rows.parse_job({"id": held, "title": "X"})


def test_a_missing_job_title_or_candidate_name_is_replaced_by_the_id() -> None:
    assert rows.parse_job({"id": "7", "title": None}) == Job(7, "Job 7")
    assert rows.parse_candidate({"candidate_id": 42.0, "full_name": " "}) == Candidate(42, "Candidate 42")


def test_an_email_without_an_at_sign_is_ignored() -> None:
    assert rows.parse_candidate({"candidate_id": 1, "email": "unknown"}).email is None
    assert rows.parse_candidate({"candidate_id": 1, "email": " a@example.com "}).email == "a@example.com"


def test_candidates_come_best_first_once_each_and_unscored_last() -> None:
    shuffled = [
        Candidate(5, "E"), Candidate(3, "C", 0.5), Candidate(2, "B", 0.9),
        Candidate(1, "A", 0.5), Candidate(3, "C", 0.7), Candidate(4, "D"),
    ]
    ordered = [(one.candidate_id, one.match_score) for one in rows.best_first(shuffled)]
    assert ordered == [(2, 0.9), (3, 0.7), (1, 0.5), (4, None), (5, None)]
