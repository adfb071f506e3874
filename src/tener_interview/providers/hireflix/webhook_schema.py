"""Finds the operations on webhooks in Hireflix's schema, which is not published but describes itself to a valid key.

Hireflix documents that webhooks can be managed through its API, and what a record holds (`url`, `events`, `active`),
but not the names of the operations. They are looked up (GraphQL, October 2021, section 4 Introspection) and used only
if they need nothing that we would have to guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...lazy_dataclass import dataclass
from ..protocol import Webhook
from . import mapping

Json = Mapping[str, Any]

_CREATING = ("create", "add", "register", "save")
#: Operations on something else of a webhook.
_OTHER_THINGS = ("log", "secret", "key", "test")
_LEAVES = ("SCALAR", "ENUM")


@dataclass(frozen=True)
class ListWebhooksQuery:
    """A query for all webhooks. `path` leads to the list in the data."""

    query: str
    path: tuple[str, ...]

    def read(self, data: Any) -> list[Webhook]:
        """The webhooks in the response's data. Raises Fault."""
        for name in self.path:
            data = mapping.require_object(data, "the webhooks").get(name)
        return mapping.require_list(data, "the webhooks", _webhook)


@dataclass(frozen=True)
class CreateWebhookMutation:
    """A mutation that creates a webhook. `path` leads to its result."""

    query: str
    variables: Mapping[str, Any]
    path: tuple[str, ...]

    def succeeded(self, data: Any) -> bool:
        """Return whether the data hold a result, and not one of the error types that the result may be instead."""
        for name in self.path:
            data = data.get(name) if isinstance(data, dict) else None
        kind = data.get("__typename") if isinstance(data, dict) else None
        return data is not None and data is not False and not (isinstance(kind, str) and kind.endswith("Error"))


class WebhookSchema:
    """A schema as it describes itself, and what can be done with webhooks in it. `described` may have any shape."""

    def __init__(self, described: Any) -> None:
        schema = described if isinstance(described, dict) else {}
        types = schema.get("types")
        self._types: dict[str, Json] = {
            item["name"]: item for item in (types if isinstance(types, list) else [])
            if isinstance(item, dict) and isinstance(item.get("name"), str)
        }
        self._query = _name(schema.get("queryType"))
        self._mutation = _name(schema.get("mutationType"))

    def listing(self) -> ListWebhooksQuery | None:
        """A query for all webhooks; None if there is none that can be asked without guessing."""
        for field in self._fields(self._query):
            if not _is_about_webhooks(field["name"]) or _needs(field):
                continue
            inside = [] if _is_list(field["type"]) else self._fields(_name(_innermost_type(field["type"])))
            for step in (None, *inside):
                holder = field if step is None else step
                if _is_list(holder["type"]) and not _needs(holder) and (chosen := self._fields_to_read(holder)):
                    names = [field["name"], *([step["name"]] if step else [])]
                    fields = _nest_fields(names, "{ " + " ".join(chosen) + " }")
                    return ListWebhooksQuery(f"query Webhooks {fields}", tuple(names))
        return None

    def creation(self, url: str, events: Sequence[str]) -> CreateWebhookMutation | None:
        """A mutation that creates this webhook; None if there is none that can be sent without guessing."""
        for field in self._fields(self._mutation):
            if not _is_about_webhooks(field["name"], also=_CREATING):
                continue
            if _creates(field["name"]) and (creation := self._create(field, (field["name"],), url, events)):
                return creation
            if _needs(field):
                continue
            for step in self._fields(_name(_innermost_type(field["type"]))):
                path = (field["name"], step["name"])
                if _creates(step["name"]) and (creation := self._create(step, path, url, events)):
                    return creation
        return None

    def _create(
        self, field: Json, path: tuple[str, ...], url: str, events: Sequence[str]
    ) -> CreateWebhookMutation | None:
        arguments = _inputs(field.get("args"))
        wrapped = next(
            (item for item in arguments if _innermost_type(item["type"]).get("kind") == "INPUT_OBJECT"), None
        ) if "url" not in {item["name"] for item in arguments} else None
        if wrapped is not None and set(_required_inputs(arguments)) <= {wrapped["name"]}:
            members = _inputs(self._types.get(_name(_innermost_type(wrapped["type"])), {}).get("inputFields"))
            values = self._values(members, url, events)
            if values is None:
                return None
            arguments, values = [wrapped], {wrapped["name"]: values}
        else:
            values = self._values(arguments, url, events)
            if values is None:
                return None
            arguments = [item for item in arguments if item["name"] in values]
        declared = ", ".join(f"${item['name']}: {_type_text(item['type'])}" for item in arguments)
        passed = ", ".join(f"{item['name']}: ${item['name']}" for item in arguments)
        selected = "" if _innermost_type(field["type"]).get("kind") in _LEAVES else " { __typename }"
        inner = _nest_fields(path, selected, arguments=f"({passed})")
        return CreateWebhookMutation(f"mutation CreateWebhook({declared}) {inner}", values, path)

    def _values(self, inputs: Sequence[Json], url: str, events: Sequence[str]) -> dict[str, Any] | None:
        """A value for every input that is needed, and for `events`; None if one is needed that we do not know."""
        by_name = {item["name"]: item for item in inputs}
        values: dict[str, Any] = {"url": url, "active": True}
        if "events" in by_name:
            values["events"] = self._event_names(_innermost_type(by_name["events"]["type"]), events)
        given = {name: value for name, value in values.items() if name in by_name}
        if "url" not in given or None in given.values() or not set(_required_inputs(inputs)) <= set(given):
            return None
        return given

    def _event_names(self, kind: Json, events: Sequence[str]) -> list[str] | None:
        """The events as an enum writes them, or as they are; None if one of them is not in the enum."""
        if kind.get("kind") != "ENUM":
            return list(events)
        values = self._types.get(_name(kind), {}).get("enumValues") or []
        by_letters = {_letters(name): name for item in values if (name := _name(item))}
        names = [by_letters.get(_letters(event)) for event in events]
        return None if None in names else [name for name in names if name is not None]

    def _fields_to_read(self, field: Json) -> list[str]:
        """What to read of the records in a list: nothing if they have no `url`."""
        fields = {
            item["name"]: item for item in self._fields(_name(_innermost_type(field["type"])))
            if _innermost_type(item["type"]).get("kind") in _LEAVES and not _needs(item)
        }
        return [name for name in ("url", "events", "active") if name in fields] if "url" in fields else []

    def _fields(self, type_name: str) -> Iterator[Json]:
        fields = self._types.get(type_name, {}).get("fields")
        for field in fields if isinstance(fields, list) else []:
            if isinstance(field, dict) and _name(field) and isinstance(field.get("type"), dict):
                yield field


