"""A proxy between the site and any server that speaks over TCP: late, silent, resetting, or answering by halves."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.serving import serving

CHUNK = 64 * 1024
SHARE = 0.3
"""Of the answers that a resetting or halving line spoils."""
PASSES, LATE, RESETS, HALVES, SILENT, GONE = "passes", "late", "resets", "halves", "silent", "gone"


@dataclass
class TcpProxy:
    """`line` says how the line is at the moment; `spoilt` counts the connections it broke.

    After `answers_left` more pieces of answers, one comes by half and its connection ends, once.
    """

    upstream: tuple[str, int]
    line: str = PASSES
    late_seconds: float = 2.0
    port: int = 0
    spoilt: int = 0
    answers_left: int | None = None
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    open: set[asyncio.StreamWriter] = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    loop: asyncio.AbstractEventLoop | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until either side ends it or the line spoils it."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        ends = [writer]
        self.open.add(writer)
        self.loop = asyncio.get_running_loop()
        try:
            if self.line == GONE:
                self._break(ends)
                return
            far_reader, far_writer = await asyncio.open_connection(*self.upstream)
            ends.append(far_writer)
            there = asyncio.ensure_future(self._carry(reader, far_writer, ends, answers=False))
            back = asyncio.ensure_future(self._carry(far_reader, writer, ends, answers=True))
            await asyncio.gather(there, back)
        except (OSError, asyncio.CancelledError):
            self._break(ends)
        finally:
            for end in ends:
                end.close()
            self.open.discard(writer)
            self.tasks.discard(task)

    def reset(self) -> None:
        """End every connection that is open, the hard way."""
        if self.loop is not None:
            asyncio.run_coroutine_threadsafe(self._reset(), self.loop).result()

    async def _reset(self) -> None:
        self._break(list(self.open))

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        ends: list[asyncio.StreamWriter],
        *,
        answers: bool,
    ) -> None:
        with suppress(ConnectionError):
            while chunk := await reader.read(CHUNK):
                while self.line == SILENT:
                    await asyncio.sleep(0.05)
                if self.line == GONE:
                    self._break(ends)
                    return
                if answers and self.line == LATE:
                    await asyncio.sleep(self.late_seconds)
                if answers and (fault := self._fault()):
                    if fault == HALVES:
                        writer.write(chunk[: len(chunk) // 2])
                        await writer.drain()
                        for end in ends:
                            end.close()
                        self.spoilt += 1
                        return
                    self._break(ends)
                    return
                writer.write(chunk)
                await writer.drain()
        with suppress(OSError, RuntimeError):
            writer.write_eof()

    def _fault(self) -> str:
        """How the answer at hand is spoilt; empty if it is not."""
        if self.answers_left is not None:
            left, self.answers_left = self.answers_left, self.answers_left - 1 if self.answers_left else None
            return "" if left else HALVES
        return self.line if self.line in (RESETS, HALVES) and self.chance.random() < SHARE else ""

    def _break(self, ends: list[asyncio.StreamWriter]) -> None:
        """Reset the connection: who is in the middle of something gets no polite end."""
        self.spoilt += 1
        for end in ends:
            raw = end.get_extra_info("socket")
            if raw is not None:
                with suppress(OSError):
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.transport.abort()


@contextmanager
def tcp_proxy(host: str, port: int) -> Iterator[TcpProxy]:
    """A proxy before the server at this address, on a free port, until the block ends."""
    proxy = TcpProxy((host, port))
    with serving(proxy.serve) as proxy.port:
        yield proxy
