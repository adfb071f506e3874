"""Every answer that a test of the API gets is held against the API's description."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from fakes.client import Client, Reply
from fakes.conformance import Conformance, api_document


@pytest.fixture(scope="session")
def conformance() -> Conformance:
    return Conformance(api_document())


@pytest.fixture(autouse=True)
def _every_answer_conforms(conformance: Conformance, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Client.request

    def request(self: Client, method: str, url: str, **more: Any) -> Reply:
        reply = ask(self, method, url, **more)
        conformance.check(method, unquote(urlsplit(url).path), reply)
        return reply

    monkeypatch.setattr(Client, "request", request)
