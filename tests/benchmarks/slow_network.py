"""A network that takes its time: forwards connections to a port, every message so many milliseconds later.

    python -m benchmarks.slow_network PORT TARGET_PORT DELAY_MS

Messages of one connection overtake nobody, and connections do not wait for each other.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from typing import cast


class _Side(asyncio.Protocol):
    """One end; what it receives goes to the other, later."""

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._loop = asyncio.get_running_loop()
        self.other: asyncio.Transport | None = None

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            self._loop.call_later(self._delay_s, self.other.write, data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if self.other is not None:
            self._loop.call_later(self._delay_s, self.other.close)


class _Near(_Side):
    """The end that a client connects to."""

    def __init__(self, delay_s: float, target_port: int) -> None:
        super().__init__(delay_s)
        self._target_port = target_port
        self._early: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._connecting = self._loop.create_task(self._connect(cast("asyncio.Transport", transport)))

    async def _connect(self, transport: asyncio.Transport) -> None:
        far = _Side(self._delay_s)
        far.other = transport
        self.other, _ = await self._loop.create_connection(lambda: far, "127.0.0.1", self._target_port)
        for data in self._early:
            self.data_received(data)

    def data_received(self, data: bytes) -> None:
        if self.other is None:
            self._early.append(data)
        else:
            super().data_received(data)


async def _forward(port: int, target_port: int, delay_ms: float) -> None:
    make: Callable[[], _Near] = partial(_Near, delay_ms / 1000, target_port)
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_forward(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
