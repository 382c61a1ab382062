"""Bytes on their way out, for API and pages alike: validators, ranges, and headers that no file name can break."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags

from records.errors import StoreUnavailable
from records.stores import documents
from storage.base import CHUNK
from storage.errors import ObjectMissing, StorageError
from storage.names import attachment_header, safe_name

# One range is answered as such; several, or one that cannot be read, as the whole (RFC 9110, 14.2).
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z", re.ASCII)


class BytesMissing(StoreUnavailable):
    """The row is there and the bytes are not: an operator must look (`audit`)."""

    code = "bytes_missing"
    default_detail = "The stored file is missing; an operator has to look at it."


@dataclass(frozen=True, slots=True)
class Download:
    """An object to be sent: where it lies, what it is, and what it is called."""

    key: str
    size: int
    sha256: str
    media_type: str
    name: str


def download(file: Download, headers: Mapping[str, str], *, head: bool = False) -> HttpResponseBase:
    """Answer a request for a file: 200, 206, 304 or 416, streamed, always as an attachment.

    Whatever the bytes are, no browser may run them in our name: attachment, nosniff, and a sandbox without
    any right (OWASP ASVS 5.0, 3.2.1). Raises BytesMissing, StoreUnavailable.
    """
    etag = f'"{file.sha256}"'
    if _names(headers.get("If-None-Match", ""), etag):
        return _dressed(HttpResponse(status=304), file, etag)
    asked = headers.get("Range", "") if headers.get("If-Range", etag) == etag else ""
    span = _span(asked, file.size)
    if span == _UNSATISFIABLE:
        response = _dressed(HttpResponse(status=416, content_type=file.media_type), file, etag)
        response.headers["Content-Range"] = f"bytes */{file.size}"
        return response
    start, end = span or (0, file.size)
    chunks = iter(()) if head else _opened(file.key, start, end)
    response = _dressed(StreamingHttpResponse(chunks, status=206 if span else 200), file, etag)
    response.headers["Content-Length"] = str(end - start)
    if span:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    return response


_UNSATISFIABLE = (-1, -1)


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """Return (start, end without), None for the whole, `_UNSATISFIABLE` for a range past the end."""
    match = _RANGE.match(asked.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        length = min(int(last), size)
        return (size - length, size) if length else _UNSATISFIABLE
    start = int(first)
    end = min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return None
    return (start, end) if start < size else _UNSATISFIABLE


def _names(header: str, etag: str) -> bool:
    """Tell whether If-None-Match holds this validator; a weak one counts (RFC 9110, 13.1.2)."""
    return header.strip() == "*" or etag in [given.removeprefix("W/") for given in parse_etags(header)]


def _opened(key: str, start: int, end: int) -> Iterator[bytes]:
    """Open the bytes and read the first chunk, so that a missing object is an answer and not a cut line."""
    try:
        chunks = documents().open(key, start=start, end=end)
    except ObjectMissing:
        raise BytesMissing() from None
    except StorageError as failure:
        raise StoreUnavailable() from failure
    return chunks


def _dressed(response: HttpResponseBase, file: Download, etag: str) -> HttpResponseBase:
    response.headers["ETag"] = etag
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Type"] = file.media_type
    response.headers["Content-Disposition"] = attachment_header(file.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


__all__ = ["CHUNK", "BytesMissing", "Download", "attachment_header", "download", "safe_name"]
