"""Numbers by which every engine knows, orders and continues: the same entry has the same keys everywhere."""

from __future__ import annotations

import hashlib

from records.kinds import kind_of
from search.conditions import ALWAYS
from search.entries import Entry

DAYS = ("shown_from", "shown_to", "valid_from", "valid_to", "date_min", "date_max")
# Above every year: the largest that fits in front of the other bits of a key.
WITHOUT_NUMBER = 4095


def ordinal_of(record: str, number: int, part: int) -> int:
    """Return a number by which the two indexes know an entry: 63 bits of a digest, so that no counter is needed."""
    digest = hashlib.blake2b(f"{record}/{number}/{part}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def order_keys(entry: Entry) -> dict[str, int]:
    """Return the keys of listings: by day in either direction, what has none last, and by number; each is unique."""
    ordinal = ordinal_of(entry.record, entry.version, entry.part)
    apart = ordinal & ((1 << 41) - 1)
    return {
        "date_key": ((entry.date_max or 0) << 41) | apart,
        "rising_date_key": ((ALWAYS if entry.date_max is None else entry.date_max) << 41) | apart,
        "number_key": _number_key(entry, ordinal),
    }


def day_fields(entry: Entry) -> dict[str, int]:
    """Return the days of an entry; what is open reaches to an end of time, what has no date lies in no range."""
    given = (
        ("shown_from", entry.shown_from, 0),
        ("shown_to", entry.shown_to, ALWAYS),
        ("valid_from", entry.valid_from, 0),
        ("valid_to", entry.valid_to, ALWAYS),
        ("date_min", entry.date_min, ALWAYS),
        ("date_max", entry.date_max, 0),
    )
    return {name: otherwise if value is None else value for name, value, otherwise in given}


def hierarchy_of(entry: Entry) -> int:
    """Return the rank of the entry's kind in hundredths."""
    kind = kind_of(entry.kind)
    return round(kind.rank * 100) if kind else 0


def _number_key(entry: Entry, ordinal: int) -> int:
    """Return a key that sorts by `number_sort` (its first bytes) and then apart; numbers without one come last."""
    year, _, sequence = entry.number_sort.partition("/")
    if not (year.isdecimal() and sequence.isdecimal()):
        return (WITHOUT_NUMBER << 51) | (ordinal & ((1 << 51) - 1))
    return (int(year) << 51) | (min(int(sequence), (1 << 25) - 1) << 26) | (ordinal & ((1 << 26) - 1))
