"""Values of the candidates' rights: notices, consents, and correction notes. No SQL here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Notice(NamedTuple):
    """A version of what the candidates of a job agree to, by language. Version 0 is the text that comes with the
    service."""

    job_id: int
    version: int
    texts: Mapping[str, str]
    published_at: int


class Consent(NamedTuple):
    """Whether a candidate agreed, to which version of the notice, and how that became known: `link` if the candidate
    said so on the page of the interview link, `recruiter` if a recruiter recorded it."""

    session_id: str
    given: bool
    how: str
    at: int
    notice_version: int | None
    language: str | None
    #: SHA-256 of the text that the candidate saw.
    text_hash: str | None
    #: Where it was given, in a recruiter's words.
    note: str | None


class CorrectionNote(NamedTuple):
    """What a candidate has to say about a score; it is shown beside the score."""

    note_id: str
    session_id: str
    text: str
    added_at: int
