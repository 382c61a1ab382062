"""The engine's language data, which set-up installs; and pages recognised in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL.Image import Image

from ingest.recognition.data import language_data
from ingest.recognition.page import Recognised, recognise_page
from ingest.recognition.raster import opened_pages
from tests.ingest.recognition.paper import pdf_of

Recognise = Callable[..., Recognised]


@pytest.fixture(scope="session")
def data() -> str:
    found = language_data()
    assert found, "no language data for recognition: `make test` installs it (.ci/tessdata)"
    return found


@pytest.fixture
def recognised(data: str, tmp_path: Path) -> Recognise:
    """Recognise a picture as the one page of a PDF."""

    def recognise(page: Image, *, dpi: int = 200) -> Recognised:
        path = tmp_path / "page.pdf"
        path.write_bytes(pdf_of(page, dpi=dpi))
        with opened_pages(path, "pdf") as pages:
            return recognise_page(pages, 1, data)

    return recognise
