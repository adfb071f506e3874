"""The notices that candidates of a job read and agree to before the interview, by language and version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ...actor import acting
from ...errors import Problem
from ...languages.tags import choose_language, primary
from ...lazy_dataclass import dataclass
from ...regex import regex
from ...store.audit_chain import FreeText
from ...store.consent_records import Notice
from ...store.ports import Transaction
from ..service import Service

_DEFAULTS = Path(__file__).with_name("default_notices.json")
#: The languages that a notice can be written in: those of the candidates' pages.
NOTICE_LANGUAGES = ("en", "de", "es", "fr", "pt", "ru", "nl", "hi", "zh")
MAX_NOTICE_CHARS = 8_000
#: The standard texts are version 0 of every job's notice.
DEFAULT_VERSION = 0
#: `{company}` and `{contact}`; notices that were written earlier may have `$company`, `${company}` and `$$` for `$`.
_PLACEHOLDER = regex(
    r"\{(company|contact)\}|\$(?:(company|contact)(?![A-Za-z0-9_])|\{(company|contact)\}|(\$))"
)


@dataclass(frozen=True)
class NoticeText:
    """A notice as one candidate sees it."""

    version: int
    language: str
    text: str

    @property
    def text_hash(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@cache
def default_texts() -> Mapping[str, str]:
    """The standard texts, by language."""
    texts: dict[str, str] = json.loads(_DEFAULTS.read_text("utf-8"))
    return texts


def find_notice(tx: Transaction, job_id: int) -> Notice:
    """The notice of a job that is valid now."""
    return tx.notices.latest(job_id) or Notice(job_id, DEFAULT_VERSION, default_texts(), 0)


def choose_text(
    notice: Notice, language: str | None, accept_language: str | None, *, company: str, contact: str
) -> NoticeText:
    """The notice in the language of the session, else of the browser, else in English, else in any that there is."""
    tag = primary(choose_language(notice.texts, language, accept_language))
    tag = tag if tag in notice.texts else next(iter(notice.texts))
    return NoticeText(notice.version, tag, fill(notice.texts[tag], company=company, contact=contact))


def fill(text: str, *, company: str, contact: str) -> str:
    """Fill in a notice. Whatever else looks like a placeholder stays, as a dollar sign of a recruiter's own does."""
    values = {"company": company, "contact": contact, "$": "$"}
    return _PLACEHOLDER.sub(lambda found: values[str(found[found.lastindex or 0])], text)


def change_notice(service: Service, job_id: int, texts: Mapping[str, str]) -> Notice:
    """Make these texts the notice from now on. The same texts keep their version.

    Who agreed to an earlier version has agreed. Raises `VALIDATION_FAILED` without any text, and `STORE_UNAVAILABLE`
    if somebody else changes it at the same moment.
    """
    written = {language: text.strip() for language, text in texts.items() if text.strip()}
    if not written:
        fault = "must have a text in at least one language"
        raise Problem("VALIDATION_FAILED", f"The notice {fault}.", {"fields": {"texts": fault}})
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        current = find_notice(tx, job_id)
        if dict(current.texts) == written:
            return current
        version = tx.notices.add(job_id, written, now_ms)
        if version is None:
            raise Problem("STORE_UNAVAILABLE", "Somebody else changed the notice at the same moment. Try again.")
        hidden = {language: FreeText(text) for language, text in written.items()}
        tx.audit.append(
            acting.get(), "notice.changed", "job", job_id, at_ms=now_ms, job_id=job_id,
            details={"version": version, "texts": hidden},
        )
        return Notice(job_id, version, written, now_ms)
