"""Request shapes: every kind of value, and what it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from for_each import for_each
from tener_interview.errors import Problem
from tener_interview.web.shape import (
    Boolean,
    Email,
    Integer,
    Kind,
    ListOf,
    Object,
    OneOf,
    Text,
    optional,
    read,
    required,
)


@dataclass(frozen=True)
class Limit:
    minutes: int = required(Integer(low=0, high=60))
    note: str | None = optional(Text(max_chars=5))


@dataclass(frozen=True)
class Order:
    id: int = required(Integer(low=1))
    name: str = required(Text(max_chars=5, min_chars=1))
    force: bool = optional(Boolean(), False)
    limits: tuple[Limit, ...] = optional(ListOf(Object(Limit), min_items=1, max_items=2), ())


ANY_NUMBER = Integer(low=0)
FROM_TEXT = Integer(low=1, high=500, from_text=True)
WORD = Text(max_chars=5)
PROSE = Text(max_chars=20, lines=True)
TAG = Text(max_chars=9, pattern="[a-z]+", expected="small letters")
PAIR = ListOf(Integer(low=1), min_items=1, max_items=2)


@for_each(
    ("kind", "value", "expected"),
    [
        (ANY_NUMBER, 0, 0),
        (ANY_NUMBER, 2**63 - 1, 2**63 - 1),
        (FROM_TEXT, "1", 1),
        (FROM_TEXT, "0500", 500),
        (FROM_TEXT, 7, 7),
        (Boolean(), True, True),
        (Boolean(), False, False),
        (WORD, "", ""),
        (WORD, "  李小龙\t", "李小龙"),
        (WORD, "a\u200db", "a\u200db"),
        (PROSE, "one\ntwo\tthree\r\n", "one\ntwo\tthree"),
        (TAG, "abc", "abc"),
        (Email(), " jane.doe+tag@sub.example.co.uk ", "jane.doe+tag@sub.example.co.uk"),
        (Email(), "o'brien@example.ie", "o'brien@example.ie"),
        (Email(), "用户@例子.公司", "用户@例子.公司"),
        (Email(), "", ""),
        (OneOf(("a", "b")), "b", "b"),
        (PAIR, [2, 1], (2, 1)),
        (Object(Limit), {"minutes": 0, "unknown": []}, Limit(0, None)),
    ],
)
def test_valid_values_of_each_kind_are_read(kind: Kind, value: object, expected: object) -> None:
    assert kind.read(value) == expected


def each(kind: Kind, *values: Any) -> list[tuple[Kind, Any]]:
    return [(kind, value) for value in values]


@for_each(
    ("kind", "value"),
    [
        *each(ANY_NUMBER, -1, 2**63, 10**400, 1.0, 1e400, True, False, "1", [1], {}, float("nan")),
        *each(FROM_TEXT, "", "0", "501", "-1", "+1", "1.0", " 1", "٣", "1" * 20, "1\n", "1_0", True),
        *each(Boolean(), 0, 1, "true", "", [], {}),
        *each(WORD, 1, True, [], {}, "abcdef", "a\0b", "a\nb", "a\x7f", "a\x85b", "a\u202eb", "a\u2066b"),
        *each(PROSE, "a\0b", "a\x1b[2J", "a\u202eb", "a" * 21),
        *each(Text(max_chars=9, min_chars=1), "", "  ", "\u200b", "\u200d \ufeff", "\u2060", "\u00ad\u00ad"),
        *each(TAG, "", "ABC", "ab1", "ab c"),
        *each(Email(),
            "jane", "jane@", "@example.com", "jane@localhost", "a b@example.com", "jane@example.com,x@example.com",
            "Jane <jane@example.com>", "jane@@example.com", "jane@exa mple.com", "jane@.com", "jane@example.com.",
            "jane\n@example.com", "jane@example.com\nBcc: x@example.com", "x" * 65 + "@example.com",
            "j@" + "a" * 260 + ".com", "jane@-example.com", "jane\0@example.com", 5, ["jane@example.com"],
        ),
        *each(OneOf(("a", "b")), "", "A", "c", 1, None, ["a"]),
        *each(PAIR, [], [1, 2, 3], "12", {"0": 1}, [0], [1, "2"], [True], [[1]]),
        *each(Object(Limit), 1, "x", [], {}, {"minutes": 61}, {"minutes": "1"}),
    ],
)
def test_invalid_values_are_refused_with_the_valid_ones(kind: Kind, value: object) -> None:
    with pytest.raises(ValueError, match=r"must|is required"):
        kind.read(value)


def test_missing_and_null_fields_have_defaults() -> None:
    assert read(Order, {"id": 1, "name": "a", "force": None}) == Order(1, "a", False, ())


def test_all_errors_are_reported_and_unknown_fields_ignored() -> None:
    with pytest.raises(Problem) as refused:
        read(Order, {"id": 0, "force": "yes", "limits": [{"minutes": 1}, {"minutes": 99, "note": 1}], "other": "\0"})
    assert refused.value.code == "VALIDATION_FAILED"
    assert refused.value.details["fields"] == {
        "id": "must be a whole number from 1 to 9223372036854775807",
        "name": "is required",
        "force": "must be true or false",
        "limits": "item 1: minutes must be a whole number from 0 to 60; note must be text",
    }


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "limits"]), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["id", "name", "force", "limits"]), values))
def test_no_json_crashes_the_parser(value: dict[str, Any]) -> None:
    try:
        read(Order, value)
    except Problem as problem:
        fields = set(problem.details["fields"])
        assert fields <= {"id", "name", "force", "limits"}


@given(st.text())
def test_an_email_is_validated_quickly_and_has_no_line_break(text: str) -> None:
    try:
        expected = Email().read(f"jane@{text}")
    except ValueError:
        return
    assert not set(expected) & set("\r\n\0 ,;<>\"")
