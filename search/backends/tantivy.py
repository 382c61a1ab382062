"""The embedded engine: tantivy behind `SearchBackend`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

import tantivy
from tantivy import Query

from records.errors import SearchUnavailable
from search.backends.base import Found, Hit, Plan, Scanned, Status, UnitHit
from search.backends.tantivy_plan import Compiler
from search.backends.tantivy_relevance import Listing
from search.backends.tantivy_schema import stored
from search.backends.tantivy_store import Folder, Generation
from search.backends.tantivy_typing import Typing
from search.conditions import WHO_SEES_ALL
from search.entries import Entry
from search.query import Readers

P = ParamSpec("P")
T = TypeVar("T")


class TantivyEngine:
    """A `SearchBackend` in one folder. One process at a time writes; any number read."""

    def __init__(self, path: str | Path) -> None:
        self._folder = Folder(Path(path))

    def write(self, entries: Iterable[Entry], replaced: Iterable[str], *, commit: bool = True) -> tuple[()]:
        return self._folder.current().write(entries, replaced, commit=commit)

    def search(self, plan: Plan) -> Found:
        return self._asked(lambda: Listing(plan, self._folder.current()).found())

    def places(self, plan: Plan) -> Sequence[UnitHit]:
        pieces = Listing(plan, self._folder.current()).pieces
        return self._asked(pieces.in_order)

    def suggest(self, text: str, *, readers: Readers, today: int, excluded: frozenset[str], size: int) -> list[Hit]:
        generation = self._folder.current()
        return self._asked(Typing(generation, readers, excluded, today).suggestions, text, size)

    def meant(self, words: Sequence[str], *, readers: Readers, excluded: frozenset[str]) -> Mapping[str, str]:
        return self._asked(Typing(self._folder.current(), readers, excluded).meant, words)

    def scan(self) -> Iterator[Scanned]:
        """Yield all entries, by slices of their ordinals, so that memory stays flat."""
        generation = self._folder.current()
        searcher = generation.view().docs
        docs = Compiler(generation.schemas[0])
        last = -1
        while True:
            rest = (
                Query.range_query(
                    docs.schema, "ordinal", tantivy.FieldType.Unsigned, lower_bound=last, include_lower=False
                )
                if last >= 0
                else Query.all_query()
            )
            found = searcher.search(rest, limit=2000, count=False, order_by_field="ordinal", order=tantivy.Order.Asc)
            for ordinal, address in found.hits:
                last = ordinal
                document = searcher.doc(address)
                yield Scanned(
                    record=stored(document, "record"),
                    version=stored(document, "version"),
                    part=stored(document, "part"),
                    revision=stored(document, "revision"),
                    checksum=stored(document, "checksum"),
                    tokens=frozenset(document.get_all("tokens")),
                    hidden_from=frozenset(document.get_all("hidden_from")) - {WHO_SEES_ALL},
                )
            if len(found.hits) < 2000:
                return

    @contextmanager
    def rebuild(self) -> Iterator[Generation]:
        fresh = self._folder.fresh()
        try:
            yield fresh
            fresh.write([], [], commit=True)
        except BaseException:
            fresh.drop_writers()
            self._folder.discard(fresh)
            raise
        fresh.drop_writers()
        self._folder.point_to(fresh)

    def status(self) -> Status:
        view = self._folder.current().view()
        return Status(view.docs.num_docs, view.units.num_docs, view.state, "tantivy")

    def close(self) -> None:
        self._folder.close()

    def _asked(self, ask: Callable[P, T], *args: P.args, **said: P.kwargs) -> T:
        try:
            return ask(*args, **said)
        except (ValueError, OSError) as failure:
            raise SearchUnavailable(f"The index does not answer: {failure}") from failure
