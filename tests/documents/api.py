"""The API for a person who writes a client, made of the same description as OpenAPI's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from documents.fields import Objects
from documents.table import table
from tener_interview.__main__ import ROUTES
from tener_interview.api import openapi
from tener_interview.errors import CODES
from tener_interview.web.contract import contract_of
from tener_interview.web.openapi import COMMON_CODES
from tener_interview.web.router import Access, Route

JSON = "application/json"

#: Headings, and the files of handlers whose routes stand under them. A file that is not here has its own heading.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "Interviews": ("start", "sessions", "refresh", "scorecard", "interview_links"),
    "The interview step": ("steps",),
    "Ranking and comparing": ("leaderboard", "comparison", "funnel", "rescore"),
    "Reviews": ("reviews", "videos", "overrides"),
    "A second opinion": ("opinions",),
    "Checking the results": ("agreement", "fairness"),
    "Decisions": ("decisions", "decision_reasons"),
    "Sharing a shortlist": ("shares", "recommendations"),
    "Jobs and candidates": ("jobs", "job_settings", "candidates", "candidate_search", "candidate_lists"),
    "The interview plan": ("plans", "question_library", "model_answers"),
    "Positions": ("positions",),
    "Messages to candidates": ("messages", "message_settings", "opt_out"),
    "Users and roles": ("users",),
    "The account and tokens": ("account", "api_tokens"),
    "Today and notifications": ("notifications", "digests"),
    "Webhooks": ("webhooks",),
    "Events for other systems": ("endpoints",),
    "Consent and the rights of candidates": ("consents", "consent_form", "explanation", "data_sheet"),
    "The audit log": ("audit",),
    "The service itself": ("service_info", "health", "prometheus", "openapi"),
}
WHO = {
    Access.PUBLIC: "Anybody; what is secret is in the address.",
    Access.ADMIN: "An admin.",
    Access.RECRUITER: "",
    Access.REVIEWER: "A reviewer of the job, a recruiter and an admin.",
    Access.MAIN_SYSTEM: "The main system with the client key, and a recruiter.",
    Access.SIGNED: "Hireflix, by its signature over the body in `X-Hireflix-Signature`.",
}


def routes() -> str:
    """Every route in a line, with the place where it is described."""
    rows = [
        (route.method, f"[`{route.pattern}`](#{_anchor(_name(route))})", route.summary)
        for _, grouped in _grouped() for route in grouped
    ]
    return table(("method", "path", "what it does"), rows)


def common_errors() -> str:
    """The codes that any request may be refused with."""
    return _errors(code for code in CODES if code in _common())


def own_errors() -> str:
    """The codes that only some routes respond with."""
    return _errors(code for code in CODES if code not in _common())


def reference() -> str:
    """Every route with what it takes and returns."""
    parts = []
    for heading, grouped in _grouped():
        parts += [f"## {heading}", *("\n\n".join(_described(route)) for route in grouped)]
    return "\n\n".join(parts)


def objects() -> str:
    """Objects that occur in more than one place."""
    return "\n\n".join("\n\n".join((f"### {name}", *_objects().described(name))) for name in _objects().shared)


@cache
def _document() -> dict[str, Any]:
    return openapi.describe_api(ROUTES)


@cache
def _objects() -> Objects:
    described = json.dumps(_document())
    schemas: dict[str, Any] = _document()["components"]["schemas"]
    used = Counter({name: described.count(f'"#/components/schemas/{name}"') for name in schemas})
    # A route that returns the same with 200 and 201 names it twice.
    for operation in _operations():
        responses = map(_content, operation["responses"].values())
        returned = [response.get("schema", {}).get("$ref", "") for response in responses]
        for schema, times in Counter(returned).items():
            used[schema.rpartition("/")[2]] -= times - 1
    shared = [name for name in sorted(schemas) if used[name] > 1 and schemas[name]["properties"]]
    return Objects(schemas, [name for name in shared if name != "Error"])


def _bodies() -> Objects:
    return replace(_objects(), asked=True)


def _operations() -> Iterator[dict[str, Any]]:
    for methods in _document()["paths"].values():
        yield from methods.values()


@cache
def _common() -> frozenset[str]:
    """What all routes may say, and what none says because there is no route or no such method."""
    own = {code for route in ROUTES for code in _raises(route)}
    return COMMON_CODES | (set(CODES) - own)


def _grouped() -> Iterable[tuple[str, Sequence[Route]]]:
    by_file: dict[str, list[Route]] = {}
    for route in ROUTES:
        if contract_of(route.handler):
            by_file.setdefault(route.handler.__module__.rpartition(".")[2], []).append(route)
    for heading, files in GROUPS.items():
        yield heading, [route for file in files for route in by_file.pop(file)]
    if by_file:
        raise ValueError(f"add to GROUPS in tests/documents/api.py: {', '.join(by_file)}")


def _described(route: Route) -> Iterator[str]:
    operation = _document()["paths"][route.pattern][route.method.lower()]
    yield f"### {_name(route)}"
    yield " ".join([_sentence(route.summary), *operation.get("description", "").split()])
    if WHO[route.access]:
        yield f"*Who:* {WHO[route.access]}"
    in_query = [parameter for parameter in operation["parameters"] if parameter["in"] == "query"]
    rows = [row for parameter in in_query for row in _bodies().parameter(parameter)]
    if rows:
        yield table(("in the query", "", ""), rows)
    if "requestBody" in operation:
        yield from _body(operation["requestBody"])
    yield from _responses(operation["responses"])
    own = [f"`{code}`" for code in sorted(set(_raises(route)) - _common(), key=list(CODES).index)]
    if own:
        yield f"*Errors of its own:* {', '.join(own)}."


def _body(body: Mapping[str, Any]) -> Iterator[str]:
    content = _content(body)
    rows = _bodies().rows(content["schema"])
    if not rows:
        yield "*Body:* none, or `{}`."
        return
    yield table(("in the body", "", ""), rows)
    yield f"```json\n{json.dumps(content['example'], ensure_ascii=False)}\n```"


def _responses(responses: Mapping[str, Any]) -> Iterator[str]:
    good = {
        status: response for status, response in responses.items()
        if "$ref" not in response and status not in _BROWSERS
    }
    statuses = ", ".join(f"`{status}`" for status in good)
    response = next(iter(good.values()))
    content = _content(response)
    others = " ".join(f"`{media}`" for media in response.get("content", {}) if media != JSON)
    if not content:
        yield f"*Response:* {statuses}{f', {others}' if others else ''}."
        return
    said = f"*Response:* {statuses}{f', also as {others}' if others else ''}"
    linked = _objects().link(content["schema"])
    yield f"{said}: {linked}." if linked else f"{said}. {_objects().meaning(content['schema'])}".strip()
    rows = [] if linked else _objects().rows(content["schema"])
    if rows:
        yield table(("in the response", "", ""), rows)
    if content["example"]:
        shown = json.dumps(content["example"], ensure_ascii=False, indent=2)
        yield f"<details><summary>Example</summary>\n\n```json\n{shown}\n```\n\n</details>"


#: What only a browser gets; said once, for all.
_BROWSERS = ("303", "304")


def _content(said: Mapping[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = said.get("content", {}).get(JSON, {})
    return content


def _raises(route: Route) -> tuple[str, ...]:
    declared = contract_of(route.handler)
    return declared.raises if declared else ()


def _errors(codes: Iterable[str]) -> str:
    by_status = sorted((CODES[code][0], code, CODES[code][1]) for code in codes)
    return table(("status", "code", "meaning"), [(str(status), f"`{code}`", said) for status, code, said in by_status])


def _name(route: Route) -> str:
    return f"{route.method} {route.pattern}"


def _anchor(heading: str) -> str:
    """As Markdown's readers make it: lower case, words joined, nothing else."""
    return "".join(item for item in heading.lower().replace(" ", "-") if item.isalnum() or item in "-_")


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
