"""Assistants: the official client of the protocol over real HTTP, and plain messages to an application."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from fakes.client import Client, Reply
from lazy_module import LazyModule
from tener_interview.actor import Actor, Role
from tener_interview.domain.users.account import create_token
from tener_interview.web.application import Application
from tener_interview.web.auth import API_TOKEN_PREFIX
from tener_interview.web.credentials import hash_api_token
from tener_interview.web.server import HttpServer

anyio, httpx2 = LazyModule("anyio"), LazyModule("httpx2")
mcp, streamable_http = LazyModule("mcp"), LazyModule("mcp.client.streamable_http")

MODERN = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
}
#: A call of a tool: its name and arguments.
Call = tuple[str, dict[str, Any]]


def api_token(app: Application, owner: Actor, *, read_only: bool = False) -> str:
    """Create an API token for a user."""
    text = f"{API_TOKEN_PREFIX}{secrets.token_urlsafe(32)}"
    create_token(
        app.service, text=text, token_hash=hash_api_token(text), owner=owner, name="assistant",
        role=owner.role or Role.REVIEWER, read_only=read_only, ttl_ms=None,
    )
    return text


@contextmanager
def served(app: Application) -> Iterator[str]:
    """Serve an application by the service's own HTTP server; yields the address for assistants."""
    server = HttpServer(app, "127.0.0.1", 0)
    server.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/mcp"
    finally:
        server.shutdown()


def run_official_client(
    url: str, token: str | None, calls: Sequence[Call] = (), *, mode: str = "auto"
) -> tuple[list[Any], Any]:
    """Connect with the official client, list the tools and make the calls. Return the results and the tools. The client
    checks results against the tools' output schemas."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    async def talk() -> tuple[list[Any], Any]:
        async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
            transport = streamable_http.streamable_http_client(url, http_client=http)
            async with mcp.Client(transport, mode=mode) as client:
                tools = (await client.list_tools()).tools
                return [await client.call_tool(name, arguments) for name, arguments in calls], tools

    results: tuple[list[Any], Any] = anyio.run(talk)
    return results


class Assistant:
    """Sends messages: those of a client of the current revision, and invalid ones."""

    def __init__(self, app: Application, token: str | None = None) -> None:
        self.client = Client(app, {} if token is None else {"Authorization": f"Bearer {token}"})

    def send(self, body: Any, **headers: str) -> Reply:
        return self.client.post("/mcp", body, **headers)

    def request(self, method: str, params: dict[str, Any] | None = None, **headers: str) -> Reply:
        params = {**(params or {}), "_meta": META}
        own = {"MCP-Protocol-Version": MODERN, "Mcp-Method": method}
        own |= {"Mcp-Name": params["name"]} if isinstance(params.get("name"), str) else {}
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return self.client.request("POST", "/mcp", body=body, headers={**own, **headers})

    def call(self, tool: str, **arguments: Any) -> Any:
        """Call a tool and return its result; `isError` says whether it failed."""
        reply = self.request("tools/call", {"name": tool, "arguments": arguments})
        assert reply.status == 200, reply.text
        return reply.json["result"]

    def read(self, tool: str, **arguments: Any) -> Any:
        """Call a tool that must succeed, and return its content."""
        result = self.call(tool, **arguments)
        assert not result["isError"], result
        return result["structuredContent"]

    def refusal(self, tool: str, **arguments: Any) -> str:
        """Call a tool that must be refused, and return the error."""
        result = self.call(tool, **arguments)
        assert result["isError"], result
        text: str = result["content"][0]["text"]
        return text


def at_once(work: Any, times: int) -> list[Any]:
    """Do the same in several threads; return the results."""
    results: list[Any] = []
    threads = [threading.Thread(target=lambda: results.append(work())) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
