"""Writing to an Elasticsearch index: entries replaced as a whole, by revision, whatever order things arrive in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from elastic_transport import TransportError
from elasticsearch import ApiError
from elasticsearch.helpers import streaming_bulk

from records.errors import SearchUnavailable
from search.backends.base import Refused, Scanned
from search.backends.elastic_mapping import documents_of
from search.backends.elastic_server import Server, unavailable
from search.entries import Entry

log = structlog.get_logger(__name__)

MOST_ITEMS = 200
MOST_BYTES = 5 * 1024 * 1024
# A server that is busy is asked again after 0.5, 1, 2, 4 seconds.
BUSY_RETRIES = 4
FIRST_BACKOFF_SECONDS = 0.5
MOST_AT_ONCE = 10_000
NEWER_IS_THERE = 409
# The document itself cannot be taken: a value too long for its field, more than the server takes in one request.
NOT_TO_BE_TAKEN = frozenset({400, 413})


@dataclass
class Writing:
    """Writes to one index or alias. Nobody else of the site writes between a first call and the commit."""

    server: Server
    index: str
    # By record and id, the revisions written since the last refresh, which a search does not show yet.
    _written: dict[str, dict[str, int]] = field(default_factory=dict)
    _settled: bool = False

    def write(self, entries: Iterable[Entry], replaced: Iterable[str], *, commit: bool = True) -> list[Refused]:
        """Replace the entries of records; return what the server does not take. Raises SearchUnavailable."""
        given: dict[str, list[Entry]] = {record: [] for record in replaced}
        for entry in entries:
            given.setdefault(entry.record, []).append(entry)
        try:
            refused = self._replace(given) if given else []
            if commit:
                self.refresh()
                # Another process may write before this one does again.
                self._settled = False
        except (ApiError, TransportError) as failure:
            self._settled = False
            raise unavailable(failure) from failure
        except SearchUnavailable:
            # What is held now is not known before the next refresh.
            self._settled = False
            raise
        return refused

    def refresh(self) -> None:
        """Make all that was written visible."""
        self.server.slowly.indices.refresh(index=self.index)
        self._written.clear()
        self._settled = True

    def _replace(self, given: Mapping[str, Sequence[Entry]]) -> list[Refused]:
        if not self._settled:
            self.refresh()
        held = self._held(given)
        newest = {record: max(held.get(record, {}).values(), default=0) for record in given}
        wanted = {
            record: entries for record, entries in given.items() if not entries or entries[0].revision >= newest[record]
        }
        refused = self._sent(self._actions(wanted, held))
        if refused:
            # No entry of a record that is not taken as a whole may stay: it may be open to more than the record is.
            records = {one.record for one in refused}
            left = {record: self._written[record] for record in records}
            self._sent(self._actions(dict.fromkeys(records, ()), left))
        return refused

    def _held(self, records: Iterable[str]) -> dict[str, dict[str, int]]:
        """Return the ids and revisions that the index holds of these records."""
        found = {record: self._written[record] for record in records if record in self._written}
        asked = [record for record in records if record not in found]
        after: list[Any] | None = None
        while asked:
            told = self.server.slowly.search(
                index=self.index,
                size=MOST_AT_ONCE,
                source_includes=["record", "revision"],
                query={"terms": {"record": asked}},
                sort=["entry", "slice"],
                search_after=after,
                allow_partial_search_results=False,
            )
            hits = told["hits"]["hits"]
            for hit in hits:
                found.setdefault(hit["_source"]["record"], {})[hit["_id"]] = hit["_source"]["revision"]
            if len(hits) < MOST_AT_ONCE:
                break
            after = hits[-1]["sort"]
        return found

    def _actions(
        self, wanted: Mapping[str, Sequence[Entry]], held: Mapping[str, Mapping[str, int]]
    ) -> Iterator[dict[str, Any]]:
        """Yield what to send: the documents of each record, and that its others go. All carry their revision.

        An operation of an older revision than the server holds changes nothing there.
        """
        for record, entries in wanted.items():
            now: dict[str, int] = {}
            for entry in entries:
                for name, document in documents_of(entry):
                    now[name] = entry.revision
                    yield {**_operation("index", name, entry.revision), "_source": document}
            newest = max(now.values(), default=0)
            for name, revision in held.get(record, {}).items():
                if name not in now:
                    yield _operation("delete", name, max(revision, newest))
            self._written[record] = now

    def _sent(self, actions: Iterable[dict[str, Any]]) -> list[Refused]:
        """Send operations in portions; return those refused for good. Raises SearchUnavailable while it is busy."""
        refused: list[Refused] = []
        for well, told in streaming_bulk(
            self.server.slowly,
            actions,
            index=self.index,
            chunk_size=MOST_ITEMS,
            max_chunk_bytes=MOST_BYTES,
            max_retries=BUSY_RETRIES,
            initial_backoff=FIRST_BACKOFF_SECONDS,
            raise_on_error=False,
            raise_on_exception=False,
            require_alias=self.index == self.server.prefix,
        ):
            [item] = told.values()
            # What was to be taken away and is not there is told without an error.
            if well or "error" not in item or item["status"] == NEWER_IS_THERE:
                continue
            reason = _reason(item["error"])
            if item["status"] not in NOT_TO_BE_TAKEN:
                raise SearchUnavailable(f"The search server does not take entries at the moment: {reason}")
            record = item["_id"].split(":")[0]
            log.error("entry refused", record=record, id=item["_id"], reason=reason)
            refused.append(Refused(record, reason))
        return refused


class Building(Writing):
    """Writes to a new index that nobody searches yet, and remembers what it must hold in the end."""

    def __init__(self, server: Server, index: str) -> None:
        super().__init__(server, index, _settled=True)
        # By record and entry, the checksum.
        self._expected: dict[str, dict[str, str]] = {}

    def write(self, entries: Iterable[Entry], replaced: Iterable[str], *, commit: bool = True) -> list[Refused]:
        """Replace the entries of records. All becomes visible at the end: refreshes cost much in between."""
        return super().write(entries, replaced, commit=False)

    def compare(self, held: Iterable[Scanned]) -> None:
        """Raise SearchUnavailable unless the index holds exactly what was written, by count and checksum."""
        expected = {name: checksum for those in self._expected.values() for name, checksum in those.items()}
        wrong = sum(expected.pop(_entry_name(one), None) != one.checksum for one in held) + len(expected)
        if wrong:
            raise SearchUnavailable(f"The new index is wrong in {wrong} entries; the one before stays in use.")

    def _held(self, records: Iterable[str]) -> dict[str, dict[str, int]]:
        return {record: self._written[record] for record in records if record in self._written}

    def _actions(
        self, wanted: Mapping[str, Sequence[Entry]], held: Mapping[str, Mapping[str, int]]
    ) -> Iterator[dict[str, Any]]:
        for record, entries in wanted.items():
            self._expected[record] = {_entry_name(entry): entry.checksum for entry in entries}
        return super()._actions(wanted, held)


def _entry_name(of: Entry | Scanned) -> str:
    return f"{of.record}:{of.version}:{of.part}"


def _operation(kind: str, name: str, revision: int) -> dict[str, Any]:
    return {"_op_type": kind, "_id": name, "version": revision, "version_type": "external_gte"}


def _reason(error: Any) -> str:
    """Return why a document was refused; the server names the field."""
    if not isinstance(error, Mapping):
        return str(error)[:300]
    cause = error.get("caused_by") or {}
    return f"{error.get('reason', '')} {cause.get('reason', '')}".strip()[:500]
