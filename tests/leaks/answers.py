"""Answers made comparable: what may differ between two requests is taken out, everything else must be equal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# A request id is random, and a masked CSRF token too (of constant length).
CHANGING_HEADERS = {"x-request-id", "set-cookie"}
_CHANGING = (
    (re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*'), rb"\1"),
    (re.compile(rb'(csrf[-_]?token"?[^"]{0,20}")[A-Za-z0-9]{64}', re.IGNORECASE), rb"\1"),
    (re.compile(rb'"took_ms":\d+'), b'"took_ms":0'),
    # A cursor says when it was made, and of which state of the index.
    (re.compile(rb'"next":"[^"]+"'), b'"next":"cursor"'),
    # A synonym of the site's own is named at random.
    (re.compile(rb'"key":"[0-9a-f]{32}"'), b'"key":"synonym"'),
    (re.compile(rb'"score":[0-9.e+-]+'), b'"score":0'),
)


def told(answer: Any, ids: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of an answer, with the ids that were asked for replaced."""
    sent = b"".join(answer.streaming_content) if answer.streaming else answer.content
    body = sent
    for pattern, kept in _CHANGING:
        body = pattern.sub(kept, body)
    headers = {}
    for name, value in answer.headers.items():
        if name.lower() not in CHANGING_HEADERS:
            headers[name.lower()] = _without(value, ids)
    if body != sent:
        assert headers["content-length"] == str(len(sent))
        headers["content-length"] = str(len(body))
    return answer.status_code, headers, _without(body.decode(), ids).encode()


def _without(text: str, ids: Mapping[str, str]) -> str:
    for value in ids.values():
        text = text.replace(value, "<id>")
    return text
