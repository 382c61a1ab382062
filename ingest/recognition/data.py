"""Where the language data of the engine lies.

The wheel of tesserocr brings tesseract itself and no language data; set-up installs Debian's (`.ci/tessdata`).
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

SPANISH = "spa"
_PLACES = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tesseract-ocr/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
)


def language_data(named: str = "") -> str:
    """The folder with Spanish language data; empty where there is none, or no engine to use it.

    The one that is named goes before the usual ones.
    """
    if find_spec("tesserocr") is None:
        return ""
    places = [*([named, f"{named}/tessdata"] if named else []), f"{sys.prefix}/share/tessdata", *_PLACES]
    return next((place for place in places if (Path(place) / f"{SPANISH}.traineddata").is_file()), "")