def _webhook(value: Any) -> Webhook:
    row = mapping.require_object(value, "a webhook")
    events, active = row.get("events"), row.get("active")
    return Webhook(
        url=mapping.parse_text(row.get("url")) or "",
        events=tuple(filter(None, map(mapping.parse_text, events))) if isinstance(events, list) else None,
        active=active if isinstance(active, bool) else None,
    )


def _is_about_webhooks(name: str, *, also: Sequence[str] = ()) -> bool:
    lower = name.lower()
    rest = lower.replace("webhooks", "").replace("webhook", "")
    return "webhook" in lower and not any(word in rest for word in _OTHER_THINGS) and (
        not rest or rest in ("list", "get", "all", "my") or rest in also
    )


def _creates(name: str) -> bool:
    return name.lower().startswith(_CREATING)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


def _name(item: Any) -> str:
    """The name of something described, if it can stand in a query."""
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) and re.fullmatch(r"[_A-Za-z][_0-9A-Za-z]*", name) else ""


def _inputs(items: Any) -> list[Json]:
    return [
        item for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict) and _name(item) and isinstance(item.get("type"), dict)
    ]


def _required_inputs(inputs: Sequence[Json]) -> list[str]:
    return [
        item["name"] for item in inputs
        if item["type"].get("kind") == "NON_NULL" and item.get("defaultValue") is None
    ]


def _needs(field: Json) -> bool:
    """Return whether a field cannot be asked for without arguments."""
    return bool(_required_inputs(_inputs(field.get("args"))))


def _innermost_type(kind: Any) -> Json:
    """The type inside lists and non-null marks."""
    while isinstance(kind, dict) and isinstance(kind.get("ofType"), dict):
        kind = kind["ofType"]
    return kind if isinstance(kind, dict) else {}


def _is_list(kind: Any) -> bool:
    while isinstance(kind, dict):
        if kind.get("kind") == "LIST":
            return True
        kind = kind.get("ofType")
    return False


def _type_text(kind: Json) -> str:
    """A type as it is written for a variable."""
    if kind.get("kind") == "NON_NULL":
        return f"{_type_text(kind['ofType'])}!"
    return f"[{_type_text(kind['ofType'])}]" if kind.get("kind") == "LIST" else _name(kind)


def _nest_fields(names: Sequence[str], innermost: str, *, arguments: str = "") -> str:
    """Fields inside each other; the last one has the arguments, and what is selected of it."""
    text = f"{{ {names[-1]}{arguments}{innermost} }}"
    for name in reversed(names[:-1]):
        text = f"{{ {name} {text} }}"
    return text
