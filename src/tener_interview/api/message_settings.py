"""The templates of messages, and which messages a job sends automatically."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, TypedDict

from ..actor import ActorKind
from ..domain.messages.composing import preview
from ..domain.messages.queueing import company_of
from ..domain.messages.reminders import change_rules
from ..domain.messages.templates import (
    MAX_COMPANY_CHARS,
    MAX_SUBJECT_CHARS,
    MAX_TEXT_CHARS,
    MESSAGE_LANGUAGES,
    PLACEHOLDERS,
    TemplateText,
    all_template_texts,
    change_template,
    find_template_text,
    refuse_invalid_template,
    remove_template,
)
from ..domain.messages.user_mail import queue_test_mail
from ..domain.service import Service
from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..store.message_records import KINDS, MessageRules
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.schema import Example
from ..web.shape import Boolean, Integer, OneOf, StrictShape, Text, optional, read, required
from .message_texts import Kind, Language


@dataclass(frozen=True)
class MessageRulesBody(StrictShape):
    send_invitations: bool | None = optional(Boolean(), description="without it, the setting stays as it is")
    send_reminders: bool | None = optional(Boolean())
    send_thanks: bool | None = optional(Boolean())
    remind_after_days: int | None = optional(Integer(1, 60))
    remind_before_end_hours: int | None = optional(Integer(0, 240))
    most_reminders: int | None = optional(Integer(0, 10))
    language: str | None = optional(OneOf(MESSAGE_LANGUAGES))


class MessageRulesJson(TypedDict):
    """Which messages a job sends automatically: none by default."""

    job_id: int
    send_invitations: Annotated[bool, "Send the link as soon as a candidate has one."]
    send_reminders: bool
    send_thanks: Annotated[bool, "Thank for a finished interview."]
    remind_after_days: Annotated[int, "Days after the invitation, or after the last reminder.", Example(2)]
    remind_before_end_hours: Annotated[int, "Hours before the link expires; 0: no such reminder.", Example(24)]
    most_reminders: Annotated[int, "At most so many to one candidate, that before the end included.", Example(2)]
    language: Annotated[str, OneOf(MESSAGE_LANGUAGES), "For candidates whose language is not known.", Example("en")]
    can_send: Annotated[bool, "Whether the service sends e-mail; otherwise the rules say whom to remind by hand."]
    signed_by: Annotated[str | None, "The hiring company, with whose name messages end, if it is known."]


@dataclass(frozen=True)
class TemplatesQuery:
    company: str = optional(Text(MAX_COMPANY_CHARS), "", "default: the templates for all companies")


@dataclass(frozen=True)
class TemplateBody:
    subject: str = required(Text(MAX_SUBJECT_CHARS, min_chars=1))
    text: str = required(Text(MAX_TEXT_CHARS, min_chars=1, lines=True))
    company: str = optional(Text(MAX_COMPANY_CHARS), "", "only for this company; default: for all")


@dataclass(frozen=True)
class PreviewBody:
    kind: str = required(OneOf(KINDS))
    language: str = required(OneOf(MESSAGE_LANGUAGES))
    subject: str = required(Text(MAX_SUBJECT_CHARS, min_chars=1))
    text: str = required(Text(MAX_TEXT_CHARS, min_chars=1, lines=True))
    company: str = optional(Text(MAX_COMPANY_CHARS), "")


@dataclass(frozen=True)
class TestBody:
    kind: str = required(OneOf(KINDS))
    language: str = required(OneOf(MESSAGE_LANGUAGES))
    subject: str | None = optional(Text(MAX_SUBJECT_CHARS, min_chars=1), description="default: that of the template")
    text: str | None = optional(
        Text(MAX_TEXT_CHARS, min_chars=1, lines=True), description="default: that of the template"
    )
    company: str = optional(Text(MAX_COMPANY_CHARS), "")


@dataclass(frozen=True)
class _TemplatePath:
    kind: str = required(OneOf(KINDS))
    language: str = required(OneOf(MESSAGE_LANGUAGES))


class TemplateJson(TypedDict):
    """The template of a kind of message in a language, with placeholders."""

    kind: Kind
    language: Language
    subject: Annotated[str, Example("Reminder: your video interview for {job}")]
    text: Annotated[str, Example("Hello {name},\n\nyour link: {link}")]
    origin: Annotated[
        str, OneOf(("company", "all", "service")),
        "The company's own template, the one for all companies, or the service's default.",
        Example("service"),
    ]


class TemplatesJson(TypedDict):
    """The templates of every kind of message in every language."""

    company: Annotated[str, Example("")]
    companies: Annotated[list[str], "Companies with templates of their own, and the one of the settings.",
                         Example(["Acme"])]
    placeholders: Annotated[dict[str, str], "What is filled in -> what that is.", Example({"link": "the link"})]
    items: list[TemplateJson]


class PreviewJson(TypedDict):
    """A message to a made-up candidate."""

    subject: Annotated[str, Example("Reminder: your video interview for the role “Backend engineer”")]
    text: Annotated[str, Example("Hello Jane,\n\nyour link: https://interviews.example.com/i/…")]
    html: Annotated[str, "The same as HTML, as mail programs show it.", Example("<p>Hello Jane,</p>")]


class TestJson(TypedDict):
    """Where the test goes."""

    address: Annotated[str, "Your own address.", Example("rita.recruiter@example.com")]


@contract()
def get_rules(service: Service, request: Request) -> Json[MessageRulesJson]:
    """GET /api/jobs/{job_id}/message-rules"""
    job_id = request.integer("job_id")
    with service.store.read() as tx:
        rules = tx.message_rules.get(job_id)
    return json_response(_rules_json(service, job_id, rules))


@contract(body=MessageRulesBody)
def patch_rules(service: Service, request: Request) -> Json[MessageRulesJson]:
    """PATCH /api/jobs/{job_id}/message-rules

    Only the rules in the body change. Reminders are sent between 8 and 21 o'clock where the candidate is.
    """
    job_id = request.integer("job_id")
    body = read(MessageRulesBody, request.json)
    changes = {field.name: value for field in fields(body) if (value := getattr(body, field.name)) is not None}
    return json_response(_rules_json(service, job_id, change_rules(service, job_id, changes)))


@contract(query=TemplatesQuery)
def list_templates(service: Service, request: Request) -> Json[TemplatesJson]:
    """GET /api/message-templates"""
    company = read(TemplatesQuery, request.query).company
    with service.store.read() as tx:
        template, companies = all_template_texts(tx, company), set(tx.message_templates.companies())
    if service.mail.company_name:
        companies.add(service.mail.company_name)
    return json_response({
        "company": company, "companies": sorted(companies), "placeholders": dict(PLACEHOLDERS),
        "items": [_template_json(kind, language, item) for (kind, language), item in template.items()],
    })


@contract(body=TemplateBody)
def put_template(service: Service, request: Request) -> Json[TemplateJson]:
    """PUT /api/message-templates/{kind}/{language}

    Queued messages keep their text.
    """
    body = read(TemplateBody, request.json)
    kind, language = _kind_and_language(request)
    template = change_template(service, kind, language, body.company, body.subject, body.text)
    return json_response(_template_json(kind, language, template))


@contract(query=TemplatesQuery)
def delete_template(service: Service, request: Request) -> Json[TemplateJson]:
    """DELETE /api/message-templates/{kind}/{language}

    The template for all companies applies again, or the service's default.
    """
    company = read(TemplatesQuery, request.query).company
    kind, language = _kind_and_language(request)
    return json_response(_template_json(kind, language, remove_template(service, kind, language, company)))


@contract(body=PreviewBody)
def preview_template(service: Service, request: Request) -> Json[PreviewJson]:
    """POST /api/message-templates/preview

    Fills a template for a made-up candidate. Stores nothing.
    """
    body = read(PreviewBody, request.json)
    refuse_invalid_template(body.kind, body.subject, body.text)
    with service.store.read() as tx:
        company = body.company or company_of(tx, service.mail, 0)
    message, html = preview(service, TemplateText(body.language, body.subject, body.text), company)
    return json_response({"subject": message.subject, "text": message.text, "html": html})


@contract(body=TestBody, raises=("MAIL_NOT_SET_UP", "MESSAGE_NOT_POSSIBLE"))
def send_test_message(service: Service, request: Request) -> Json[TestJson]:
    """POST /api/message-templates/test

    Sends a template, or another text, to whoever is signed in, filled for a made-up candidate. It counts for the
    limit of the day.
    """
    body = read(TestBody, request.json)
    user_id = request.actor.id if request.actor.kind is ActorKind.USER else None
    if user_id is None:
        raise Problem(
            "MESSAGE_NOT_POSSIBLE", "Only a user has an address. Sign in with an e-mail address and a password."
        )
    with service.store.read() as tx:
        company = body.company or company_of(tx, service.mail, 0)
        template = find_template_text(tx, body.kind, body.language, company)
    subject, text = body.subject or template.subject, body.text or template.text
    refuse_invalid_template(body.kind, subject, text)
    address = queue_test_mail(service, user_id, TemplateText(body.language, subject, text), company)
    return json_response({"address": address})


def _kind_and_language(request: Request) -> tuple[str, str]:
    """The path's parameters. Raises `VALIDATION_FAILED`."""
    path = read(_TemplatePath, request.params)
    return path.kind, path.language


def _template_json(kind: str, language: str, template: TemplateText) -> TemplateJson:
    return {
        "kind": kind, "language": language, "subject": template.subject, "text": template.text,
        "origin": template.origin,
    }


def _rules_json(service: Service, job_id: int, rules: MessageRules) -> MessageRulesJson:
    with service.store.read() as tx:
        company = company_of(tx, service.mail, job_id)
    return {
        "job_id": job_id, "send_invitations": rules.send_invitations, "send_reminders": rules.send_reminders,
        "send_thanks": rules.send_thanks, "remind_after_days": rules.remind_after_days,
        "remind_before_end_hours": rules.remind_before_end_hours, "most_reminders": rules.most_reminders,
        "language": rules.language, "can_send": service.mail.can_send,
        "signed_by": company or None,
    }
