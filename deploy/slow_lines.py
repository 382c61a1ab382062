"""What a slow line is spared: a static file is fetched once while it stays the same; a page goes compressed."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from urllib.parse import quote

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware

OURS = "legajo/"


class StaticFilesByContent(StaticFilesStorage):
    """Addresses of our own static files that change with their bytes, so that browsers may keep them for good."""

    def url(self, name: str | None, force: bool = False) -> str:
        address = super().url(name)
        digest = _digest(name) if name and name.startswith(OURS) else ""
        return f"{address}?v={quote(digest)}" if digest else address


@cache
def _digest(name: str) -> str:
    """Return the first characters of a file's digest; read once a process, for the files change only with the code."""
    found = finders.find(name)
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12] if found else ""


def kept_for_good(path: str, url: str) -> bool:
    """Tell WhiteNoise which files never change at the address they are linked with."""
    return f"/static/{OURS}" in url


class CompressedPages(GZipMiddleware):
    """Compress pages only: documents are served in ranges and under an ETag that compression would break.

    Django pads what it compresses, so lengths tell nothing, and masks the tokens of forms anew each time.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:  # type: ignore[override]
        page = not response.streaming and response.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if page else response  # type: ignore[return-value]
