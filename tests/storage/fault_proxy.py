"""A proxy between us and an HTTP service that does, on demand, what networks and servers do on bad days."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.serving import serving


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it passed, and how many bytes of body went either way."""

    method: str
    path: str
    sent: int
    received: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one request. The service is asked (`reaches`) or not; then the answer is spoilt."""

    reaches: bool = False
    status: int | None = None
    body_ends_after: int | None = None
    etag: str | None = None
    silent: bool = False


BUSY = Fault(status=503)
BROKEN = Fault(status=500)
RESET_BEFORE = Fault()
RESET_AFTER_IT_WAS_DONE = Fault(reaches=True)
DONE_BUT_SAYS_BROKEN = Fault(reaches=True, status=500)
HANGS = Fault(silent=True)
DONE_BUT_HANGS = Fault(reaches=True, silent=True)


def cut_after(size: int) -> Fault:
    """The answer's body ends early, and its Content-Length has promised more."""
    return Fault(reaches=True, body_ends_after=size)


def with_etag(etag: str) -> Fault:
    return Fault(reaches=True, etag=etag)


Chooser = Callable[[Request], Fault | None]


@dataclass
class FaultProxy:
    """`choose` is asked for each request; None lets it pass. `seen` holds all of them."""

    upstream: tuple[str, int]
    choose: Chooser = lambda request: None
    seen: list[Request] = field(default_factory=list)
    port: int = 0
    asking: int = 0
    tasks: set[asyncio.Task[None] | None] = field(default_factory=set)

    def once(self, fault: Fault, method: str = "", path: str = "", times: int = 1) -> None:
        """Spoil the next request or requests with this method and a path that holds this expression."""
        left = [times]

        def choose(request: Request) -> Fault | None:
            if left[0] and method in ("", request.method) and re.search(path, request.path):
                left[0] -= 1
                return fault
            return None

        self.choose = choose

    def always(self, fault: Fault, method: str = "", path: str = "") -> None:
        self.once(fault, method, path, times=1_000_000)

    def heal(self) -> None:
        self.choose = lambda request: None

    def count(self, method: str, path: str = "") -> int:
        return sum(one.method == method and bool(re.search(path, one.path)) for one in self.seen)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take requests of one connection until it is closed or spoilt."""
        self.tasks.add(asyncio.current_task())  # the loop holds its tasks only weakly
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                while await self._one(reader, writer):
                    await writer.drain()
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        body = await reader.readexactly(int(length[1])) if length else b""
        method, path = head.decode("latin-1").split(" ")[:2]
        request = Request(method, path, len(body))
        fault = self.choose(request)
        answer_head, answer_body = b"", b""
        if fault is None or fault.reaches:
            self.asking += 1
            answer_head, answer_body = await self._ask(head, body)
            self.asking -= 1
        self.seen.append(Request(method, path, len(body), len(answer_body)))
        if fault is None:
            writer.write(answer_head + answer_body)
            return True
        return await self._spoil(fault, answer_head, answer_body, writer)

    async def _spoil(self, fault: Fault, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> bool:
        if fault.silent:
            await asyncio.Event().wait()
        if fault.status is not None:
            writer.write(f"HTTP/1.1 {fault.status} Spoilt\r\nContent-Length: 0\r\n\r\n".encode())
            return True
        if fault.etag is not None:
            writer.write(re.sub(rb"(?i)\r\netag: [^\r]*", f'\r\nETag: "{fault.etag}"'.encode(), head) + body)
            return True
        if fault.body_ends_after is not None:
            writer.write(head + body[: fault.body_ends_after])
            await writer.drain()
        writer.transport.abort()
        return False

    async def _ask(self, head: bytes, body: bytes) -> tuple[bytes, bytes]:
        reader, writer = await asyncio.open_connection(*self.upstream)
        head = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"", head)
        writer.write(head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1) + body)
        whole = await reader.read()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        answer_head, _, answer_body = whole.partition(b"\r\n\r\n")
        return re.sub(rb"(?i)\r\nconnection: close", b"", answer_head) + b"\r\n\r\n", answer_body


@contextmanager
def fault_proxy(upstream: str) -> Iterator[FaultProxy]:
    """A proxy before the service at this address, on a free port, until the block ends."""
    parts = urlsplit(upstream)
    proxy = FaultProxy((parts.hostname or "", parts.port or 80))
    with serving(proxy.serve, lambda: proxy.asking) as proxy.port:
        yield proxy
