"""A network between two programs on this computer that a test can cut: it forwards connections to a port.

    with Network(server.port) as network:
        url = server.url("interviews", port=network.port)
        network.cut()       # connections break, new ones are refused
        network.lose()      # nothing arrives any more, and nobody is told
        network.mend()
"""

from __future__ import annotations

import selectors
import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Literal, Self

from fakes.waiting import PATIENCE_S, join

State = Literal["whole", "cut", "lossy"]

_CHUNK = 65_536


class Network:
    """Forwards connections to `port`, in both directions, in one thread."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._state: State = "whole"
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._changed = threading.Lock()
        self._closed = False
        #: How many connections were refused while the network was cut.
        self.refused = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._forward, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._closed = True
        join(self._thread)
        self._break_connections()
        self._listener.close()
        self._selector.close()

    @property
    def connections(self) -> int:
        return len(self._pairs) // 2

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        with self._changed:
            self._state = "cut"
            self._break_connections()

    def lose(self) -> None:
        """Drop all traffic: connections stay open, and new ones get no response."""
        with self._changed:
            self._state = "lossy"

    def mend(self) -> None:
        """Forward again. Connections that lost data break."""
        with self._changed:
            if self._state == "lossy":
                self._break_connections()
            self._state = "whole"

    def _forward(self) -> None:
        while not self._closed:
            ready = self._selector.select(0.05)
            with self._changed:
                for key, _events in ready:
                    if key.fileobj is self._listener:
                        self._accept()
                    elif isinstance(key.fileobj, socket.socket) and key.fileobj in self._pairs:
                        self._forward_message(key.fileobj)

    def _accept(self) -> None:
        near, _address = self._listener.accept()
        try:
            if self._state == "cut":
                self.refused += 1
                raise ConnectionRefusedError
            far = socket.create_connection(("127.0.0.1", self._target_port), timeout=PATIENCE_S)
        except OSError:
            near.close()
            return
        for here, there in ((near, far), (far, near)):
            here.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._pairs[here] = there
            self._selector.register(here, selectors.EVENT_READ)

    def _forward_message(self, here: socket.socket) -> None:
        try:
            message = here.recv(_CHUNK)
            if message and self._state == "whole":
                self._pairs[here].sendall(message)
        except OSError:
            message = b""
        if not message:
            self._break(here)

    def _break_connections(self) -> None:
        for here in list(self._pairs):
            self._break(here)

    def _break(self, here: socket.socket) -> None:
        there = self._pairs.pop(here, None)
        with suppress(KeyError, ValueError):
            self._selector.unregister(here)
        here.close()
        if there is not None:
            self._break(there)
