"""The two tantivy indexes: `docs`, one entry a version, and `units`, one a piece of text; and their documents.

`docs` decides what matches, counts, filters and sorts; `units` says where and how well (guide on search, A4).
Who may read is in both and is filtered in both.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from copy import copy
from importlib.metadata import version
from typing import Any

import tantivy

from search.conditions import WHO_SEES_ALL
from search.entries import Entry, Unit
from search.keys import DAYS, day_fields, hierarchy_of, order_keys, ordinal_of
from search.language import LONGEST_TOKEN, STOP_WORDS
from search.query import FIELDS

FORMAT = f"tantivy {version('tantivy')}, schema 4"
MOST_ORDINAL = (1 << 63) - 1


def schemas() -> tuple[tantivy.Schema, tantivy.Schema]:
    """Return the schemas of `docs` and `units`."""
    # Who may read is given back by `docs`, for the audit.
    docs = _shared(tantivy.SchemaBuilder(), readers_stored=True)
    for name in ("title", "lead", "whole"):
        docs.add_text_field(name, tokenizer_name="stemmed", index_option="position")
    docs.add_text_field("title_exact", stored=True, tokenizer_name="folded", index_option="position")
    docs.add_text_field("numbers", tokenizer_name="raw", index_option="basic")
    docs.add_text_field("checksum", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("version", "part", "revision"):
        docs.add_unsigned_field(name, stored=True)
    for name in ("date_key", "rising_date_key", "number_key", "hierarchy"):
        docs.add_unsigned_field(name, indexed=True, fast=True)
    units = _shared(tantivy.SchemaBuilder(), readers_stored=False)
    units.add_text_field("text", tokenizer_name="stemmed", index_option="position")
    for name in ("page", "start", "end"):
        units.add_unsigned_field(name, stored=True)
    for name in ("anchor", "label"):
        units.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    return docs.build(), units.build()


def _shared(builder: tantivy.SchemaBuilder, *, readers_stored: bool) -> tantivy.SchemaBuilder:
    builder.add_text_field("record", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("ordinal", stored=True, indexed=True, fast=True)
    for name in ("tokens", "hidden_from"):
        builder.add_text_field(name, stored=readers_stored, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("state", tokenizer_name="raw", index_option="basic")
    for name in FIELDS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in DAYS:
        builder.add_unsigned_field(name, indexed=True, fast=True)
    return builder


def register_analyzers(index: tantivy.Index) -> None:
    """Give an opened index the chains of `search.language`; tantivy does not save them with the index."""
    index.register_tokenizer("folded", _folding().build())
    index.register_tokenizer("stemmed", stemming())


def stemming() -> tantivy.TextAnalyzer:
    """Return tantivy's own chain; a test holds it equal to `search.language`."""
    return _folding().filter(tantivy.Filter.stemmer("spanish")).build()


def composed(text: str) -> str:
    """Return a text with each accent in its letter and ordinal signs as letters, as `search.language` reads them.

    tantivy cuts words at an accent that is a letter of its own, and leaves `254º` another word than `254o`.
    """
    # Two replacements, of which each first looks whether it is needed: `translate` took a fifth of an import.
    return unicodedata.normalize("NFC", text).replace("º", "o").replace("ª", "a")


def _folding() -> tantivy.TextAnalyzerBuilder:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.remove_long(LONGEST_TOKEN))
        .filter(tantivy.Filter.custom_stopword(sorted(STOP_WORDS)))
    )


def documents_of(entry: Entry) -> tuple[tantivy.Document, Iterator[tantivy.Document]]:
    """Return the `docs` document of an entry and the `units` documents of its pieces.

    What they share is made once and copied: a law has a thousand pieces. Typed adders only: a wrong type kills
    tantivy's writer thread.
    """
    shared = _filtered_by(entry)
    return _whole(entry, shared), (_piece(unit, shared) for unit in entry.units)


def _whole(entry: Entry, shared: tantivy.Document) -> tantivy.Document:
    document = copy(shared)
    title = composed(entry.title)
    document.add_text("title", title)
    document.add_text("title_exact", title)
    if entry.lead:
        document.add_text("lead", composed(entry.lead))
    # Texts of one field lie 1 position apart in tantivy, so a phrase could reach over a seam: one text, then.
    document.add_text("whole", composed("\n".join([entry.title, *(unit.text for unit in entry.units)])))
    for form in entry.numbers:
        document.add_text("numbers", form)
    document.add_text("checksum", entry.checksum)
    for name in ("version", "part", "revision"):
        document.add_unsigned(name, getattr(entry, name))
    for name, key in order_keys(entry).items():
        document.add_unsigned(name, key)
    document.add_unsigned("hierarchy", hierarchy_of(entry))
    return document


def stored(document: tantivy.Document, name: str) -> Any:
    """Return a stored value of a document that was read back, None where it has none."""
    return document.get_first(name)


def _piece(unit: Unit, shared: tantivy.Document) -> tantivy.Document:
    document = copy(shared)
    document.add_text("text", composed(unit.text))
    document.add_unsigned("page", unit.page)
    document.add_unsigned("start", unit.start)
    document.add_unsigned("end", unit.end)
    document.add_text("anchor", unit.anchor)
    document.add_text("label", unit.label)
    return document


def _filtered_by(entry: Entry) -> tantivy.Document:
    """Return what says who may read an entry and what it is filtered by, in both indexes."""
    document = tantivy.Document()
    document.add_text("record", entry.record)
    document.add_unsigned("ordinal", ordinal_of(entry.record, entry.version, entry.part))
    for token in entry.tokens:
        document.add_text("tokens", token)
    for token in (*entry.hidden_from, WHO_SEES_ALL) if entry.hidden_from else ():
        document.add_text("hidden_from", token)
    document.add_text("state", entry.state)
    for name in FIELDS:
        value = getattr(entry, name)
        if value not in ("", None):
            document.add_text(name, str(value))
    for name, day in day_fields(entry).items():
        document.add_unsigned(name, day)
    return document
