"""The Elasticsearch index: a strict mapping, and the documents of an entry.

One document an entry, its pieces nested. An entry of more than 2,000 pieces goes on in further documents, its slices:
they hold pieces and what access and time filter by; only slice 0 has words of its own, and is counted and listed.
Words are given as `search.language` reads them, so no analysis of the server's takes part.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from search.conditions import WHO_SEES_ALL
from search.entries import Entry, Unit
from search.keys import DAYS, day_fields, hierarchy_of, order_keys
from search.language import Token, tokens
from search.query import FIELDS

MOST_UNITS = 2000
GAP = "0stop"
"""Stands where a stop word was; the server drops it and keeps its place, so that phrases keep their distances."""
_PLAIN = re.compile(r"(?!0)[0-9a-z]+|0[0-9]*")

_KEYWORD: dict[str, Any] = {"type": "keyword"}
_WHOLE: dict[str, Any] = {"type": "integer"}
_LONG: dict[str, Any] = {"type": "long"}
_WORDS: dict[str, Any] = {"type": "text", "analyzer": "given"}
# Given back, never asked for.
_PLACE: dict[str, Any] = {"type": "integer", "index": False}
_NAME: dict[str, Any] = {"type": "keyword", "index": False}
SOURCE = ("record", "entry", "slice", "slices", "version", "part", "revision", "checksum")

PROPERTIES: dict[str, Any] = {
    **dict.fromkeys(("record", "entry", "state", "tokens", "hidden_from", "numbers", "title_words"), _KEYWORD),
    **dict.fromkeys(FIELDS, _KEYWORD),
    "checksum": {**_NAME, "doc_values": False},
    **dict.fromkeys(("slice", "slices", "version", "part", "hierarchy"), _WHOLE),
    **dict.fromkeys(("revision", "date_key", "rising_date_key", "number_key"), _LONG),
    **dict.fromkeys(DAYS, _WHOLE),
    "title": _WORDS,
    "lead": _WORDS,
    # For matching alone.
    "whole": {**_WORDS, "norms": False},
    "title_exact": {"type": "text", "analyzer": "whitespace"},
    "units": {
        "type": "nested",
        "dynamic": "strict",
        "properties": {
            "text": _WORDS,
            **dict.fromkeys(("page", "start", "end"), _PLACE),
            **dict.fromkeys(("anchor", "label"), _NAME),
        },
    },
}
SETTINGS: dict[str, Any] = {
    # Facets are exact over one shard without further ado; it carries some millions of pages.
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "1s",
    "analysis": {
        "tokenizer": {"runs": {"type": "standard", "max_token_length": 1000}},
        "filter": {"gaps": {"type": "stop", "stopwords": [GAP]}},
        "analyzer": {"given": {"type": "custom", "tokenizer": "runs", "filter": ["gaps"]}},
    },
}
_SHAPE = {"properties": PROPERTIES, "analysis": SETTINGS["analysis"], "source": SOURCE, "units": MOST_UNITS}
FORMAT = hashlib.sha256(json.dumps(_SHAPE, sort_keys=True).encode()).hexdigest()[:16]
"""Names the shape of the index; one of another shape is refused."""


def mapping(prefix: str) -> dict[str, Any]:
    """Return the mapping of a site's index, which says whose it is and of which shape."""
    return {
        "dynamic": "strict",
        "_meta": {"legajo": prefix, "format": FORMAT},
        "_source": {"includes": list(SOURCE)},
        "properties": PROPERTIES,
    }


@lru_cache(maxsize=50_000)
def safe(word: str) -> str:
    """Return a word as letters a to z and digits, which the server's tokenizer leaves whole; no two words alike."""
    return word if _PLAIN.fullmatch(word) else _signs(word)


def beginnings(prefix: str) -> tuple[str, ...]:
    """Return how words that begin so begin as `safe` gives them: those left whole, and those by their signs."""
    return (prefix, _signs(prefix)) if _PLAIN.fullmatch(prefix) else (_signs(prefix),)


def _signs(word: str) -> str:
    return f"0u{word.encode('utf-8', 'surrogatepass').hex()}"


def given(words: Iterable[tuple[int, str]]) -> str:
    """Return words at their places as a text for the server."""
    parts: list[str] = []
    at = 0
    for position, word in words:
        parts += [GAP] * (position - at)
        parts.append(safe(word))
        at = position + 1
    return " ".join(parts)


def documents_of(entry: Entry) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the documents of an entry with their ids."""
    name = f"{entry.record}:{entry.version}:{entry.part}"
    words = _words_of_texts([entry.title, *(unit.text for unit in entry.units)])
    slices = max(1, -(-len(entry.units) // MOST_UNITS))
    for at in range(slices):
        document = {**_shared(entry), "entry": name, "slice": at, "slices": slices}
        if at == 0:
            document |= _head(entry, words)
        chosen = range(at * MOST_UNITS, min(len(entry.units), (at + 1) * MOST_UNITS))
        document["units"] = [_unit(entry.units[one], words[one + 1]) for one in chosen]
        yield (f"{name}:{at}" if at else name), document


def _words_of_texts(texts: Sequence[str]) -> list[list[Token]]:
    """Read texts as one, so that a phrase over a seam matches as it does in one text; return each text's words."""
    ends: list[int] = []
    for text in texts:
        ends.append((ends[-1] + 1 if ends else 0) + len(text))
    found: list[list[Token]] = [[] for _ in texts]
    at = 0
    for token in tokens("\n".join(texts)):
        while token.start >= ends[at]:
            at += 1
        found[at].append(token)
    return found


def _head(entry: Entry, words: Sequence[Sequence[Token]]) -> dict[str, Any]:
    title = words[0]
    return {
        **order_keys(entry),
        "hierarchy": hierarchy_of(entry),
        "numbers": list(entry.numbers),
        "title": given((token.position, token.stem) for token in title),
        "title_exact": " ".join(token.word for token in title),
        "title_words": sorted({token.word for token in title}),
        "lead": given((token.position, token.stem) for token in tokens(entry.lead)),
        "whole": given((token.position, token.stem) for part in words for token in part),
    }


def _unit(unit: Unit, words: Sequence[Token]) -> dict[str, Any]:
    first = words[0].position if words else 0
    return {
        "text": given((token.position - first, token.stem) for token in words),
        "page": unit.page,
        "start": unit.start,
        "end": unit.end,
        "anchor": unit.anchor,
        "label": unit.label,
    }


def _shared(entry: Entry) -> dict[str, Any]:
    hidden_from = (*entry.hidden_from, WHO_SEES_ALL) if entry.hidden_from else ()
    return {
        "record": entry.record,
        "version": entry.version,
        "part": entry.part,
        "revision": entry.revision,
        "checksum": entry.checksum,
        "state": entry.state,
        "tokens": sorted(entry.tokens),
        "hidden_from": sorted(hidden_from),
        **{name: str(value) for name in FIELDS if (value := getattr(entry, name)) not in ("", None)},
        **day_fields(entry),
    }
