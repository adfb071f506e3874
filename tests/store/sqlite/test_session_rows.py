"""Rows become sessions and back: values stored as numbers and JSON are typed everywhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest

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


def test_statuses_and_link_are_typed() -> None:
    read = session()
    assert (read.status, read.shown_status, read.listed_as) == (Status.INVITED, Status.EXPIRED, Status.CREATED)
    assert read.link == InterviewLink(serial=3, expires_at=20, signed_expires_at=10)


@pytest.mark.parametrize("name", ["is_current", "urgent", "awaiting_transcription", "start_unanswered"])
def test_flags_stored_as_numbers_are_booleans(name: str) -> None:
    assert [getattr(session(**{name: stored}), name) for stored in (0, 1)] == [False, True]
    assert write_columns({name: True}) == {name: 1}


@pytest.mark.parametrize("flags", [None, (), ("short_answer",), ("near_duplicate", "off_topic", "word_order")])
def test_flags_are_read_as_they_were_written(flags: tuple[str, ...] | None) -> None:
    stored = write_columns({"flags": flags})["flags"]
    assert stored == (None if flags is None else json.dumps(list(flags)))
    assert session(flags=stored).flags == flags


@pytest.mark.parametrize("urls", [{}, {"q1": "https://videos.example/1?a=b&c=“d”"}, {"q2": "x", "q1": "y"}])
def test_videos_are_read_as_they_were_written(urls: dict[str, str]) -> None:
    stored = write_columns({"video_urls": urls})["video_urls"]
    assert stored == json.dumps(urls)
    assert session(video_urls=stored).video_urls == urls
    assert session(video_urls=None).video_urls == {}


@pytest.mark.parametrize(("error", "read"), [
    (None, None),
    (SessionError("STORE_UNAVAILABLE", "Try again.", 5), SessionError("STORE_UNAVAILABLE", "Try again.", 5)),
    (SessionError("INTERNAL_ERROR", "", None), SessionError("INTERNAL_ERROR", "", None)),
])
def test_an_error_is_kept_in_three_columns(error: SessionError | None, read: SessionError | None) -> None:
    columns = write_columns({"last_error": error})
    assert set(columns) == {"last_error_code", "last_error_message", "last_error_at"}
    assert session(**columns).last_error == read


@pytest.mark.parametrize("name", ["link", "no_such_column", "status; DROP TABLE interview_sessions"])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match="has no column"):
        write_columns({"status": Status.INVITED, name: 1})
