"""One thread, one poll, one canned answer: what Python's sockets allow at most. Nothing is parsed or checked."""

from __future__ import annotations

import selectors
import socket
import sys

from benchmarks.hello import BODY

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


def serve(port: int) -> None:
    """Answer every packet that comes."""
    poll = selectors.DefaultSelector()
    listening = socket.create_server(("127.0.0.1", port), backlog=256)
    poll.register(listening, selectors.EVENT_READ)
    while True:
        for key, _ in poll.select():
            ready: socket.socket = key.fileobj  # type: ignore[assignment]  # only sockets are registered
            if ready is listening:
                client, _ = listening.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                poll.register(client, selectors.EVENT_READ)
                continue
            try:
                received = ready.recv(65536)
                if received:
                    ready.sendall(ANSWER)
                    continue
            except OSError:
                pass
            poll.unregister(ready)
            ready.close()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
