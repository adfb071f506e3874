"""Templates of messages to candidates, by kind, language and company. Placeholders are filled when a message is sent.

A company's own template comes first, then the one for all companies, then the service's default; each in the
candidate's language, else in English.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ...actor import acting
from ...errors import Problem
from ...languages.tags import primary
from ...lazy_dataclass import dataclass
from ...regex import regex
from ...store.audit_chain import FreeText
from ...store.message_records import KINDS, THANKS, MessageTemplate
from ...store.ports import Transaction
from ..service import Service

_DEFAULTS = Path(__file__).with_name("default_templates.json")
MESSAGE_LANGUAGES = ("en", "de", "es", "fr", "pt", "ru", "nl", "hi", "zh")
MAX_COMPANY_CHARS, MAX_SUBJECT_CHARS, MAX_TEXT_CHARS = 200, 150, 5_000

#: Placeholder -> its meaning.
PLACEHOLDERS: Mapping[str, str] = {
    "name": "the candidate's first name; left out with the comma before it if it is not known",
    "job": "the job, in words of the language: the role “Data Engineer”",
    "company": "the company; a line that has nothing else is left out if it is not known",
    "link": "the candidate's personal link",
    "until": "when the link expires, in the candidate's time zone if it is known",
    "contact": "whom candidates can ask",
    "opt_out": "the link that ends all messages; if the text has none, a sentence with it follows at the end",
}
_PLACEHOLDER = regex(r"\{([^{}\n]*)\}")
#: A greeting without a name, with whatever stands before it.
_GREETED_NAME = regex(r",? \{name\}")


@dataclass(frozen=True)
class TemplateText:
    """A subject and a text with placeholders. `origin`: `company`, `all` companies, or the `service`'s default."""

    language: str
    subject: str
    text: str
    origin: str = "service"


@dataclass(frozen=True)
class MessageText:
    """A message with filled placeholders."""

    subject: str
    text: str


@cache
def default_template_texts() -> Mapping[str, Mapping[str, Any]]:
    """The service's default texts, by language."""
    texts: dict[str, dict[str, Any]] = json.loads(_DEFAULTS.read_text("utf-8"))
    return texts


def default_template(kind: str, language: str) -> TemplateText:
    return TemplateText(language, **default_template_texts()[language][kind])


def find_template_text(tx: Transaction, kind: str, language: str | None, company: str) -> TemplateText:
    """The template for a candidate."""
    return choose_template_text(tx.message_templates.of_company(company), kind, language, company)


def choose_template_text(
    templates: list[MessageTemplate], kind: str, language: str | None, company: str
) -> TemplateText:
    """The template for a candidate, from templates that are already read."""
    own = {(template.company, template.language): template for template in templates if template.kind == kind}
    tag = primary(language)
    for candidate_language in (tag, "en"):
        for owner, origin in ((company, "company"), ("", "all")):
            if owner == "" and origin == "company":
                continue
            if template := own.get((owner, candidate_language)):
                return TemplateText(candidate_language, template.subject, template.text, origin)
        if candidate_language in MESSAGE_LANGUAGES:
            return default_template(kind, candidate_language)
    raise LookupError(kind)


def fill(template: TemplateText, values: Mapping[str, str], *, title: str | None, by_hand: bool = False) -> MessageText:
    """Fill a template. `values` lack `job`, which is made from the job's title.

    Messages from the service end with the opt-out link. Those that a person sends `by_hand` do not: the candidate can
    answer that person.
    """
    own = default_template_texts()[template.language if template.language in MESSAGE_LANGUAGES else "en"]
    job = str(own["job"]).replace("{}", title) if title else str(own["no_job"])
    all_values = {**values, "job": job}
    text = template.text if by_hand or "{opt_out}" in template.text else f"{template.text}\n\n--\n{own['opt_out']}"
    return MessageText(_fill(template.subject, all_values), _fill(text, all_values))


def _fill(text: str, values: Mapping[str, str]) -> str:
    if not values.get("name"):
        text = _GREETED_NAME.sub("", text)
    lines = []
    for line in text.splitlines():
        match = _PLACEHOLDER.fullmatch(line.strip())
        if match and not values.get(match[1]):
            continue
        # A value is never filled again: a name may look like a placeholder.
        lines.append(_PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), line))
    return "\n".join(lines).strip()


def template_errors(kind: str, subject: str, text: str) -> dict[str, str]:
    """The errors of a template, by field: unknown placeholders, and a missing link."""
    faults: dict[str, str] = {}
    for name, value in (("subject", subject), ("text", text)):
        unknown = [found for found in _PLACEHOLDER.findall(value) if found not in PLACEHOLDERS]
        if unknown:
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            faults[name] = f"must not have {{{unknown[0][:40]}}}: the placeholders are {known}"
        elif name == "subject" and re.search(r"\{(link|opt_out)\}", value):
            faults[name] = "must not have a link"
    if "text" not in faults and kind != THANKS and "{link}" not in text:
        faults["text"] = "must have {link}, the candidate's personal link"
    return faults


def refuse_invalid_template(kind: str, subject: str, text: str, *, within: str = "") -> None:
    """Raise `VALIDATION_FAILED` for an invalid template."""
    faults = {f"{within}{name}": fault for name, fault in template_errors(kind, subject, text).items()}
    if faults:
        sentences = "; ".join(f"{name} {fault}" for name, fault in faults.items())
        raise Problem("VALIDATION_FAILED", f"The template is not valid: {sentences}.", {"fields": faults})


def change_template(service: Service, kind: str, language: str, company: str, subject: str, text: str) -> TemplateText:
    """Store the template of a kind of message. Raises `VALIDATION_FAILED`."""
    refuse_invalid_template(kind, subject, text)
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        tx.message_templates.put(MessageTemplate(company, kind, language, subject, text, now_ms))
        _record(tx, now_ms, kind, language, company, {"subject": FreeText(subject), "text": FreeText(text)})
    return TemplateText(language, subject, text, "company" if company else "all")


def remove_template(service: Service, kind: str, language: str, company: str) -> TemplateText:
    """Remove a template; the one for all companies, or the service's default, applies again."""
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        if tx.message_templates.remove(company, kind, language):
            _record(tx, now_ms, kind, language, company, {"removed": True})
        return find_template_text(tx, kind, language, company)


def _record(
    tx: Transaction, now_ms: int, kind: str, language: str, company: str, details: Mapping[str, object]
) -> None:
    about = {"kind": kind, "language": language, "company": FreeText(company), **details}
    tx.audit.append(acting.get(), "template.changed", "template", f"{kind}/{language}", at_ms=now_ms, details=about)


def all_template_texts(tx: Transaction, company: str) -> dict[tuple[str, str], TemplateText]:
    """A company's template of every kind in every language."""
    templates = tx.message_templates.of_company(company)
    return {
        (kind, language): choose_template_text(templates, kind, language, company)
        for kind in KINDS for language in MESSAGE_LANGUAGES
    }
