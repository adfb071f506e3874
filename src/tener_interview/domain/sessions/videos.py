"""Videos of answers: their addresses are signed and short-lived, so each is read again when somebody watches it."""

from __future__ import annotations

from urllib.parse import urlsplit

from ...errors import Problem
from ...regex import regex
from ...store.session import Session
from ..service import Service
from .status import FINISHED

_HOST = regex(r"[A-Za-z0-9.-]+")


def read_video_url(service: Service, session: Session, question_id: str) -> str | None:
    """Return a fresh address of the video of an answer; None if there is no video.

    It is read from the provider, stored nowhere and written to no log. Raises what the provider answers instead.
    """
    if session.invitation_id is None or session.status not in FINISHED:
        return None
    interview = service.provider.read([session.invitation_id])[session.invitation_id]
    if isinstance(interview, Problem):
        raise interview
    answers = interview.answers if interview else ()
    return next((answer.video_url for answer in answers if answer.question_id == question_id), None)


def video_origins(session: Session) -> list[str]:
    """Return where the videos of an interview are: scheme, host and port, without the paths and signatures."""
    return sorted({origin for url in session.video_urls.values() if (origin := _origin_of(url))})


def _origin_of(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return None
    return f"{parts.scheme}://{host}:{port}" if port else f"{parts.scheme}://{host}"
