"""Messages of the Model Context Protocol over HTTP: right ones of each revision, and wrong ones."""

from __future__ import annotations

import base64
import json
from typing import Any

from fakes.assistant import META, MODERN, Assistant, api_token
from fakes.client import Client
from fakes.front_door import ADMIN_TOKEN, CLIENT_KEY, MakeApp, refused
from fakes.users import add_user
from tener_interview.actor import Role
from tener_interview.mcp.server import MAX_BATCH

HEADER_MISMATCH, UNSUPPORTED = -32020, -32022


def test_a_client_of_the_current_revision_needs_no_handshake(make_app: MakeApp) -> None:
    assistant = Assistant(make_app())
    found = assistant.request("server/discover").json["result"]
    assert found["supportedVersions"][0] == MODERN
    assert found["capabilities"] == {"tools": {"listChanged": False}}
    assert found["resultType"] == "complete"
    assert found["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "tener-interview"
    listed = assistant.request("tools/list").json["result"]
    assert (listed["cacheScope"], listed["resultType"]) == ("private", "complete"), "the list depends on the role"
    assert listed["ttlMs"] > 0
    # A name outside ASCII, or that looks encoded, comes encoded.
    encoded = f"=?base64?{base64.b64encode(b'list_jobs').decode()}?="
    reply = assistant.request("tools/call", {"name": "list_jobs", "arguments": {}}, **{"Mcp-Name": encoded})
    assert not reply.json["result"]["isError"]
    for method in ("GET", "DELETE", "PUT", "HEAD"):
        gone = assistant.client.request(method, "/mcp")
        assert (gone.status, gone.headers["allow"]) == (405, "POST")
    assert "mcp-session-id" not in reply.headers


#: What a client offers -> what it is answered.
OFFERS: tuple[tuple[Any, str], ...] = (
    ("2025-11-25", "2025-11-25"), ("2025-06-18", "2025-06-18"), ("2025-03-26", "2025-03-26"),
    ("2024-11-05", "2025-11-25"), (MODERN, "2025-11-25"), ("tomorrow", "2025-11-25"), (7, "2025-11-25"),
)


def test_a_client_of_an_earlier_revision_begins_with_a_handshake(make_app: MakeApp) -> None:
    assistant = Assistant(make_app())
    for offered, agreed in OFFERS:
        hello = {"protocolVersion": offered, "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
        opened = assistant.send({"jsonrpc": "2.0", "id": "a", "method": "initialize", "params": hello})
        assert (opened.status, opened.json["id"], opened.json["result"]["protocolVersion"]) == (200, "a", agreed)
        header = {"MCP-Protocol-Version": agreed}
        begun = assistant.send({"jsonrpc": "2.0", "method": "notifications/initialized"}, **header)
        assert (begun.status, begun.body) == (202, b"")
        assert assistant.send({"jsonrpc": "2.0", "id": 1, "method": "ping"}, **header).json["result"] == {}
        listed = assistant.send({"jsonrpc": "2.0", "id": 2, "method": "tools/list"}, **header).json["result"]
        assert "resultType" not in listed
        assert listed["tools"]
        unknown = assistant.send({"jsonrpc": "2.0", "id": 3, "method": "resources/list"}, **header)
        # With 404 such a client would believe that its session has ended.
        assert (unknown.status, unknown.json["error"]["code"]) == (200, -32601)
        assert assistant.send({"jsonrpc": "2.0", "id": 3, "result": {}}, **header).status == 202


def test_only_one_protocol_revision_allows_batches(make_app: MakeApp) -> None:
    assistant = Assistant(make_app())
    ping, note = {"jsonrpc": "2.0", "id": 1, "method": "ping"}, {"jsonrpc": "2.0", "method": "notifications/x"}
    unknown, hello = {**ping, "id": "two", "method": "nothing"}, {**ping, "method": "initialize"}
    answers = assistant.send([ping, note, unknown, 7, hello])
    assert answers.status == 200
    assert [(answer["id"], answer.get("error", {}).get("code")) for answer in answers.json] == [
        (1, None), ("two", -32601), (None, -32600), (1, -32600),
    ]
    assert assistant.send([note, note]).status == 202
    for batch in ([], [ping] * (MAX_BATCH + 1)):
        assert assistant.send(batch).json["error"]["code"] == -32600
    for revision in ("2025-06-18", "2025-11-25", MODERN):
        reply = assistant.send([ping], **{"MCP-Protocol-Version": revision})
        assert (reply.status, reply.json["error"]["code"]) == (400, -32600)


def deep(depth: int) -> bytes:
    return b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"


CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_jobs", "_meta": META}}


#: Body, headers, and what they are answered with: a status and a code; None for the service's own error.
WRONG: tuple[tuple[Any, dict[str, str], int, int | None], ...] = (
    (b"{", {}, 400, -32700),
    (b"\xff\xfe{}", {}, 400, -32700),
    (b'{"jsonrpc":"2.0","id":NaN,"method":"ping"}', {}, 400, -32700),
    (b'{"jsonrpc":"2.0","id":' + b"9" * 5000 + b',"method":"ping"}', {}, 400, -32700),
    (deep(30_000), {}, 413, None),
    (deep(10_000), {}, 400, -32700),
    (b"x" * 70_000, {}, 413, None),
    (b"", {}, 400, -32600),
    (7, {}, 400, -32600),
    ("text", {}, 400, -32600),
    (None, {}, 400, -32600),
    ({"jsonrpc": "1.0", "id": 1, "method": "ping"}, {}, 400, -32600),
    ({"jsonrpc": "2.0", "id": None, "method": "ping"}, {}, 400, -32600),
    ({"jsonrpc": "2.0", "id": 1.5, "method": "ping"}, {}, 400, -32600),
    ({"jsonrpc": "2.0", "id": True, "method": "ping"}, {}, 400, -32600),
    ({"jsonrpc": "2.0", "id": "x" * 5000, "method": "ping"}, {}, 400, -32600),
    ({"jsonrpc": "2.0", "id": {"a": 1}, "method": "ping"}, {}, 400, -32600),
    ({"jsonrpc": "2.0", "id": 1, "method": 5}, {}, 400, -32600),
    ({"jsonrpc": "2.0", "id": 1, "method": "x" * 300}, {}, 400, -32600),
    ({"jsonrpc": "2.0", "id": 1, "method": ""}, {}, 400, -32600),
    ({"jsonrpc": "2.0", "id": 1}, {}, 400, -32600),
    ({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]}, {}, 200, -32602),
    ({"jsonrpc": "2.0", "id": 10**30, "method": "nothing"}, {}, 200, -32601),
    ({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": 7}}, {}, 200, -32602),
    ({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_jobs", "arguments": []}}, {}, 200,
     -32602),
    ({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"cursor": "2"}}, {}, 200, -32602),
    ({"jsonrpc": "2.0", "id": 1, "method": "server/discover"}, {}, 200, -32601),
    # Of the current revision: the headers say what the body says.
    (CALL, {}, 400, HEADER_MISMATCH),
    (CALL, {"MCP-Protocol-Version": MODERN}, 400, HEADER_MISMATCH),
    (CALL, {"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/list"}, 400, HEADER_MISMATCH),
    (CALL, {"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call"}, 400, HEADER_MISMATCH),
    (CALL, {"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": "remind"}, 400, HEADER_MISMATCH),
    (CALL, {"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": "=?base64?%%?="}, 400,
     HEADER_MISMATCH),
    (CALL, {"MCP-Protocol-Version": "2025-06-18", "Mcp-Method": "tools/call", "Mcp-Name": "list_jobs"}, 400,
     HEADER_MISMATCH),
    ({**CALL, "params": {"name": "list_jobs"}}, {"MCP-Protocol-Version": MODERN}, 400, -32602),
    ({**CALL, "params": {"name": "list_jobs", "_meta": {**META, "io.modelcontextprotocol/clientCapabilities": 1}}},
     {"MCP-Protocol-Version": MODERN}, 400, -32602),
    ({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"_meta": META}},
     {"MCP-Protocol-Version": MODERN, "Mcp-Method": "ping"}, 404, -32601),
    ({"jsonrpc": "2.0", "id": 1, "method": "ping"}, {"MCP-Protocol-Version": "1900-01-01"}, 400, UNSUPPORTED),
    ({"jsonrpc": "2.0", "method": "notifications/x"}, {"MCP-Protocol-Version": "2099-01-01"}, 400, UNSUPPORTED),
    ({"jsonrpc": "2.0", "id": 1, "result": {}}, {"MCP-Protocol-Version": MODERN}, 400, -32600),
)


def test_invalid_messages_get_the_json_rpc_error(make_app: MakeApp) -> None:
    assistant = Assistant(make_app())
    for body, headers, status, code in WRONG:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        reply, about = assistant.send(sent, **headers), (sent[:200], headers)
        assert reply.status == status, (about, reply.text)
        assert len(reply.text) < 1000, about
        if code is None:
            refused(reply, "BODY_TOO_LARGE")
            continue
        error = reply.json["error"]
        assert error["code"] == code, (about, error)
        assert error["message"].endswith("."), about
        if code == UNSUPPORTED:
            assert MODERN in error["data"]["supported"]


def test_assistants_are_admitted_only_by_tokens_of_users(make_app: MakeApp) -> None:
    """Users by their tokens; not the main system, not strangers, and no page of another site."""
    app = make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN, TENER_INTERVIEW_CLIENT_KEY=CLIENT_KEY)
    stranger = Assistant(app).request("tools/list")
    refused(stranger, "UNAUTHORIZED")
    assert stranger.headers["www-authenticate"] == "Bearer"
    refused(Assistant(app, "tener_invented").request("tools/list"), "UNAUTHORIZED")
    refused(Assistant(app, CLIENT_KEY).request("tools/list"), "FORBIDDEN")
    assert Client(app).post(f"/k/{CLIENT_KEY}/mcp", {}).status == 404
    token = api_token(app, add_user(app, Role.RECRUITER))
    assert Assistant(app, token).request("tools/list").status == 200
    refused(Assistant(app, token).request("tools/list", Origin="https://evil.example"), "CROSS_SITE_REQUEST")
    refused(Assistant(app, ADMIN_TOKEN).request("tools/list", Origin="null"), "CROSS_SITE_REQUEST")
    refused(Assistant(make_app()).request("tools/list", Origin="https://evil.example"), "CROSS_SITE_REQUEST")


def test_the_tools_of_each_role_are_the_same_every_time(make_app: MakeApp) -> None:
    app = make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN)
    for role, read_only, changing in (
        (Role.ADMIN, False, {"start_interviews", "remind", "add_review_note"}),
        (Role.RECRUITER, False, {"start_interviews", "remind", "add_review_note"}),
        (Role.RECRUITER, True, set()),
        (Role.REVIEWER, False, {"add_review_note"}),
        (Role.REVIEWER, True, set()),
    ):
        assistant = Assistant(app, api_token(app, add_user(app, role), read_only=read_only))
        tools = assistant.request("tools/list").json["result"]["tools"]
        assert tools == assistant.request("tools/list").json["result"]["tools"]
        hints = {tool["name"]: tool["annotations"] for tool in tools}
        assert {name for name, hint in hints.items() if not hint["readOnlyHint"]} == changing
        assert {name for name, hint in hints.items() if hint["destructiveHint"]} == changing - {"add_review_note"}
        assert all(hint["idempotentHint"] for hint in hints.values())
        if role is Role.REVIEWER:
            assert set(hints) - changing == {"list_jobs", "list_candidates", "get_scorecard"}
