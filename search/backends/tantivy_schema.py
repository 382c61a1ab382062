"""The two tantivy indexes: `docs`, one entry a version, and `units`, one a piece of text; and their documents.

`docs` decides what matches, counts, filters and sorts; `units` says where and how well (guide on search, A4).
Who may read is in both and is filtered in both.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from typing import Any

import tantivy

from records.kinds import kind_of
from search.entries import Entry, Unit
from search.language import LONGEST_TOKEN, STOP_WORDS

FORMAT = f"tantivy {version('tantivy')}, schema 2"
ALWAYS = 4_000_000
"""A day after all others: proleptic ordinals end at 3,652,059."""
MOST_ORDINAL = (1 << 63) - 1
WHO_SEES_ALL = "*"
"""Stands among `hidden_from` for the operator, who holds no token: whatever is hidden from anybody is from them."""
FACETS = ("kind", "issuer", "series", "body", "session_kind", "status", "language", "year")
_DAYS = ("shown_from", "shown_to", "valid_from", "valid_to", "date_min", "date_max")


def schemas() -> tuple[tantivy.Schema, tantivy.Schema]:
    """Return the schemas of `docs` and `units`."""
    docs = _shared(tantivy.SchemaBuilder())
    for name in ("title", "lead", "whole"):
        docs.add_text_field(name, tokenizer_name="stemmed", index_option="position")
    docs.add_text_field("title_exact", stored=True, tokenizer_name="folded", index_option="position")
    docs.add_text_field("numbers", tokenizer_name="raw", index_option="basic")
    docs.add_text_field("checksum", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("version", "part", "revision"):
        docs.add_unsigned_field(name, stored=True)
    for name in ("date_key", "rising_date_key", "number_key", "hierarchy"):
        docs.add_unsigned_field(name, indexed=True, fast=True)
    units = _shared(tantivy.SchemaBuilder())
    units.add_text_field("text", tokenizer_name="stemmed", index_option="position")
    for name in ("page", "start", "end"):
        units.add_unsigned_field(name, stored=True)
    for name in ("anchor", "label"):
        units.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    return docs.build(), units.build()


def _shared(builder: tantivy.SchemaBuilder) -> tantivy.SchemaBuilder:
    builder.add_text_field("record", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("ordinal", stored=True, indexed=True, fast=True)
    for name in ("tokens", "hidden_from", "state"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in _DAYS:
        builder.add_unsigned_field(name, indexed=True, fast=True)
    return builder


def register_analyzers(index: tantivy.Index) -> None:
    """Give an opened index the chains of `search.language`; tantivy does not save them with the index."""
    index.register_tokenizer("folded", _folding().build())
    index.register_tokenizer("stemmed", _folding().filter(tantivy.Filter.stemmer("spanish")).build())


def _folding() -> tantivy.TextAnalyzerBuilder:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.remove_long(LONGEST_TOKEN))
        .filter(tantivy.Filter.custom_stopword(sorted(STOP_WORDS)))
    )


def ordinal_of(record: str, number: int, part: int) -> int:
    """Return a number by which the two indexes know an entry: 63 bits of a digest, so that no counter is needed."""
    digest = hashlib.blake2b(f"{record}/{number}/{part}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def document_of(entry: Entry) -> tantivy.Document:
    """Return the `docs` document of an entry. Typed adders only: a wrong type kills tantivy's writer thread."""
    document = tantivy.Document()
    ordinal = _add_shared(document, entry)
    document.add_text("title", entry.title)
    document.add_text("title_exact", entry.title)
    if entry.lead:
        document.add_text("lead", entry.lead)
    # Texts of one field lie 1 position apart in tantivy, so a phrase could reach over a seam: one text, then.
    document.add_text("whole", "\n".join([entry.title, *(unit.text for unit in entry.units)]))
    for form in entry.numbers:
        document.add_text("numbers", form)
    document.add_text("checksum", entry.checksum)
    for name in ("version", "part", "revision"):
        document.add_unsigned(name, getattr(entry, name))
    # Without a date, last in both directions.
    for name, undated in (("date_key", 0), ("rising_date_key", ALWAYS)):
        day = entry.date_max if entry.date_max is not None else undated
        document.add_unsigned(name, (day << 41) | (ordinal & ((1 << 41) - 1)))
    document.add_unsigned("number_key", _number_key(entry, ordinal))
    kind = kind_of(entry.kind)
    document.add_unsigned("hierarchy", round(kind.rank * 100) if kind else 0)
    return document


def stored(document: tantivy.Document, name: str) -> Any:
    """Return a stored value of a document that was read back, None where it has none."""
    return document.get_first(name)


def unit_document(entry: Entry, unit: Unit) -> tantivy.Document:
    """Return the `units` document of a piece of an entry's text."""
    document = tantivy.Document()
    _add_shared(document, entry)
    document.add_text("text", unit.text)
    document.add_unsigned("page", unit.page)
    document.add_unsigned("start", unit.start)
    document.add_unsigned("end", unit.end)
    document.add_text("anchor", unit.anchor)
    document.add_text("label", unit.label)
    return document


def _add_shared(document: tantivy.Document, entry: Entry) -> int:
    ordinal = ordinal_of(entry.record, entry.version, entry.part)
    document.add_text("record", entry.record)
    document.add_unsigned("ordinal", ordinal)
    for token in entry.tokens:
        document.add_text("tokens", token)
    for token in (*entry.hidden_from, WHO_SEES_ALL) if entry.hidden_from else ():
        document.add_text("hidden_from", token)
    document.add_text("state", entry.state)
    for name in FACETS:
        value = getattr(entry, name)
        if value not in ("", None):
            document.add_text(name, str(value))
    for name, value, otherwise in (
        ("shown_from", entry.shown_from, 0),
        ("shown_to", entry.shown_to, ALWAYS),
        ("valid_from", entry.valid_from, 0),
        ("valid_to", entry.valid_to, ALWAYS),
        # A document without a date lies in no range of dates.
        ("date_min", entry.date_min, ALWAYS),
        ("date_max", entry.date_max, 0),
    ):
        document.add_unsigned(name, otherwise if value is None else value)
    return ordinal


# Above every year: the largest that fits in front of the other bits of a key.
WITHOUT_NUMBER = 4095


def _number_key(entry: Entry, ordinal: int) -> int:
    """Return a key that sorts by `number_sort` (its first bytes) and then apart; numbers without one come last."""
    year, _, sequence = entry.number_sort.partition("/")
    if not (year.isdigit() and sequence.isdigit()):
        return (WITHOUT_NUMBER << 51) | (ordinal & ((1 << 51) - 1))
    return (int(year) << 51) | (min(int(sequence), (1 << 25) - 1) << 26) | (ordinal & ((1 << 26) - 1))
