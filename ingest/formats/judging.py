"""What the text in a drawn page is worth: decided page by page on signals that are kept with the page.

Thresholds: guide on extraction, F 4. The picture is only measured where the text leaves a doubt, since it costs more
than the text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ingest.formats.base import Decision, legible_share
from ingest.lexicon import known_words

FEWEST_CHARACTERS = 20
FEW_CHARACTERS = 100
"""Fewer than these on a page that a picture covers are a stamp or a page number, and not its text."""
COVERED = 0.5
PICTURE = 0.05
"""Shares of the page: a scan covers half of it; what is smaller than a twentieth is an ornament."""
ENOUGH_WORDS = 30
KNOWN = 0.85
NOT_A_LANGUAGE = 0.30
LEGIBLE = 0.95
_LETTERS = 0.40
_LETTERS_AND_DIGITS = 0.60
_ENOUGH_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is on the page besides text: the share of it that pictures cover, and whether anything else is drawn."""

    pictures: float = 0.0
    shapes: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision with its grounds: counts (`characters`, `words`) and shares (`known`, `legible`, `pictures`)."""

    decision: Decision
    signals: dict[str, int | float | str] = field(default_factory=dict)
    legible: float | None = None


def judge(text: str, drawn: Callable[[], Drawn]) -> Judgement:
    """Decide on the text of one page; `drawn` is asked at most once, and only in doubt."""
    characters = sum(map(len, text.split()))
    signals: dict[str, int | float | str] = {"characters": characters}
    if characters < FEWEST_CHARACTERS:
        return Judgement(_of_few_characters(characters, _looked(drawn, signals)), signals, legible_share(text))
    words, known = known_words(text)
    share = known / words if words else 0.0
    legible = legible_share(text) or 0.0
    signals |= {"words": words, "known": round(share, 4), "legible": legible}
    if legible < LEGIBLE or _no_writing(text, characters) or (words >= ENOUGH_WORDS and share < NOT_A_LANGUAGE):
        _looked(drawn, signals)
        return Judgement("garbled", signals, legible)
    if characters < FEW_CHARACTERS:
        covered = _looked(drawn, signals).pictures > COVERED
        return Judgement("no_layer" if covered else "good", signals, legible)
    if words >= ENOUGH_WORDS and share < KNOWN and _looked(drawn, signals).pictures > COVERED:
        return Judgement("doubtful", signals, legible)
    return Judgement("good", signals, legible)


_FEW_SHAPES = 40
"""A frame, some lines: more of them without text may be text drawn as outlines."""


def _of_few_characters(characters: int, seen: Drawn) -> Decision:
    if characters:
        # The title page of an annex has no more to say.
        return "no_layer" if seen.pictures > COVERED else "good"
    return "blank" if seen.pictures <= PICTURE and seen.shapes <= _FEW_SHAPES else "no_layer"


def _looked(drawn: Callable[[], Drawn], signals: dict[str, int | float | str]) -> Drawn:
    seen = drawn()
    signals |= {"pictures": round(seen.pictures, 3), "shapes": seen.shapes}
    return seen


def _no_writing(text: str, characters: int) -> bool:
    """Letters are rare and it is no table of figures either: the font says signs for letters."""
    if characters <= _ENOUGH_CHARACTERS:
        return False
    letters = sum(map(str.isalpha, text))
    return letters < _LETTERS * characters and letters + sum(map(str.isdigit, text)) < _LETTERS_AND_DIGITS * characters
