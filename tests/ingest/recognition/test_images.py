"""Image files as scans: pages with sizes before they are recognised, and their text after."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image as Picture

from ingest.reading.task import read_file
from ingest.recognition.task import recognise_pages
from tests.ingest.recognition.paper import LINES, typed, wrong_share


def saved(path: Path, image: Picture.Image, *more: Picture.Image, **options: object) -> Path:
    if more:
        options |= {"save_all": True, "append_images": list(more)}
    image.save(path, **options)
    return path


def test_a_tiff_has_pages_that_ask_for_recognition(tmp_path: Path) -> None:
    page = typed(dpi=100).convert("1")
    path = saved(tmp_path / "acta.tiff", page, page, compression="group4", dpi=(100, 100))
    found = read_file(path, "acta.tiff", {})
    assert (found.format, found.error, len(found.pages)) == ("tiff", None, 2)
    assert [(one.source, one.decision, one.text) for one in found.pages] == [("none", "no_layer", "")] * 2
    assert (found.pages[0].width, found.pages[0].height) == pytest.approx((595.4, 841.7), abs=1)


def test_a_photograph_that_tells_no_scale_is_taken_for_a_sheet(tmp_path: Path) -> None:
    lying = Picture.new("RGB", (2000, 1500), "white")
    exif = Picture.Exif()
    exif[0x0112] = 6
    found = read_file(saved(tmp_path / "foto.jpg", lying, exif=exif), "foto.jpg", {})
    [page] = found.pages
    assert (page.width, page.height) == pytest.approx((631.8, 842.4), abs=1)


def test_damaged_and_huge_pictures_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "rota.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(60))
    assert read_file(broken, "rota.png", {}).error.code == "damaged"  # type: ignore[union-attr]
    huge = saved(tmp_path / "enorme.png", Picture.new("1", (20_000, 20_000)))
    assert read_file(huge, "enorme.png", {}).error.code == "too_large"  # type: ignore[union-attr]
    cut = tmp_path / "cortada.jpg"
    whole = saved(tmp_path / "entera.jpg", typed(dpi=60)).read_bytes()
    cut.write_bytes(whole[: len(whole) // 3])
    assert read_file(cut, "cortada.jpg", {}).error is None
    [seen] = recognise_pages(str(cut), "cortada.jpg", {"recognise": {1: ""}, "data": "nowhere"})
    assert seen.code == "damaged"


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["L", "RGB", "1", "P", "LA", "RGBA", "I;16"])
def test_pictures_of_every_kind_are_read(tmp_path: Path, data: str, mode: str) -> None:
    page = typed(LINES[:6])
    if mode == "I;16":
        shown = Picture.frombytes(mode, page.size, b"".join(bytes((tone, tone)) for tone in page.tobytes()))
    else:
        shown = page.convert(mode, dither=Picture.Dither.NONE)
    path = saved(tmp_path / "hoja.png", shown)
    [seen] = recognise_pages(str(path), "hoja.png", {"recognise": {1: ""}, "data": data})
    assert wrong_share(seen.text, LINES[:6]) < 0.01


@pytest.mark.slow
def test_a_photograph_taken_on_its_side_is_read_as_it_is_shown(tmp_path: Path, data: str) -> None:
    lying = typed(LINES[:6]).transpose(Picture.Transpose.ROTATE_90)
    exif = Picture.Exif()
    exif[0x0112] = 6
    path = saved(tmp_path / "foto.jpg", lying, exif=exif, quality=85)
    [seen] = recognise_pages(str(path), "foto.jpg", {"recognise": {1: ""}, "data": data})
    assert wrong_share(seen.text, LINES[:6]) < 0.01
    assert seen.turned == 0
