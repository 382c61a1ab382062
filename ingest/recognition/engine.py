"""The engine, and the words it sees in a picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from PIL.Image import Image

ENGLISH, BOTH = "eng", "spa+eng"
TURNS = "osd"


@dataclass(frozen=True, slots=True)
class SeenWord:
    """A word in a picture: its box in pixels, how sure the engine is (0 to 100), and what it opens."""

    text: str
    box: tuple[int, int, int, int]
    confidence: float
    opens_line: bool = False
    opens_paragraph: bool = False
    opens_block: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """The words of a picture in reading order; `confidence` is their mean, a long word counting for more."""

    words: list[SeenWord] = field(default_factory=list)

    @property
    def confidence(self) -> float:
        letters = sum(len(word.text) for word in self.words)
        return sum(word.confidence * len(word.text) for word in self.words) / letters if letters else 0.0


def languages_in(data: str) -> frozenset[str]:
    """The languages that a folder holds data for."""
    return frozenset(path.name.removesuffix(".traineddata") for path in Path(data).glob("*.traineddata"))


def look(image: Image, data: str, language: str, dpi: int) -> Seen:
    """The words of an upright grey picture."""
    engine = _engine(data, language)
    try:
        engine.SetImage(image)
        engine.SetSourceResolution(dpi)
        engine.Recognize()
        return Seen(_words(engine))
    finally:
        engine.Clear()


def quarter_turns(image: Image, data: str) -> int | None:
    """By how many degrees clockwise the picture must be turned to be upright, if the engine can tell.

    It says how far the picture is turned already.
    """
    if TURNS not in languages_in(data):
        return None
    engine = _engine(data, TURNS)
    try:
        engine.SetImage(image)
        found: dict[str, Any] | None = engine.DetectOrientationScript()
    except RuntimeError:
        return None
    finally:
        engine.Clear()
    return -int(found["orient_deg"]) % 360 if found else None


@cache
def _engine(data: str, language: str) -> Any:
    """An engine made once a process: loading its language takes a quarter of a second."""
    import tesserocr

    mode = tesserocr.PSM.OSD_ONLY if language == TURNS else tesserocr.PSM.AUTO
    engine = tesserocr.PyTessBaseAPI(path=data, lang=language, psm=mode)
    # Its messages would go to /dev/null, which a child may not open for writing: the engine would then end the process.
    engine.SetVariable("debug_file", "")
    return engine


def _words(engine: Any) -> list[SeenWord]:
    import tesserocr

    level = tesserocr.RIL
    words: list[SeenWord] = []
    place = engine.GetIterator()
    if place is None:
        return words
    for item in tesserocr.iterate_level(place, level.WORD):
        if item.Empty(level.WORD):
            continue
        text = "".join(item.GetUTF8Text(level.WORD).split())
        box = item.BoundingBox(level.WORD)
        if not text or box is None:
            continue
        words.append(
            SeenWord(
                text,
                box,
                item.Confidence(level.WORD),
                opens_line=item.IsAtBeginningOf(level.TEXTLINE),
                opens_paragraph=item.IsAtBeginningOf(level.PARA),
                opens_block=item.IsAtBeginningOf(level.BLOCK),
            )
        )
    return words
