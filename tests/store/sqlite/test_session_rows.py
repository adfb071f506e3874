"""Rows become sessions and back: values stored as numbers and JSON are typed everywhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from for_each import for_each
from tener_interview.store.records import SessionRow
from tener_interview.store.session import InterviewLink, Session, SessionError, Status
from tener_interview.store.tables.session_rows import read_sessions, write_columns

NOTHING: dict[str, Any] = dict.fromkeys(SessionRow._fields)
ROW = SessionRow(**NOTHING)._replace(
    session_id="iv_1", status="invited", shown_status="expired", listed_as="created", link_serial=3, link_expires_at=20,
    link_signed_expires_at=10,
)


def session(**columns: Any) -> Session:
    (read,) = read_sessions([ROW._replace(**columns)])
    return read


def test_session_rows_have_typed_status_and_link() -> None:
    read = session()
    assert (read.status, read.current_status, read.list_status) == (Status.INVITED, Status.EXPIRED, Status.CREATED)
    assert read.link == InterviewLink(serial=3, expires_at=20, signed_expires_at=10)


@for_each(("field", "column"), [
    ("is_current", "is_current"), ("urgent", "urgent"), ("awaiting_transcription", "awaiting_transcription"),
    ("link_not_returned", "start_unanswered"),
])
def test_session_flags_stored_as_numbers_are_read_as_booleans(field: str, column: str) -> None:
    assert [getattr(session(**{column: stored}), field) for stored in (0, 1)] == [False, True]
    assert write_columns({field: True}) == {column: 1}


@for_each("flags", [None, (), ("short_answer",), ("near_duplicate", "off_topic", "word_order")])
def test_scoring_flags_are_unchanged_by_writing_and_reading(flags: tuple[str, ...] | None) -> None:
    stored = write_columns({"flags": flags})["flags"]
    assert stored == (None if flags is None else json.dumps(list(flags)))
    assert session(flags=stored).flags == flags


@for_each("urls", [{}, {"q1": "https://videos.example/1?a=b&c=“d”"}, {"q2": "x", "q1": "y"}])
def test_video_urls_are_unchanged_by_writing_and_reading(urls: dict[str, str]) -> None:
    stored = write_columns({"video_urls": urls})["video_urls"]
    assert stored == json.dumps(urls)
    assert session(video_urls=stored).video_urls == urls
    assert session(video_urls=None).video_urls == {}


@for_each(("error", "read"), [
    (None, None),
    (SessionError("STORE_UNAVAILABLE", "Try again.", 5), SessionError("STORE_UNAVAILABLE", "Try again.", 5)),
    (SessionError("INTERNAL_ERROR", "", None), SessionError("INTERNAL_ERROR", "", None)),
])
def test_the_last_error_of_a_session_is_stored_in_three_columns(
    error: SessionError | None, read: SessionError | None
) -> None:
    columns = write_columns({"last_error": error})
    assert set(columns) == {"last_error_code", "last_error_message", "last_error_at"}
    assert session(**columns).last_error == read


@for_each("name", ["link", "no_such_column", "status; DROP TABLE interview_sessions"])
def test_writing_an_unknown_session_column_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match="has no column"):
        write_columns({"status": Status.INVITED, name: 1})
