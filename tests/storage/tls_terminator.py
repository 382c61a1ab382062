"""TLS in front of a server that speaks none, with a certificate of one's own authority, as sites have it."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Authority:
    """A certificate authority that nobody knows, made for one test."""

    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "ca.pem"

    def make(self) -> None:
        asked = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        self._openssl(*asked, "-subj", "/CN=Test authority", "-keyout", "ca.key", "-out", "ca.pem")

    def issue(self, name: str) -> ssl.SSLContext:
        """Return what a server of this name (`IP:127.0.0.1`, `DNS:…`) speaks TLS with."""
        asked = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=server"]
        self._openssl(*asked, "-keyout", "server.key", "-out", "server.csr")
        (self.folder / "names").write_text(f"subjectAltName={name}\n")
        signing = ["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"]
        self._openssl(*signing, "-days", "2", "-extfile", "names", "-out", "server.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        return context

    def _openssl(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, ssl.SSLError, asyncio.CancelledError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
    with suppress(ConnectionError, ssl.SSLError):
        await writer.wait_closed()


@contextmanager
def tls_before(upstream: str, context: ssl.SSLContext) -> Iterator[int]:
    """Speak TLS for the server at this address until the block ends; give the port."""
    parts = urlsplit(upstream)
    ready = threading.Event()
    said: list[tuple[asyncio.AbstractEventLoop, asyncio.Event, int]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(parts.hostname, parts.port)
        await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        stop = asyncio.Event()
        said.append((asyncio.get_running_loop(), stop, server.sockets[0].getsockname()[1]))
        ready.set()
        await stop.wait()
        server.close()
        lines = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    ready.wait()
    loop, stop, port = said[0]
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
