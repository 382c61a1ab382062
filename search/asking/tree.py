"""What an operator demands, as a small frozen tree: leaves that a document holds or not, joined by and, or and not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from records.numbers import NumberQuery
from search.language import Token


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in their order: (distance from the first, stem)."""

    words: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Word:
    """One word, in whatever form its stem allows."""

    token: Token


@dataclass(frozen=True, slots=True)
class Begins:
    """A word that begins so (folded). `stems` are shorter: what such words are cut down to with their usual endings."""

    prefix: str
    stems: tuple[str, ...] = ()


Said = Word | Phrase | Begins
"""What a text can hold."""


@dataclass(frozen=True, slots=True)
class InTitle:
    """The title holds it."""

    what: Said


@dataclass(frozen=True, slots=True)
class Numbered:
    """The document bears this number; `form` is the one that an engine found to be known, of those to be tried."""

    number: NumberQuery
    form: str = ""


@dataclass(frozen=True, slots=True)
class Coded:
    """The field has one of these values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spelled:
    """The field's value holds one of these rows of folded words, in any case and with any accents."""

    field: str
    names: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Years:
    """The document's year lies from `first` to `last`, both included."""

    first: int
    last: int


Leaf = Said | InTitle | Numbered | Coded | Spelled | Years


@dataclass(frozen=True, slots=True)
class Every:
    """All of these hold."""

    of: tuple[Demand, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these holds."""

    of: tuple[Demand, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """This does not hold, anywhere in the document."""

    of: Demand


Demand = Leaf | Every | Either | Without


def joined(kind: type[Every] | type[Either], parts: list[Demand | None]) -> Demand | None:
    """Join demands; those that came to nothing are left out, one alone stands for itself."""
    held = tuple(part for part in parts if part is not None)
    return kind(held) if len(held) > 1 else next(iter(held), None)


def wanted_leaves(demands: tuple[Demand, ...]) -> Iterator[Leaf]:
    """Yield the leaves that are wanted, not those that must be absent."""
    for demand in demands:
        match demand:
            case Every(of) | Either(of):
                yield from wanted_leaves(of)
            case Without():
                pass
            case _:
                yield demand


def all_leaves(demands: tuple[Demand, ...]) -> Iterator[Leaf]:
    """Yield every leaf, wanted or not."""
    for demand in demands:
        match demand:
            case Every(of) | Either(of):
                yield from all_leaves(of)
            case Without(of):
                yield from all_leaves((of,))
            case _:
                yield demand


def with_known(demand: Demand, known: dict[str, str]) -> Demand:
    """Return a demand whose numbers have their known form, by their first form."""
    match demand:
        case Numbered(number):
            return replace(demand, form=known.get(number.forms[0], ""))
        case Every(of):
            return Every(tuple(with_known(one, known) for one in of))
        case Either(of):
            return Either(tuple(with_known(one, known) for one in of))
        case Without(of):
            return Without(with_known(of, known))
        case _:
            return demand
