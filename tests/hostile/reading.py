"""What a child of the hostile run does with a file: all that it does with an upload, and tells what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from ingest.reading.document import read_document
from ingest.recognition.task import recognise_pages

_MOST_RECOGNISED = 2


def read(path: str, name: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Read and describe one file, recognise its first pictures of text; return its state and, `told`, what it says."""
    found = read_document(path, name, options)
    told = "\n".join(str(page[1]) for page in found.pages)
    pictures = dict(islice(found.unsure.items(), _MOST_RECOGNISED))
    if pictures and options["data"]:
        recognise_pages(path, name, {"recognise": pictures, "data": options["data"]})
    return {
        "code": found.code,
        "told": told[:2_000] + told[-2_000:] + str(found.described)[:20_000] + str(found.warnings)[:20_000],
    }
