"""The list of synonyms as a table, out and in: one row an entry, terms with semicolons between."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from records.errors import InvalidValue, NotFound
from records.persons import Person
from records.spreadsheets import harmless
from search.synonyms.kept import entries
from search.synonyms.services import add_synonym, as_kept, change_synonym, check_may_keep_synonyms
from search.synonyms.terms import BETWEEN, EQUAL, Entry, split_terms

COLUMNS = ("key", "kind", "words", "means", "off", "note")
MOST_ROWS = 5_000
LARGEST = 2 * 1024 * 1024
_YES, _NO = "yes", "no"


def written(rows: Iterable[Entry]) -> str:
    """Return entries as CSV (RFC 4180), for a spreadsheet and for `import_synonyms` alike."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for entry in rows:
        words, means = f"{BETWEEN} ".join(entry.words), f"{BETWEEN} ".join(entry.means)
        table.writerow([entry.key, entry.kind, words, means, _YES if entry.off else _NO, harmless(entry.note)])
    return out.getvalue()


@transaction.atomic
def import_synonyms(*, text: str, by: Person) -> tuple[int, int]:
    """Take a table in, whole or not at all; return how many entries were added and how many changed.

    A row with a key says that entry anew; one without adds an entry, unless there is the same already. Entries that
    are not in the table stay as they are. Raises NotAllowed; InvalidValue, whose sentence names the row.
    """
    check_may_keep_synonyms(by)
    present = {entry.key: entry for entry in entries()}
    same = {(entry.kind, entry.words, entry.means) for entry in present.values() if not entry.removed}
    added = changed = 0
    for line, row in _rows(text):
        try:
            said = _said(row)
            key = row.get("key", "").strip()
            if key:
                before = present.get(key)
                changed += change_synonym(key=key, by=by, **said) != before
                continue
            terms = (said["kind"], tuple(said["words"]), tuple(said["means"]))
            if terms not in same:
                same.add(terms)
                add_synonym(by=by, **said)
                added += 1
        except (InvalidValue, NotFound) as refusal:
            raise InvalidValue(f"Row {line}: {refusal.detail}", attr=f"row {line}") from refusal
    return added, changed


def _rows(text: str) -> list[tuple[int, Mapping[str, str]]]:
    """Return the rows with their numbers. Raises InvalidValue for a table without the column of words, or too long."""
    separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    table = csv.DictReader(io.StringIO(text.lstrip("\ufeff").replace("\x00", ""), newline=""), delimiter=separator)
    try:
        rows = [(table.line_num, row) for row in table]
    except csv.Error as failure:
        raise InvalidValue(f"This is no table: {failure}.", attr="file") from failure
    if "words" not in (table.fieldnames or []) or len(rows) > MOST_ROWS:
        raise InvalidValue(f"A column `words` is needed, and at most {MOST_ROWS} rows.", attr="file")
    return [(line, {name: value or "" for name, value in row.items() if name in COLUMNS}) for line, row in rows]


def _said(row: Mapping[str, str]) -> dict[str, Any]:
    off = row.get("off", "").strip().lower()
    if off not in ("", _YES, _NO):
        raise InvalidValue(f"{off[:20]!r} is neither yes nor no.", attr="off")
    said = as_kept(
        kind=row.get("kind", "").strip() or EQUAL,
        words=split_terms(row.get("words", "")),
        means=split_terms(row.get("means", "")),
        note=row.get("note", "").removeprefix("'"),
    )
    return {**said, "off": off == _YES}
