"""The kinds of document a site keeps: their codes, names, spellings, place in the hierarchy and key prefix.

Codes are those of the national corpus' `rank` field. The order of precedence is that of the Constitution of Peru,
art. 51, and of the hierarchy of its acts (guide on Peru, 3.2). A site adds its own kinds with `load`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from records.errors import InvalidValue
from records.numbering.kind_table import ISSUERS, ROWS
from records.numbering.spelling import folded, words_of

Shape = Literal["law", "year", "plain"]
"""How its number is built: a running number alone; a number with its year; either, or none."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document. `rank` is its weight in the hierarchy, 1 for the Constitution down to 0.

    `spellings` are folded (lower case, no accents, no dots): full names in singular and plural, abbreviations.
    `prefix` opens the keys of its numbers; kinds of one number series share a prefix. `issuer` is the body code
    that the name itself states, as in *Resolución SBS*.
    """

    code: str
    label_es: str
    label_en: str
    prefix: str
    shape: Shape = "plain"
    rank: float = 0.0
    spellings: tuple[str, ...] = field(default=(), repr=False)
    issuer: str = ""


_BY_CODE: dict[str, Kind] = {}
_BY_SPELLING: dict[str, Kind] = {}
_LAST_WORDS: dict[str, int] = {}
_CONTINUED = re.compile(r"\n\s+")
_PARENTHESIS = re.compile(r"\([^()]*\)")
_ISSUED = re.compile(r"resolucion_(?:de_la_|del_|de_)?([a-z0-9]+(?:_[a-z0-9]+){0,3})")
LONGEST_SPELLING = 7


def load(extra: Iterable[Mapping[str, Any]] = ()) -> tuple[Kind, ...]:
    """Build the table anew from the defaults and a site's own kinds, and return all of it.

    Each extra kind is a mapping with `code`, `label_es` and any other field of Kind; one with a default's code
    replaces it. Raises InvalidValue for one without a code, or with a field that Kind does not have.
    """
    kinds = {kind.code: kind for kind in _defaults()}
    for row in extra:
        kind = _from_site(row)
        kinds[kind.code] = kind
    _BY_CODE.clear()
    _BY_SPELLING.clear()
    for kind in kinds.values():
        _BY_CODE[kind.code] = kind
    for kind in kinds.values():
        for spelling in (*kind.spellings, _spelled(kind.label_es), _spelled(kind.label_en)):
            _BY_SPELLING.setdefault(spelling, kind)
    for kind in kinds.values():
        _BY_SPELLING.setdefault(_spelled(kind.code), kind)
    _LAST_WORDS.clear()
    for spelling in _BY_SPELLING:
        words = spelling.split()
        _LAST_WORDS[words[-1]] = max(len(words), _LAST_WORDS.get(words[-1], 0))
        if len(words) == 1 and len(spelling) <= 4:
            # Initials are looked up joined (`d.s.`) and apart (`d. s.`).
            _LAST_WORDS[spelling[-1]] = max(len(spelling), _LAST_WORDS.get(spelling[-1], 0))
    _like.cache_clear()
    return tuple(kinds.values())


def all_kinds() -> tuple[Kind, ...]:
    """Return every kind known here, in order of the table."""
    return tuple(_BY_CODE.values())


def kind_of(code: str) -> Kind | None:
    """Return the kind with this code, None if it is not known. `resolucion_x` is a resolution issued by X."""
    return _BY_CODE.get(code) or _issued(code)


def kind_spelled(words: tuple[str, ...]) -> Kind | None:
    """Return the kind that these folded words, all of them, name; None if they name none."""
    found = _BY_SPELLING.get(" ".join(words))
    if found is None and len(words) > 1 and len(words[0]) == 1:
        found = _BY_SPELLING.get("".join(words))
    return found


def longest_ending_with(word: str) -> int:
    """Return how many words the longest kind's name has that ends with this folded word; 0 if none does."""
    return _LAST_WORDS.get(word, 0)


def kind_like(text: str) -> Kind | None:
    """Return the kind that a text names or starts with: `Decretos Supremos`, `decreto_supremo`, `acta de pleno`."""
    return _like(text[:200])


def kind_named(text: str) -> Kind:
    """Return the kind a person names, by code, name, plural or abbreviation.

    Raises InvalidValue (attr `kind`) for a name that is none.
    """
    kind = kind_like(text)
    if kind is None:
        raise InvalidValue(f"{text!r} is not a kind of document here.", attr="kind")
    return kind


def kind_with_prefix(prefix: str) -> Kind | None:
    """Return the plain kind of a family whose keys open with `prefix`: of `ORD` the ordinance, not the regional one."""
    family = (kind for kind in _BY_CODE.values() if kind.prefix == prefix)
    return min(family, key=lambda kind: len(kind.code), default=None)


@lru_cache(maxsize=1024)
def _like(text: str) -> Kind | None:
    code = text.strip().lower()
    if found := kind_of(code):
        return found
    words = words_of(_PARENTHESIS.sub(" ", folded(text).replace("_", " ")))[:LONGEST_SPELLING]
    for length in range(len(words), 0, -1):
        if found := kind_spelled(tuple(words[:length])):
            return found
    return None


def _issued(code: str) -> Kind | None:
    match = _ISSUED.fullmatch(code)
    plain = _BY_CODE.get("resolucion")
    if match is None or plain is None:
        return None
    name = match[1].upper().replace("_", " ")
    return Kind(code, f"Resolución {name}", f"{name} resolution", plain.prefix, plain.shape, plain.rank, (), name)


def _defaults() -> Iterator[Kind]:
    for line in _CONTINUED.sub(" ", ROWS.strip()).splitlines():
        code, label_es, label_en, prefix, shape, rank, spellings = (part.strip() for part in line.split("|"))
        spelled = tuple(_spelled(part) for part in spellings.split(",") if part.strip())
        yield Kind(code, label_es, label_en, prefix, _shape(shape), float(rank), spelled)
    for name in ISSUERS.split():
        upper = name.upper()
        spelled = tuple(f"resolucion {middle}{name}" for middle in ("", "de ", "del ", "de la "))
        yield Kind(
            f"resolucion_{name}", f"Resolución {upper}", f"{upper} resolution", "RES", "year", 0.15, spelled, upper
        )


def _from_site(row: Mapping[str, Any]) -> Kind:
    code = str(row.get("code", ""))
    unknown = sorted(set(row) - set(Kind.__dataclass_fields__))
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", code) or unknown:
        raise InvalidValue(f"A kind needs a snake_case code and known fields only: {dict(row)!r}.", attr="kinds")
    label = str(row.get("label_es", code.replace("_", " ").capitalize()))
    return Kind(
        code=code,
        label_es=label,
        label_en=str(row.get("label_en", label)),
        prefix=str(row.get("prefix", code.upper().replace("_", ""))),
        shape=_shape(str(row.get("shape", "plain"))),
        rank=float(row.get("rank", 0.0)),
        spellings=tuple(_spelled(str(part)) for part in row.get("spellings", ())),
        issuer=str(row.get("issuer", "")),
    )


def _shape(text: str) -> Shape:
    if text not in ("law", "year", "plain"):
        raise InvalidValue(f"{text!r} is not a number shape; use law, year or plain.", attr="kinds")
    return text  # type: ignore[return-value]


def _spelled(text: str) -> str:
    return " ".join(words_of(folded(text).replace("_", " ")))


load()
