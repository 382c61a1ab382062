"""Reading a file that a test has just made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.formats.base import Extracted
from ingest.reading.task import read_file


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str, bytes], Extracted]:
    """What is read in a file of this name and content."""

    def document(name: str, data: bytes) -> Extracted:
        path = tmp_path / name
        path.write_bytes(data)
        return read_file(path, name, {})

    return document
