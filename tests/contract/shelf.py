"""A shelf of entries in an engine: short ways to put them there and to ask, by the Protocol alone."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from search.backends.base import Found, Hit, Place, Plan, SearchBackend
from search.entries import Entry, Unit
from search.language import stem
from search.query import Query, Readers, read_text

TODAY = dt.date(2024, 6, 1).toordinal()
PUBLIC = Readers(frozenset({"public"}))
OPERATOR = Readers(frozenset(), everything=True)
_PLAIN: dict[str, Any] = {
    "version": 1,
    "part": 0,
    "revision": 1,
    "hidden_from": frozenset(),
    "state": "published",
    "shown_from": None,
    "shown_to": None,
    "valid_from": None,
    "valid_to": None,
    "kind": "directiva",
    "issuer": "",
    "body": "",
    "session_kind": "",
    "status": "unknown",
    "language": "es",
    "series": "",
    "year": None,
    "date_min": None,
    "date_max": None,
    "numbers": (),
    "number_sort": "~",
    "title": "",
    "lead": "",
}


def day(text: str) -> int:
    """Return an ISO day as an ordinal."""
    return dt.date.fromisoformat(text).toordinal()


def entry(record: str, *texts: str, readers: Iterable[str] = ("public",), **said: Any) -> Entry:
    """Return an entry. Each of `texts` is a piece on a page of its own; `day` is a date known to the day."""
    if "day" in said:
        said["date_min"] = said["date_max"] = day(said.pop("day"))
    units = tuple(
        Unit(page=page, start=0, end=len(text), anchor=f"art_{page}", label=f"Artículo {page}", text=text)
        for page, text in enumerate(texts, start=1)
    )
    fields = {**_PLAIN, "units": units, "tokens": frozenset(readers), **said}
    checksum = hashlib.sha256(repr(sorted((k, repr(v)) for k, v in fields.items())).encode()).hexdigest()[:24]
    return Entry(**{"record": record, "checksum": checksum, **fields})


@dataclass
class Shelf:
    """An engine with what was put in it."""

    engine: SearchBackend

    def put(self, *entries: Entry) -> None:
        """Write entries, each record's replacing what was there, and make them visible."""
        self.engine.write(entries, list(dict.fromkeys(one.record for one in entries)), commit=True)

    def take_away(self, *records: str) -> None:
        self.engine.write([], records, commit=True)

    def ask(
        self,
        text: str = "",
        *,
        readers: Readers = PUBLIC,
        place: Place = Place(),  # noqa: B008 # a constant
        meant: Mapping[str, str] | None = None,
        **wanted: Any,
    ) -> Found:
        """Ask a question as the service would put it."""
        instead = {stem(word): (stem(other),) for word, other in (meant or {}).items()}
        query = Query(text, readers=readers, today=wanted.pop("today", TODAY), **wanted)
        return self.engine.search(Plan(query, read_text(text), place, instead))

    def names(self, text: str = "", **wanted: Any) -> list[str]:
        """Return the records found, in order; the total must say as many when all fit on the page."""
        found = self.ask(text, **{"size": 100, **wanted})
        if not found.more and "place" not in wanted:
            assert found.total == len(found.hits)
        return [hit.record for hit in found.hits]

    def counts(self, facet: str, text: str = "", **wanted: Any) -> dict[str, int]:
        """Return a facet as a mapping; no value may come twice or be counted zero."""
        values = self.ask(text, facets=(facet,), **wanted).facets[facet]
        assert len(dict(values)) == len(values)
        assert all(count > 0 for _, count in values)
        return dict(values)

    def pages(self, text: str = "", *, size: int, **wanted: Any) -> Iterator[list[Hit]]:
        """Yield page after page to the end, going on as the service does."""
        place = Place()
        while True:
            found = self.ask(text, size=size, place=place, **wanted)
            yield list(found.hits)
            if not found.more:
                return
            place = Place(rank=place.rank + size, after=found.hits[-1].key or None)

    def everything(self, text: str = "", *, size: int, **wanted: Any) -> list[str]:
        return [hit.record for hits in self.pages(text, size=size, **wanted) for hit in hits]

    def places(
        self, record: str, text: str, *, version: int = 1, readers: Readers = PUBLIC, **wanted: Any
    ) -> list[int]:
        """Return the pages of the places in one version that hold what is asked, in their order."""
        query = Query(
            text, readers=readers, today=TODAY, scope="text", versions="all", within=(record, version), **wanted
        )
        units = self.engine.places(Plan(query, replace(read_text(text), number=None)))
        assert [(unit.page, unit.start) for unit in units] == sorted((unit.page, unit.start) for unit in units)
        return [unit.page for unit in units]

    def suggested(self, text: str, *, readers: Readers = PUBLIC, excluded: Iterable[str] = (), size: int = 10) -> Any:
        hits = self.engine.suggest(text, readers=readers, today=TODAY, excluded=frozenset(excluded), size=size)
        return [hit.record for hit in hits]

    def meant(self, *words: str, readers: Readers = PUBLIC, excluded: Iterable[str] = ()) -> dict[str, str]:
        return dict(self.engine.meant(words, readers=readers, excluded=frozenset(excluded)))
