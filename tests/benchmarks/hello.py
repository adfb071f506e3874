"""The least that an application can do: what the other servers are given to serve."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from typing import Any

BODY = b'{"status":"ok"}'


def app(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """A WSGI application with one answer."""
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))])
    return [BODY]


def fastapi() -> Any:
    """The same in FastAPI."""
    made = importlib.import_module("fastapi").FastAPI()

    async def health() -> dict[str, str]:
        return {"status": "ok"}

    made.get("/health")(health)
    return made


if __name__ == "__main__":
    importlib.import_module("bjoern").run(app, "127.0.0.1", int(sys.argv[1]))
