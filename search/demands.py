"""What operators demand, as conditions: of a whole document, of one piece of its text, and what it is worth.

In the text, what stands together must hold in one piece. What only a document can hold (its title, number, year,
that something is nowhere in it) is asked of the document, and an alternative that mixes both of some piece of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from search.asking import Asked, words_of
from search.asking.tree import (
    Begins,
    Coded,
    Demand,
    Either,
    Every,
    InTitle,
    Numbered,
    Phrase,
    Spelled,
    Without,
    Word,
    Years,
    all_leaves,
    wanted_leaves,
    with_known,
)
from search.conditions import (
    All,
    AnyOf,
    Best,
    Clause,
    Days,
    Enough,
    Instead,
    Never,
    SomePiece,
    Starts,
    Weighted,
    Words,
    matching,
    word,
)
from search.conditions import Spelled as SpelledIn
from search.language import twins
from search.ranking import RELEVANCE


def forms_asked(asked: Asked) -> list[tuple[str, ...]]:
    """Return the forms, in turn, of each number whose known form has to be looked up."""
    leading = [asked.number.forms] if asked.number is not None and asked.number.leads else []
    return leading + [leaf.number.forms for leaf in all_leaves(asked.demands) if isinstance(leaf, Numbered)]


def settled(asked: Asked, known: Callable[[str], bool]) -> tuple[Asked, tuple[str, ...]]:
    """Fix each number asked for to its first known form; return the question left over, and the number's tier.

    Only a leading number makes a tier, and its words then leave the text part of the question.
    """
    found: dict[str, str] = {}
    for forms in forms_asked(asked):
        if forms[0] not in found and (form := next((form for form in forms if known(form)), None)):
            found[forms[0]] = form
    asked = replace(asked, demands=tuple(with_known(demand, found) for demand in asked.demands))
    number = asked.number
    if number is None or not number.leads or number.forms[0] not in found:
        return replace(asked, number=None), ()
    form = found[number.forms[0]]
    return replace(asked, words=words_of(number.rest_after(form)), phrases=(), number=number), (form,)


def matches(asked: Asked, tier: tuple[str, ...], instead: Instead, scope: str) -> list[Clause]:
    """Return what a document must hold. In the text, some piece of it holds the words."""
    numbered = AnyOf("numbers", tier)
    if scope != "text":
        free = matching(asked, instead, "whole")
        either: Clause = Enough((numbered, All(tuple(free))), 1) if free else numbered
        return [*([either] if tier else free), *(whole(demand, instead) for demand in asked.demands)]
    wanted = [SomePiece(All(tuple(held)))] if (held := of_piece(asked, instead)) else []
    if tier and not asked.words and not asked.phrases:
        return [*wanted, numbered, *beside_piece(asked, instead)]
    return [*wanted, *beside_piece(asked, instead)]


def of_piece(asked: Asked, instead: Instead) -> list[Clause]:
    """Return what one piece of a text must hold: phrases, enough of the words, and what operators want of texts."""
    together = [_held(demand, "text", instead) for demand in _every(asked.demands) if _is_said(demand)]
    return [*matching(asked, instead, "text"), *together]


def of_place(asked: Asked, instead: Instead) -> list[Clause]:
    """Return what a place within one document must hold: as of a piece, or else anything that is wanted of texts."""
    held = of_piece(asked, instead)
    return held or [Enough(tuple(_held(leaf, "text", instead) for leaf in asked.said), 1)]


def shown_first(asked: Asked, instead: Instead) -> list[Clause]:
    """Return what makes a piece the better one to show, each by itself."""
    wanted = matching(asked, instead, "text")
    return wanted + [_held(demand, "text", instead) for demand in asked.demands if _is_said(demand)]


def beside_piece(asked: Asked, instead: Instead) -> list[Clause]:
    """Return what a document must hold besides the piece of `of_piece`."""
    return [_in_pieces(demand, instead) for demand in _every(asked.demands) if not _is_said(demand)]


def pieces_tell(asked: Asked, scope: str) -> bool:
    """Tell whether every piece that scores belongs to a document that holds all that is demanded."""
    if scope == "text":
        return not beside_piece(asked, {})
    match asked.demands:
        case ():
            return True
        case (Either(of),):
            alone = (Word, Phrase, Begins, Numbered, Coded, Spelled, Years)
            return not asked.words and not asked.phrases and all(isinstance(one, alone) for one in of)
        case _:
            return False


def whole(demand: Demand, instead: Instead) -> Clause:
    """Return what a demand asks of a whole document."""
    return _held(demand, "whole", instead)


def _every(demands: Sequence[Demand]) -> list[Demand]:
    """Return demands that must all hold, each by itself."""
    found: list[Demand] = []
    for demand in demands:
        found += _every(demand.of) if isinstance(demand, Every) else [demand]
    return found


def _is_said(demand: Demand) -> bool:
    """Tell whether one piece of text can hold all of it."""
    match demand:
        case Word() | Phrase() | Begins():
            return True
        case Every(of) | Either(of):
            return all(_is_said(one) for one in of)
        case _:
            return False


def _in_pieces(demand: Demand, instead: Instead) -> Clause:
    if _is_said(demand):
        return SomePiece(_held(demand, "text", instead))
    match demand:
        case Every(of):
            together = [_held(one, "text", instead) for one in of if _is_said(one)]
            pieces: list[Clause] = [SomePiece(All(tuple(together)))] if together else []
            return All((*pieces, *(_in_pieces(one, instead) for one in of if not _is_said(one))))
        case Either(of):
            return Enough(tuple(_in_pieces(one, instead) for one in of), 1)
        case _:
            return whole(demand, instead)


def _held(demand: Demand, field: str, instead: Instead) -> Clause:
    match demand:
        case Word(token):
            return word(field, token.stem, instead)
        case Phrase(words):
            return Words(field, words)
        case Begins(prefix, stems):
            return starting(field, prefix, stems)
        case InTitle(what):
            return starting("title_exact", what.prefix) if isinstance(what, Begins) else _held(what, "title", instead)
        case Every(of):
            return All(tuple(_held(one, field, instead) for one in of))
        case Either(of):
            return Enough(tuple(_held(one, field, instead) for one in of), 1)
        case Without(of):
            # What is not to be there is taken at its word: no slip is mended, but a plural is the same word.
            return Never(_held(of, "whole", _plurals((of,))))
        case _:
            return _described(demand)


def _described(leaf: Numbered | Coded | Spelled | Years) -> Clause:
    match leaf:
        case Numbered(number, form):
            return AnyOf("numbers", (form,) if form else number.forms)
        case Coded(field, values):
            return AnyOf(field, values)
        case Spelled(field, names):
            return SpelledIn(field, names)
        case Years(first, last):
            return Days("date_min", dt.date(first, 1, 1).toordinal(), dt.date(last, 12, 31).toordinal())


def _plurals(demands: Sequence[Demand]) -> Instead:
    leaves = (leaf.what if isinstance(leaf, InTitle) else leaf for leaf in all_leaves(tuple(demands)))
    stems = {leaf.token.stem for leaf in leaves if isinstance(leaf, Word)}
    return {stem: others for stem in stems if (others := twins(stem))}


def starting(field: str, prefix: str, stems: Sequence[str] = ()) -> Clause:
    """Return that a field holds a word that begins so, or one of these stems."""
    begun = Starts(field, prefix)
    return Best((begun, *(Words(field, ((0, one),)) for one in stems))) if stems else begun


def doc_worth(asked: Asked, instead: Instead) -> list[Weighted]:
    """Return what demands add to a document's score: beginnings, words of the title, the number it bears."""
    scoring: list[Weighted] = []
    for leaf in wanted_leaves(asked.demands):
        match leaf:
            case Begins(prefix, stems):
                scoring.append((RELEVANCE.title, starting("title_exact", prefix)))
                scoring.append((RELEVANCE.lead, starting("lead", prefix, stems)))
            case InTitle(Word(token) as what):
                scoring.append((RELEVANCE.title, _held(what, "title", instead)))
                scoring.append((RELEVANCE.title_exact, Words("title_exact", ((0, token.word),))))
            case InTitle(Begins(prefix)):
                scoring.append((RELEVANCE.title, starting("title_exact", prefix)))
            case InTitle(Phrase(words)):
                scoring.append((RELEVANCE.title_phrase, Words("title", words)))
            case _:
                pass
    return [*scoring, *numbers_worth(asked)]


def numbers_worth(asked: Asked) -> list[Weighted]:
    """Return what the numbers demanded are worth: in the text as well, what bears one comes first."""
    leaves = (leaf for leaf in wanted_leaves(asked.demands) if isinstance(leaf, Numbered))
    return [(RELEVANCE.number, AnyOf("numbers", (leaf.form,))) for leaf in leaves if leaf.form]


def unit_worth(asked: Asked) -> list[Weighted]:
    """Return what demands add to the score of a piece of text, beside its words and phrases."""
    begun = [leaf for leaf in wanted_leaves(asked.demands) if isinstance(leaf, Begins)]
    return [(RELEVANCE.unit, starting("text", leaf.prefix, leaf.stems)) for leaf in begun]
