"""Every address of the site, from the resolver, with how the table of leaks asks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
SHA256 = "0" * 64


@dataclass(frozen=True, slots=True)
class Asked:
    """How a route is asked: its path's values (`pk` may stand for any id), bodies and queries by method."""

    of: str = "record"
    values: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)
    queries: tuple[str, ...] = ("",)


BATCH_MOVES = ("pause", "resume", "cancel", "publish", "take-back")

# Routes with an id: asked for what belongs to S and for what never was.
WITH_ID: dict[str, Asked] = {
    "api-record": Asked(bodies={"patch": {"title": "x"}}, queries=("", "?as_of=2024-01-01", "?nonsense=1")),
    "api-versions": Asked(bodies={"post": {"upload": "018f0000-0000-7000-8000-000000000001", "sha256": SHA256}}),
    "api-version": Asked(values={"number": "1"}),
    "api-file": Asked(values={"number": "1"}, queries=("", "?rendition=redacted")),
    "api-page": Asked(values={"page": "1"}, queries=("", "?version=1", "?version=77")),
    "api-sections": Asked(),
    "api-record-hits": Asked(queries=("?q=observa", "?q=mesa&version=1", "?q=")),
    "api-diff": Asked(queries=("", "?from=1&to=1", "?from=1&to=9")),
    "api-citations": Asked(),
    "api-cited-by": Asked(),
    "api-relations": Asked(),
    "api-record-events": Asked(queries=("", "?name=none")),
    "api-publish": Asked(bodies={"post": {"version": 1}}),
    "api-withdraw": Asked(bodies={"post": {"version": 1}}),
    "api-classify": Asked(bodies={"post": {"classification": "public"}}),
    "api-check": Asked(bodies={"post": {}}),
    "api-grants": Asked(bodies={"post": {"reader": "internal"}}, queries=("", "?reader=group:comision-a")),
    "api-upload": Asked(of="upload"),
    "api-upload-part": Asked(of="upload", values={"number": "1"}),
    "api-upload-complete": Asked(of="upload", bodies={"post": {"sha256": SHA256}}),
    "api-batch": Asked(of="batch"),
    "api-batch-receipt": Asked(of="batch"),
    **{f"api-batch-{move}": Asked(of="batch", bodies={"post": {}}) for move in BATCH_MOVES},
    "api-job": Asked(of="job"),
    "api-job-retry": Asked(of="job"),
    "record": Asked(queries=("", "?version=1", "?page=1", "?q=mesa")),
    "record-hits": Asked(queries=("?q=observa", "?q=mesa&version=1", "")),
    "record-edit": Asked(bodies={"post": {"title": "x"}}),
    "record-events": Asked(),
    "record-publish": Asked(bodies={"post": {"version": "1"}}),
    "record-withdraw": Asked(bodies={"post": {"version": "1"}}),
    "record-classify": Asked(bodies={"post": {"classification": "public"}}),
    "record-check": Asked(bodies={"post": {}}),
    "record-uncheck": Asked(bodies={"post": {}}),
    "record-grant": Asked(bodies={"post": {"reader": "internal"}}),
    "record-revoke": Asked(bodies={"post": {"reader": "group:comision-a"}}),
    "batch": Asked(of="batch"),
    "batch-receipt": Asked(of="batch"),
    "batch-review": Asked(of="batch", bodies={"post": {"record": "x"}}, queries=("", "?list=number", "?list=zqx")),
    "batch-receipt-file": Asked(of="batch"),
    **{f"batch-{move}": Asked(of="batch", bodies={"post": {}}) for move in BATCH_MOVES},
    "job-retry": Asked(of="job"),
}
_WORDS = ("zqxsecreto", "%22zqxsecreto%22", "zqx", "zqxsecrat", "NOT+zqxsecreto", "zqx*", "zqxsecreto~", "1907", "mesa")
_CITING = "Visto el Informe N.° 907-1907-ZQX y el artículo 1 del Informe N.° 907-1907-ZQX."
# Routes without an id: asked before S is there and after.
LISTS: dict[str, Asked] = {
    "api-records": Asked(
        bodies={"post": {"title": "x"}},
        queries=(
            "",
            "?sort=date",
            "?sort=added",
            "?year=1907",
            "?series=RESERVADA",
            "?issuer=Oficina+zqxsecreto",
            "?external_id=zqxsecreto/1",
            "?classification=reserved",
            "?ids=zqxsecreto",
            "?acl=group:comision-a",
            "?ordering=namespace",
        ),
    ),
    "api-search": Asked(
        queries=(
            *(f"?q={word}&facets=kind,issuer,series,year,body,language" for word in _WORDS),
            *(f"?q={word}&scope=text&versions=all" for word in _WORDS),
            "?facets=kind,issuer,series,year",
            "?sort=date&size=1",
            "?q=907-1907-ZQX",
            "?q=mesa&explain=1",
            "?series=RESERVADA",
            "?year=1907",
        )
    ),
    "api-suggest": Asked(queries=("?q=zqx", "?q=Informe", "?q=907", "?q=Oficina+z")),
    "api-lookup": Asked(
        bodies={"post": {"text": _CITING}},
        queries=("?citation=907-1907-ZQX", "?citation=Informe+907-1907-ZQX", "?citation="),
    ),
    "api-synonyms": Asked(bodies={"post": {"words": ["mesa", "zqxsecreto"]}}, queries=("", "?q=zqx")),
    "api-synonym": Asked(values={"key": "remuneracion"}),
    "api-bodies": Asked(),
    "api-sessions": Asked(queries=("", "?body=mesa", "?year=2024")),
    "api-memberships": Asked(),
    "api-series": Asked(),
    "api-uploads": Asked(bodies={"post": {"filename": "a.txt"}}),
    "api-uploads-arrived": Asked(bodies={"post": {"files": [{"filename": "a.txt", "size": 1, "sha256": SHA256}]}}),
    "api-batches": Asked(bodies={"post": {"rows": []}}),
    "api-jobs": Asked(queries=("", "?ids=018f0000-0000-7000-8000-000000000001")),
    "api-schema": Asked(),
    "api-docs": Asked(),
    "home": Asked(),
    "browse": Asked(queries=("", "?kind=informe", "?issuer=Oficina+zqx", "?kind=zqx")),
    "browse-issuers": Asked(queries=("", "?kind=informe")),
    "lookup": Asked(bodies={"post": {"text": _CITING}}),
    "search": Asked(queries=tuple(f"?q={word}" for word in _WORDS)),
    "questions": Asked(queries=("", "?q=zqx", "?order=empty")),
    "questions-export": Asked(),
    "synonyms": Asked(queries=("", "?q=zqx", "?try=zqxsecreto")),
    "synonym-new": Asked(bodies={"post": {"kind": "equal", "words": "mesa;zqxsecreto"}}),
    "synonyms-export": Asked(),
    "synonyms-import": Asked(),
    "synonym": Asked(values={"key": "remuneracion"}),
    "synonym-switch": Asked(values={"key": "remuneracion"}),
    "synonym-remove": Asked(values={"key": "remuneracion"}),
    "synonym-restore": Asked(values={"key": "remuneracion"}),
    "bodies": Asked(),
    "body": Asked(values={"code": "mesa"}),
    "sessions": Asked(),
    "session": Asked(values={"code": "mesa-2024-1"}),
    "my-work": Asked(),
    "upload": Asked(queries=("", "?version_of=018f0000-0000-7000-8000-000000000001")),
}
# Routes that tell nothing of records, or tell of them to those whose office it is (auditors and operators have
# tests of their own).
ELSEWHERE = {
    "api-events": "auditors: tests/api/test_changes.py; all others are refused alike",
    "operate": "operators: figures of the whole site, no title",
    "set_language": "no record",
    "health-live": "no record",
    "health-ready": "no record",
    "metrics": "operators: tests/deploy",
    "first-login": "no record",
}


def named_routes() -> Iterator[tuple[str, str]]:
    """Yield name and pattern of each of our routes; sign-in pages are allauth's."""
    yield from _walk(get_resolver().url_patterns, "/")


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, address)
        elif not (pattern.name or "").startswith("account_"):
            yield pattern.name or address, address


def address_of(pattern: str, asked: Asked, ids: dict[str, str]) -> str:
    """Return an address with its values filled in: ids by their name, or by what the route is of."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return asked.values.get(name) or ids[asked.of]

    return re.sub(r"<(?:\w+:)?(\w+)>", value, pattern)


def routes(table: dict[str, Asked]) -> list[tuple[str, str, Asked]]:
    """Return name, pattern and how it is asked, of the routes of a table."""
    return [(name, pattern, table[name]) for name, pattern in named_routes() if name in table]


def ask(client: Client, method: str, address: str, asked: Asked) -> Any:
    """Send one request, as JSON to the API and as a form to a page."""
    body = asked.bodies.get(method)
    if method in ("get", "head", "options"):
        return getattr(client, method)(address)
    if address.startswith("/api/"):
        return getattr(client, method)(address, body if body is not None else {}, content_type="application/json")
    return getattr(client, method)(address, body or {}) if method == "post" else getattr(client, method)(address)
