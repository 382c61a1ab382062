"""Which file a row speaks of that names none, or names it by a link: found by what both say, and told.

Four clues, the surest first: the name at the end of a link or path, a cell that is the file's name, the document's
number, its title. A clue counts only where it leads one row to one file and no other row there; what is left open
stays open.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from rapidfuzz.fuzz import ratio

from ingest.columns import number_said
from ingest.describing.naming import named
from ingest.manifest import Row
from ingest.near_misses import end_of
from ingest.sources import SourceFile
from records.numbering.spelling import folded
from records.numbers import parse_number

_SAME_TITLE = 90.0
"""Of a hundred (Indel): file names cut titles short and lose their signs, not their words."""
_SHORTEST_TITLE = 20
_RARE_WORDS = 3
_MOST_BEFORE = 2
"""How many words may stand in a file's name before its document's number."""

Clue = Callable[[list[Row], list[SourceFile]], tuple[dict[int, set[str]], dict[str, set[str]]]]
"""Gives keys of rows by number, and keys of files by name; where both share a key, one may speak of the other."""


@dataclass(frozen=True, slots=True)
class Match:
    """A row's file, and by which clue it was found: `name`, `identifier`, `number` or `title`."""

    row: int
    file: str
    by: str


def matched(rows: Iterable[Row], files: Iterable[SourceFile]) -> list[Match]:
    """Return the files of rows, out of those that are still without the other."""
    rows, free = list(rows), _named_once(files)
    found: list[Match] = []
    for by, clue in _CLUES.items():
        for number, name in _pairs(*clue(rows, free)):
            found.append(Match(number, name, by))
        taken, gone = {match.file for match in found}, {match.row for match in found}
        rows = [row for row in rows if row.number not in gone]
        free = [file for file in free if file.name not in taken]
        if not rows or not free:
            break
    return sorted(found, key=lambda match: match.row)


def with_files(rows: Iterable[Row], matches: Iterable[Match]) -> list[Row]:
    """Return the rows, those of a match with its file."""
    files = {match.row: match.file for match in matches}
    return [replace(row, file=files.get(row.number, row.file)) for row in rows]


def _named_once(files: Iterable[SourceFile]) -> list[SourceFile]:
    files = list(files)
    count = Counter(file.name for file in files)
    return [file for file in files if count[file.name] == 1 and not file.failure]


def _pairs(rows: Mapping[int, set[str]], files: Mapping[str, set[str]]) -> list[tuple[int, str]]:
    """Return the rows and files that a key leads to each other and to none else."""
    by_key: dict[str, set[str]] = defaultdict(set)
    for name, keys in files.items():
        for key in keys:
            by_key[key].add(name)
    meant = {number: {name for key in keys for name in by_key.get(key, ())} for number, keys in rows.items()}
    wanted = Counter(name for names in meant.values() for name in names)
    only = ((number, next(iter(names))) for number, names in meant.items() if len(names) == 1)
    return [(number, name) for number, name in only if wanted[name] == 1]


def _by_name(rows: list[Row], files: list[SourceFile]) -> tuple[dict[int, set[str]], dict[str, set[str]]]:
    ends = {row.number: {_plain(end_of(row.file))} for row in rows if row.file}
    return ends, {file.name: {_plain(end_of(file.name))} for file in files}


def _by_identifier(rows: list[Row], files: list[SourceFile]) -> tuple[dict[int, set[str]], dict[str, set[str]]]:
    cells = {
        row.number: {_plain(_stem(end_of(value))) for value in (row.file, *row.fields.values()) if 0 < len(value) < 300}
        for row in rows
    }
    # A bare figure is a number of something, not a file's name.
    stems = {file.name: {stem} for file in files if not (stem := _plain(_stem(end_of(file.name)))).isdecimal()}
    return cells, stems


def _by_number(rows: list[Row], files: list[SourceFile]) -> tuple[dict[int, set[str]], dict[str, set[str]]]:
    keys: dict[int, set[str]] = {}
    for row in rows:
        number = number_said(row.fields)
        keys[row.number] = {number.key} if number and number.kind_prefix else set()
    return keys, {file.name: _number_keys(file) for file in files}


def _number_keys(file: SourceFile) -> set[str]:
    """Return the numbers that a file's name may say; an owner's own number may stand before: `DOC-008_DS_017_2025`."""
    parts = re.split(r"[_+\s]+", _stem(end_of(file.name)))
    keys: set[str] = set()
    for at in range(min(len(parts), _MOST_BEFORE + 1)):
        number = parse_number(" ".join(parts[at:]))
        if number and number.kind_prefix and (number.year is not None or number.seq > 999):
            # Words of the subject after the number read like further initials of its body.
            pieces = number.key.split("-")
            keys |= {"-".join(pieces[:length]) for length in range(min(2, len(pieces)), len(pieces) + 1)}
    return keys


def _by_title(rows: list[Row], files: list[SourceFile]) -> tuple[dict[int, set[str]], dict[str, set[str]]]:
    """Join a title and a file by a key of their own where the one is the other, perhaps cut short."""
    stems = {file.name: _plain(named(file.name).title) for file in files}
    often = Counter(word for stem in stems.values() for word in set(stem.split()))
    holders: dict[str, list[str]] = defaultdict(list)
    for name, stem in stems.items():
        for word in sorted(set(stem.split()), key=lambda word: (often[word], word))[:_RARE_WORDS]:
            holders[word].append(name)
    keys: dict[int, set[str]] = {}
    for row in rows:
        title = _plain(row.fields.get("title", ""))
        names = {name for word in set(title.split()) for name in holders.get(word, ())}
        keys[row.number] = {name for name in names if _same_title(title, stems[name])}
    return keys, {name: {name} for name in stems}


def _same_title(title: str, stem: str) -> bool:
    if len(stem) < _SHORTEST_TITLE or len(title) < _SHORTEST_TITLE:
        return False
    return ratio(title[: len(stem)], stem, score_cutoff=_SAME_TITLE) > 0


def _stem(name: str) -> str:
    return re.sub(r"\.[A-Za-z][A-Za-z0-9]{1,4}$", "", name)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", folded(text)).split())


_CLUES: dict[str, Clue] = {"name": _by_name, "identifier": _by_identifier, "number": _by_number, "title": _by_title}
