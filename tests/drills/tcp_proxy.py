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
    """`line` says how the line is at the moment; `spoilt` counts the connections it broke."""

    upstream: tuple[str, int]
    line: str = PASSES
    late_seconds: float = 2.0
    port: int = 0
    spoilt: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    open: set[asyncio.StreamWriter] = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until either side ends it or the line spoils it."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        ends = [writer]
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
            self.tasks.discard(task)

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
                if answers and self.line in (RESETS, HALVES) and self.chance.random() < SHARE:
                    if self.line == HALVES:
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
