"""Bytes out of and into an S3 service: reads that go on after a break, and a source that is measured as it passes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError

from storage.base import CHUNK
from storage.errors import DigestMismatch, StoreUnavailable
from storage.outside import BROKEN, tell
from storage.s3_line import pause

BREAKS = 4
"""How often a read may break and go on where it was."""

Opened = Callable[[int], BaseHTTPResponse | None]


class Resuming:
    """The bytes of a response; where the line breaks they go on with a new one from there.

    `opened(place)` asks for the rest of the same bytes. Raises StoreUnavailable after too many breaks. Whoever does not
    read to the end, or not at all, closes this: else a reader who went away before the first piece would keep a line.
    """

    def __init__(self, got: BaseHTTPResponse, opened: Opened, key: str, start: int) -> None:
        self._opened, self._key, self._place = opened, key, start
        self._breaks = 0
        self._response: BaseHTTPResponse | None = None
        self._take(got)

    def __iter__(self) -> Resuming:
        return self

    def __next__(self) -> bytes:
        while self._response is not None:
            try:
                chunk = next(self._pieces, None)
            except (HTTPError, OSError) as failure:
                self._go_on(failure)
                continue
            if chunk is not None:
                self._place += len(chunk)
                return chunk
            self.close()
        raise StopIteration

    def close(self) -> None:
        """Let go of the line; one that was not read to its end cannot be used for the next request."""
        if self._response is not None:
            self._response.close()
            self._response.release_conn()
            self._response = None

    def __del__(self) -> None:
        self.close()

    def _take(self, response: BaseHTTPResponse | None) -> None:
        self._response = response
        if response is not None:
            self._pieces = response.stream(CHUNK, decode_content=False)

    def _go_on(self, failure: Exception) -> None:
        """Ask for the rest. Raises StoreUnavailable after too many breaks."""
        self.close()
        tell("store", "read", 0.0, BROKEN)
        self._breaks += 1
        if self._breaks > BREAKS:
            raise StoreUnavailable("The file store breaks off while it sends a file.", key=self._key) from failure
        pause(self._breaks)
        self._take(self._opened(self._place))


class Measured:
    """A source as a file-like object that is hashed as it is read, and verified when its end is reached.

    The end is reached before the last bytes are sent anywhere, so wrong bytes never become an object.
    """

    def __init__(self, chunks: Iterator[bytes], key: str, sha256: str | None, size: int | None) -> None:
        self._chunks, self._key, self._sha256, self._size = chunks, key, sha256, size
        self._hash = hashlib.sha256()
        self._rest = b""
        self.length = 0
        self.ended = False
        self.failure: Exception | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of what has passed so far."""
        return self._hash.hexdigest()

    def read(self, size: int = -1) -> bytes:
        """Return `size` bytes, fewer only at the end. Raises DigestMismatch there, and the source's own errors."""
        held = bytearray(self._rest)
        self._rest = b""
        try:
            while size < 0 or len(held) < size:
                chunk = next(self._chunks, None)
                if chunk is None:
                    self._verify()
                    self.ended = True
                    return bytes(held)
                self._hash.update(chunk)
                self.length += len(chunk)
                held += chunk
        except Exception as failure:
            self.failure = failure
            raise
        self._rest = bytes(held[size:])
        return bytes(held[:size])

    def drain(self) -> None:
        """Read and verify without keeping anything."""
        while self.read(CHUNK):
            pass

    def _verify(self) -> None:
        if self._size is not None and self.length != self._size:
            detail = f"{self.length} bytes came where {self._size} were announced; send it again."
            raise DigestMismatch(detail, key=self._key)
        if self._sha256 is not None and self.digest != self._sha256:
            raise DigestMismatch("The bytes do not have the announced SHA-256; send the file again.", key=self._key)


class Replayed:
    """What was read ahead of a stream, then the stream."""

    def __init__(self, head: bytes, body: Measured) -> None:
        self._head, self._body = memoryview(head), body

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, none only at the end."""
        if self._head:
            taken, self._head = bytes(self._head[:size]), self._head[size:]
            return taken
        return self._body.read(size)
