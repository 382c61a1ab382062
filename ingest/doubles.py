"""What a list may hold twice, shown for a decision and never decided: the same bytes, the same number of a kind.

Of records that are here already only those are told that the archivist may see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence

from ingest.batch_items import weighed
from ingest.columns import number_said
from ingest.manifest_tables import FILE_COLUMN, Fault
from ingest.sources import SourceFile, external_ids_of
from records.models import Record
from records.persons import Person

AT_ONCE = 500


def doubles(chosen: Sequence[SourceFile], by: Person) -> list[Fault]:
    """Return, by row, what stands in another row too or is a record already. No fault: both may be meant."""
    numbers = {file.shown: key for file in chosen if (key := _number_key(file))}
    found = [
        *_same_bytes(chosen),
        *_in_two_rows([(file, numbers[file.shown]) for file in chosen if file.shown in numbers]),
        *_here_already(chosen, numbers, by),
    ]
    return sorted(found, key=lambda one: one.row)


def _number_key(file: SourceFile) -> str:
    """Return the key of the number that a row says, empty for none.

    A new version bears its record's, and a number without a kind may be anything's.
    """
    if file.row is None or file.versions_of:
        return ""
    number = number_said(file.row.fields)
    return number.key if number and number.kind_prefix else ""


def _same_bytes(chosen: Iterable[SourceFile]) -> Iterator[Fault]:
    """Only files of one size can be the same: the others are not read."""
    by_size: dict[int, list[SourceFile]] = defaultdict(list)
    for file in chosen:
        if file.row is not None and file.size and not file.failure:
            by_size[file.size].append(file)
    for files in by_size.values():
        if len(files) > 1:
            told = [(file, digest) for file in files if (digest := weighed(file)[1])]
            yield from _first_of_each(told, FILE_COLUMN, "the same bytes as row {row}")


def _in_two_rows(numbered: Iterable[tuple[SourceFile, str]]) -> Iterator[Fault]:
    return _first_of_each(numbered, "number", "the same number as row {row}")


def _first_of_each(keyed: Iterable[tuple[SourceFile, Hashable]], column: str, told: str) -> Iterator[Fault]:
    first: dict[Hashable, int] = {}
    for file, key in keyed:
        assert file.row is not None
        if (before := first.setdefault(key, file.row.number)) != file.row.number:
            yield Fault(file.row.number, column, told.format(row=before))


def _here_already(chosen: Sequence[SourceFile], numbers: dict[str, str], by: Person) -> Iterator[Fault]:
    """Yield rows whose number a record bears that is not of the row's own name; a question for some at a time."""
    rows = [file for file in chosen if file.shown in numbers]
    for at in range(0, len(rows), AT_ONCE):
        some = rows[at : at + AT_ONCE]
        keys = {numbers[file.shown] for file in some}
        there: dict[str, tuple[str, str]] = {}
        mine = Record.objects.visible_to(by).filter(number_key__in=keys).order_by("pk")
        for key, name, title in mine.values_list("number_key", "external_id", "title"):
            there.setdefault(key, (name, title))
        for file in some:
            name, title = there.get(numbers[file.shown], ("", ""))
            if (name or title) and name not in external_ids_of(file) and file.row is not None:
                yield Fault(file.row.number, "number", f"a record bears this number already: {title or name}")
