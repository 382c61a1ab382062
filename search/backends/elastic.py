"""The engine of larger sites: Elasticsearch behind `SearchBackend`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from typing import Any

from search.backends.base import EntryWriter, Found, Hit, Plan, Refused, Scanned, Status, UnitHit
from search.backends.elastic_indexes import Indexes
from search.backends.elastic_listing import Listing
from search.backends.elastic_pieces import Pieces
from search.backends.elastic_server import Server
from search.backends.elastic_status import status_body, status_of
from search.backends.elastic_typing import Typing
from search.backends.elastic_writing import Building, Writing
from search.conditions import WHO_SEES_ALL
from search.entries import Entry
from search.query import Readers

AT_ONCE = 2000
KEPT_OPEN = "2m"
READERS = ("tokens", "hidden_from")
SAME_IN_ALL = ("slices", "revision", "checksum", *READERS)


class ElasticEngine:
    """A `SearchBackend` on a server. One process of the site at a time writes; any number read."""

    def __init__(self, *, url: str, prefix: str, api_key: str = "", certificates: str = "") -> None:
        self._server = Server(url=url, prefix=prefix, api_key=api_key, certificates=certificates)
        self._indexes = Indexes(self._server)
        self._writing = Writing(self._server, prefix)

    def write(self, entries: Iterable[Entry], replaced: Iterable[str], *, commit: bool = True) -> Sequence[Refused]:
        self._indexes.check()
        return self._writing.write(entries, replaced, commit=commit)

    def search(self, plan: Plan) -> Found:
        self._indexes.check()
        return Listing(plan, self._server).found()

    def places(self, plan: Plan) -> Sequence[UnitHit]:
        self._indexes.check()
        pieces = Pieces(plan, plan.asked)
        return pieces.in_order(self._server.search(pieces.in_order_body()))

    def suggest(self, text: str, *, readers: Readers, today: int, excluded: frozenset[str], size: int) -> list[Hit]:
        self._indexes.check()
        return Typing(self._server, readers, excluded).suggestions(text, size, today)

    def meant(self, words: Sequence[str], *, readers: Readers, excluded: frozenset[str]) -> Mapping[str, str]:
        self._indexes.check()
        return Typing(self._server, readers, excluded).meant(words)

    def scan(self) -> Iterator[Scanned]:
        self._indexes.check()
        return self._scanned(self._server.prefix)

    @contextmanager
    def rebuild(self) -> Iterator[EntryWriter]:
        """Build in a new index; before it is put in place, it must hold what was written, by count and checksum."""
        name = self._indexes.fresh()
        writer = Building(self._server, name)
        try:
            yield writer
            writer.refresh()
            writer.compare(self._scanned(name))
        except BaseException:
            self._indexes.discard(name)
            raise
        self._indexes.swap(name)
        self._writing = Writing(self._server, self._server.prefix)

    def status(self) -> Status:
        self._indexes.check()
        return status_of(self._server.search(status_body()))

    def close(self) -> None:
        self._server.close()

    def _scanned(self, index: str) -> Iterator[Scanned]:
        """Yield the entries of an index as of one moment; one whose slices are not all of one kind has no checksum."""
        for _, slices in groupby(self._documents(index), key=lambda source: source["entry"]):
            held = list(slices)
            first = held[0]
            whole = [(at, *(first[name] for name in SAME_IN_ALL)) for at in range(first["slices"])]
            sound = whole == [(one["slice"], *(one[name] for name in SAME_IN_ALL)) for one in held]
            yield Scanned(
                record=first["record"],
                version=first["version"],
                part=first["part"],
                revision=first["revision"],
                checksum=first["checksum"] if sound else "",
                tokens=first["tokens"],
                hidden_from=first["hidden_from"],
            )

    def _documents(self, index: str) -> Iterator[Mapping[str, Any]]:
        ask, client = self._server.ask, self._server.slowly
        point = ask(lambda: client.open_point_in_time(index=index, keep_alive=KEPT_OPEN))["id"]
        after: list[Any] | None = None
        try:
            while True:
                hits = ask(partial(self._page, point, after))["hits"]["hits"]
                yield from map(_with_readers, hits)
                if len(hits) < AT_ONCE:
                    return
                after = hits[-1]["sort"]
        finally:
            ask(lambda: client.close_point_in_time(id=point))

    def _page(self, point: str, after: list[Any] | None) -> Any:
        pit = {"id": point, "keep_alive": KEPT_OPEN}
        return self._server.slowly.search(
            size=AT_ONCE,
            sort=["entry", "slice"],
            pit=pit,
            search_after=after,
            docvalue_fields=[{"field": name} for name in READERS],
        )


def _with_readers(hit: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what is kept of a document, and who may read it, by the values the filter itself goes by."""
    fields = hit.get("fields", {})
    return {**hit["_source"], **{name: frozenset(fields.get(name, [])) - {WHO_SEES_ALL} for name in READERS}}
