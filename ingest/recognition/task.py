"""The recognition of some pages of one file, as a child does it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingest.formats.base import Unreadable
from ingest.reading.sniff import sniff
from ingest.recognition.recognised import Recognised, failed_pages

SECONDS_A_PAGE = 120.0
"""A page takes two seconds of a quiet core; three looks at a full one on a busy machine must still fit."""


def recognise_pages(path: str, name: str, options: Mapping[str, Any]) -> list[Recognised]:
    """Recognise the pages `options["recognise"]` with the language data in `options["data"]`.

    `options["language"]` is the one expected. A file that cannot be opened gives each page its failure.
    """
    # Loaded with the first picture: most files have none, and children are to stay small.
    from ingest.recognition.page import recognise
    from ingest.recognition.raster import opened_pages

    numbers = list(options["recognise"])
    try:
        with opened_pages(Path(path), sniff(Path(path), name).format) as pages:
            return recognise(pages, numbers, options["data"], options.get("language", ""))
    except Unreadable as error:
        return failed_pages(numbers, error.failure)
