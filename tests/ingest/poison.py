"""A child's task for tests of the reading line: files are read as ever, but for those whose name says otherwise."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

from ingest.reading.document import DocumentRead, read_document


def read(path: str, name: str, options: Mapping[str, Any]) -> DocumentRead:
    """Read a document; `crash`, `hang` and `memory` in its name do what a hostile file does to a parser."""
    if name.startswith("crash"):
        os.abort()
    if name.startswith("hang"):
        time.sleep(300)
    if name.startswith("memory"):
        bytearray(8 * 1024**3)
    return read_document(path, name, options)
