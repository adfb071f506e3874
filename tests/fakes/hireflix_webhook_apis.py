"""The forms that Hireflix's operations on webhooks may have. They exist, but their names are not published: it is known
that a record has `url`, `events`, `active` and `external`, and that only the `url` has to be given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fakes.hireflix_account import Account

_RECORD = "type WebhookType { id: String!  url: String!  events: [String!]  active: Boolean  external: String }\n"

#: By name: what is added to the schema.
WEBHOOK_APIS: Mapping[str, str] = {
    "flat": _RECORD + """
extend type Query { webhooks: [WebhookType!]!  webhookLogs(id: String!): [WebhookType!]!  webhookSecret: String }
extend type Mutation { createWebhook(url: String!, events: [String!], external: String): WebhookType! }
""",
    "input": """
enum WebhookEvent { INTERVIEW_CREATE INTERVIEW_FINISH INTERVIEW_STATUS_CHANGE INTERVIEW_DELETE INTERVIEW_SCORE_UPDATED }
type WebhookRecord { id: String!  url: String!  events: [WebhookEvent!]  active: Boolean }
type WebhookList { results: [WebhookRecord!]!  total: Int }
input NewWebhook { url: String!  events: [WebhookEvent!]!  active: Boolean! = true  external: String }
union NewWebhookResult = WebhookRecord | ValidationError
extend type Query { listWebhooks(limit: Int = 50): WebhookList! }
extend type Mutation { addWebhook(input: NewWebhook!): NewWebhookResult! }
""",
    "namespaced": _RECORD + """
type WebhookMutation { save(url: String!, events: [String!], active: Boolean): WebhookType!  delete: Boolean }
extend type Query { webhooks(active: Boolean): [WebhookType!] }
extend type Mutation { Webhook(id: String): WebhookMutation }
""",
    #: What has to be given besides the URL is not known.
    "unknown_input": _RECORD + """
extend type Query { webhooks: [WebhookType!]! }
extend type Mutation { createWebhook(url: String!, signingPolicy: String!): WebhookType! }
""",
    #: Events that we do not know by these names.
    "other_events": """
enum Topic { DONE GONE }
type Hook { url: String!  events: [Topic!] }
extend type Query { webhooks: [Hook!]! }
extend type Mutation { createWebhook(url: String!, events: [Topic!]!): Hook! }
""",
    #: A list that cannot be asked for without an argument.
    "closed_list": _RECORD + """
extend type Query { webhooks(owner: String!): [WebhookType!]! }
extend type Mutation { deleteWebhook(id: String!): Boolean! }
""",
}


def webhook_root(account: Account) -> dict[str, Callable[..., Any]]:
    """Return the root fields of all forms, by name."""

    def created(_info: Any, **given: Any) -> dict[str, Any]:
        if not str(given["url"]).startswith("https://"):
            return {"__typename": "ValidationError", "code": 400, "name": "ValidationError", "message": "url"}
        return {"__typename": "WebhookRecord", **account.create_webhook(**given)}

    return {
        "webhooks": lambda _info, **_arguments: account.webhooks,
        "listWebhooks": lambda _info, **_arguments: {"results": account.webhooks, "total": len(account.webhooks)},
        "createWebhook": created,
        "addWebhook": lambda _info, input: created(_info, **input),  # noqa: A006
        "Webhook": lambda _info, **_arguments: {"save": created},
    }
