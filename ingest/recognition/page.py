"""One page recognised: drawn as finely as it needs, cleaned, levelled, turned upright, read in its language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from PIL import Image as Picture
from PIL.Image import Image

from ingest.formats.base import Language
from ingest.lexicon import known_words
from ingest.reading.language import language_of
from ingest.recognition.data import SPANISH
from ingest.recognition.engine import BOTH, ENGLISH, Seen, languages_in, look, quarter_turns
from ingest.recognition.lighting import evenly_lit, is_unevenly_lit
from ingest.recognition.raster import FINE_DPI, USUAL_DPI, Pages, Raster
from ingest.recognition.recognised import Recognised
from ingest.recognition.setting import Way, set_in_text
from ingest.recognition.stamps import Stamp, stamp_on, without_stamp
from ingest.recognition.straightening import letter_height, levelled, runs_sideways, skew_of
from records.words import pack_words

LOW_CONFIDENCE = 65.0
"""Upright print is read with a mean of 94, turned or unreadable pages with 50 (guide on extraction, C)."""
_SMALL_LETTERS = 7.5
"""Dots of an x at the usual resolution, below which a finer one is worth its time: print of five points."""
_SURE = 88.0
"""A page whose stamp was taken out is read with more than this; with less, it may have been no stamp."""
_POINTS_AN_INCH = 72.0
_TURN = {
    90: Picture.Transpose.ROTATE_270,
    180: Picture.Transpose.ROTATE_180,
    270: Picture.Transpose.ROTATE_90,
}
"""Pillow turns counter-clockwise, pages turn clockwise."""
_LANGUAGES: dict[Language, str] = {"es": SPANISH, "en": ENGLISH, "": SPANISH}


@dataclass(slots=True)
class _Sight:
    """A picture made fit to be read, and what was seen in it."""

    picture: Image
    dpi: float
    degrees: float
    turned: int = 0
    notes: list[str] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)
    language: Language = "es"


def recognise_page(pages: Pages, number: int, data: str, language: Language = "") -> Recognised:
    """Read one page; `language` is the one expected, as the pages before had it.

    Raises Unreadable where it cannot be drawn.
    """
    sight = _prepared(pages, number, data)
    sight.language = language or "es"
    sight.seen = _look(sight, data, _LANGUAGES[sight.language])
    if _stamp_taken(sight.notes) and sight.seen.confidence < _SURE:
        sight = _better(sight, _as_it_is(pages, number, data, sight))
    if is_unevenly_lit(sight.picture):
        sight = _better(sight, _in_even_light(sight, data))
    if sight.seen.confidence < LOW_CONFIDENCE and not sight.turned:
        sight = _turned_about(sight, data)
    _in_its_language(sight, data)
    way = Way(sight.picture.size, _POINTS_AN_INCH / sight.dpi, sight.degrees, sight.turned)
    text, boxes = set_in_text(sight.seen.words, way.back)
    if 0 < sight.seen.confidence < LOW_CONFIDENCE:
        sight.notes.append("low_confidence")
    return Recognised(
        number,
        text,
        pack_words(boxes),
        round(sight.seen.confidence, 1),
        sight.language,
        sight.turned,
        tuple(sight.notes),
    )


def _stamp_taken(notes: Sequence[str]) -> bool:
    """Whether a stamp was taken out of the picture."""
    return any(note.endswith("_stamp") for note in notes)


def _as_it_is(pages: Pages, number: int, data: str, sight: _Sight) -> _Sight:
    """The page read with what was taken for a stamp."""
    plain = _prepared(pages, number, data, clean=False)
    plain.language = sight.language
    plain.seen = _look(plain, data, _LANGUAGES[plain.language])
    return plain


def _in_even_light(sight: _Sight, data: str) -> _Sight:
    """The page read without the shadows on it, or without the pictures that were taken for shadows."""
    picture = evenly_lit(sight.picture)
    lit = replace(sight, picture=picture, notes=[*sight.notes, "uneven_light"], language=sight.language)
    lit.seen = _look(lit, data, _LANGUAGES[lit.language])
    return lit


def _better(one: _Sight, other: _Sight) -> _Sight:
    """The one in which more words are known; confidence says nothing of words that were not seen."""
    return max(one, other, key=lambda sight: known_words(" ".join(word.text for word in sight.seen.words))[1])


def _prepared(pages: Pages, number: int, data: str, *, clean: bool = True) -> _Sight:
    """Draw, clean and level a page; lines that run up or down the page are turned first."""
    raster = pages.raster(number, USUAL_DPI)
    notes: list[str] = []
    stamp = stamp_on(raster.picture) if clean else None
    grey = raster.picture.convert("L")
    degrees, clear = skew_of(grey)
    turned = 0
    if runs_sideways(grey, clear):
        turned = quarter_turns(grey, data) or 0
        if turned in (90, 270):
            degrees, _ = skew_of(grey.transpose(_TURN[turned]))
        else:
            turned = 0
    level = levelled(_turn(grey, turned), degrees)
    if turned:
        notes.append("turned")
    if stamp is None and not 0 < letter_height(level) < _SMALL_LETTERS:
        return _Sight(level, raster.dpi, degrees, turned, notes)
    raster = pages.raster(number, FINE_DPI)
    notes.insert(0, "fine")
    picture = _cleaned(raster, stamp, notes)
    return _Sight(levelled(_turn(picture, turned), degrees, sharp=True), raster.dpi, degrees, turned, notes)


def _cleaned(raster: Raster, stamp: Stamp | None, notes: list[str]) -> Image:
    if stamp is None:
        return raster.picture.convert("L")
    notes.append("coloured_stamp" if stamp.coloured else "grey_stamp")
    return without_stamp(raster.picture, stamp)


def _turned_about(sight: _Sight, data: str) -> _Sight:
    """The page turned as the engine thinks it must be, if it can be read better so."""
    turned = quarter_turns(sight.picture, data)
    if not turned:
        return sight
    picture = _turn(sight.picture, turned)
    degrees = sight.degrees
    if turned in (90, 270):
        # What was levelled ran along the wrong sides.
        unlevelled = levelled(sight.picture, -degrees)
        degrees, _ = skew_of(_turn(unlevelled, turned))
        picture = levelled(_turn(unlevelled, turned), degrees)
    other = _Sight(picture, sight.dpi, degrees, turned, [*sight.notes, "turned"], language=sight.language)
    other.seen = _look(other, data, _LANGUAGES[other.language])
    return other if other.seen.confidence > sight.seen.confidence else sight


def _in_its_language(sight: _Sight, data: str) -> None:
    """Read the page again where its words are of the other language; Spanish data loses nothing of an English name."""
    text = " ".join(word.text for word in sight.seen.words)
    found = language_of([text])
    if not found or found == sight.language or ENGLISH not in languages_in(data):
        return
    mixed = language_of([text[: len(text) // 2]]) != language_of([text[len(text) // 2 :]])
    again = _look(sight, data, BOTH if mixed else _LANGUAGES[found])
    if again.confidence >= sight.seen.confidence - 1:
        sight.seen, sight.language = again, found


def _look(sight: _Sight, data: str, language: str) -> Seen:
    return look(sight.picture, data, language, round(sight.dpi))


def _turn(picture: Image, degrees: int) -> Image:
    return picture.transpose(_TURN[degrees]) if degrees else picture
