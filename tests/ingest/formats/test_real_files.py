"""The real files of the development data: each is read, or says by name why not, through the pool."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ingest.formats.base import Extracted
from ingest.pool import ReaderPool
from records.words import unpack_words

FILES = Path(__file__).resolve().parents[3] / "../shared/data/real-files/files"


@pytest.mark.skipif(not FILES.is_dir(), reason="../shared/data/real-files is not here")
def test_every_real_file_is_read_or_named() -> None:
    paths = sorted(path for path in FILES.rglob("*") if path.is_file())
    read: dict[Path, Extracted] = {}
    with ReaderPool(2) as pool:
        for path in paths:
            pool.submit(path, path, path.name)
        while pool.outstanding:
            read.update(pool.results(60))  # type: ignore[arg-type]
    assert len(read) == len(paths)
    assert Counter(one.error.code for one in read.values() if one.error) <= Counter({"no_reader": 1})
    for one in read.values():
        assert one.pages or one.error
        for page in one.pages:
            assert (page.source == "none") is (page.text == "")
            boxes = unpack_words(page.words)
            assert all(page.text[box.start : box.end].split() == [page.text[box.start : box.end]] for box in boxes)
