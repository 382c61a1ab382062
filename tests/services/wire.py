"""A wire to a server that can be cut, held up and broken in the middle of an answer."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CHUNK = 65_536


@dataclass
class Wire:
    """`port` leads to `upstream`. After `answers_left` more answers, one comes by half and nothing follows it."""

    upstream: tuple[str, int]
    port: int = 0
    delay: float = 0.0
    answers_left: int | None = None
    open: set[socket.socket] = field(default_factory=set)
    down: bool = False

    def reset(self) -> None:
        """End every connection that is open, the hard way."""
        for end in list(self.open):
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """Be gone, as a server that restarts: nothing is open, and nobody is let in."""
        self.down = True
        self.reset()

    def mend(self) -> None:
        self.down, self.delay, self.answers_left = False, 0.0, None

    def serve(self, listening: socket.socket) -> None:
        """Let people in until the wire is taken down."""
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                if self.down:
                    near.close()
                    continue
                far = socket.create_connection(self.upstream)
                self.open |= {near, far}
                for source, target, answers in ((near, far, False), (far, near, True)):
                    threading.Thread(target=self._carry, args=(source, target, answers), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                if self.delay:
                    time.sleep(self.delay)
                if answers and self.answers_left == 0:
                    self.answers_left = None
                    target.sendall(data[: len(data) // 2])
                    break
                if answers and self.answers_left:
                    self.answers_left -= 1
                target.sendall(data)
        for end in (source, target):
            self.open.discard(end)
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def wire_to(host: str, port: int) -> Iterator[Wire]:
    """A wire to this server, until the block ends."""
    wire = Wire((host, port))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        wire.port = listening.getsockname()[1]
        serving = threading.Thread(target=wire.serve, args=(listening,), daemon=True)
        serving.start()
        yield wire
        wire.cut()
        listening.shutdown(socket.SHUT_RDWR)
        serving.join()
