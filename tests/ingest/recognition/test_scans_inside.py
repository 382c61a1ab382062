"""Scans inside mails and archives: recognised like others, wherever in the file they lie."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from ingest.accession import Incoming, take_in
from ingest.formats.inner import taken_out
from ingest.intake import capture
from ingest.models import Job, RecognisedPage
from ingest.pipeline import ReadingLine
from ingest.reading.document import read_document
from ingest.recognising import Wanted, ask_again
from ingest.recognition.task import recognise_pages
from records.models import Page, Record
from records.persons import Person
from tests.ingest.recognition.paper import ENGLISH, LINES, pdf_of, typed, wrong_share

TakeIn = Callable[[str, bytes], Record]


def tiff_of(*lines: tuple[str, ...]) -> bytes:
    held = io.BytesIO()
    first, *others = [typed(page, dpi=150) for page in lines]
    first.save(held, "TIFF", save_all=True, append_images=others, dpi=(150, 150))
    return held.getvalue()


def zip_of(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name.replace("_", "."), data)
    return held.getvalue()


@pytest.fixture
def mail() -> bytes:
    """A mail with a text, a PDF of a page, and an archive in which a scan of two pages lies."""
    message = EmailMessage()
    message["From"], message["To"] = "Secretaría <secretaria@comision.example>", "miembros@comision.example"
    message["Subject"] = "Resolución escaneada"
    message.set_content("Se adjunta la resolución.\n")
    packed = zip_of(nota_txt=b"Sin imagen.", anexo_tif=tiff_of(LINES[:4], LINES[7:10]))
    for name, data in (("resolución.pdf", pdf_of(typed(LINES, dpi=150), dpi=150)), ("anexos.zip", packed)):
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def test_each_page_of_a_part_says_where_its_picture_is(mail: bytes, tmp_path: Path, data: str) -> None:
    path = tmp_path / "correo.eml"
    path.write_bytes(mail)
    read = read_document(str(path), path.name, {})
    assert list(read.unsure) == [2, 4, 5]
    digests = [place.partition("/")[0] for place in read.unsure.values()]
    assert (digests[0] != digests[1], digests[1] == digests[2]) == (True, True)
    assert [place.partition("/")[2] for place in read.unsure.values()] == ["1", "1", "2"]
    assert (taken_out(path, path.name, digests[1]) or b"")[:4] == b"II*\x00"
    assert taken_out(path, path.name, "0" * 64) is None
    seen = recognise_pages(str(path), path.name, {"recognise": read.unsure, "data": data})
    again = read_document(str(path), path.name, {"recognised": {page.number: page for page in seen}})
    texts = [page[1] for page in again.pages]
    assert texts[0] == "Se adjunta la resolución."
    assert texts[2] == "Sin imagen."
    assert wrong_share(texts[1]) < 0.02
    assert wrong_share(texts[3], LINES[:4]) < 0.02
    assert wrong_share(texts[4], LINES[7:10]) < 0.02


def test_what_was_recognised_in_another_file_is_not_put_here(tmp_path: Path, data: str) -> None:
    path = tmp_path / "anexos.zip"
    path.write_bytes(zip_of(a_tif=tiff_of(LINES[:3])))
    seen = recognise_pages(
        str(path), path.name, {"recognise": read_document(str(path), path.name, {}).unsure, "data": data}
    )
    path.write_bytes(zip_of(a_tif=tiff_of(ENGLISH)))
    read = read_document(str(path), path.name, {"recognised": {page.number: page for page in seen}})
    assert (read.pages[0][1], read.code) == ("", "no_text_layer")
    gone = recognise_pages(str(path), path.name, {"recognise": {1: f"{'0' * 64}/1"}, "data": data})
    assert [(page.code, page.number) for page in gone] == [("part_missing", 1)]


@pytest.fixture
def line(settings: Any, data: str, own_stores: None) -> Iterator[ReadingLine]:
    settings.LEGAJO_READING = {**settings.LEGAJO_READING, "children": 1}
    settings.LEGAJO_OCR_DATA = data
    opened = ReadingLine.opened()
    yield opened
    opened.close()


@pytest.fixture
def bring_in(operator_person: Person) -> TakeIn:
    def bring(name: str, file: bytes) -> Record:
        incoming = Incoming(path=name, captured=capture(io.BytesIO(file), name), fields={})
        return take_in(incoming=[incoming], by=operator_person)[0].version.record

    return bring


@pytest.mark.django_db
@pytest.mark.slow
def test_scans_in_a_mail_are_found_by_their_words(
    line: ReadingLine, bring_in: TakeIn, mail: bytes, operator_person: Person
) -> None:
    record = bring_in("correo.eml", mail)
    while line.step(wait=0.2) or line.busy:
        pass
    job = Job.objects.get(record=record)
    assert (job.state, job.code, job.pages_read, job.pages) == ("done", "", 3, 3)
    record.refresh_from_db()
    assert (record.needs_ocr, record.needs_review) == (False, False)
    pages = list(Page.objects.filter(rendition__version__record=record).order_by("number"))
    assert [page.source for page in pages] == ["layer", "ocr", "layer", "ocr", "ocr"]
    assert [page.part for page in pages][3:] == ["anexos.zip / anexo.tif"] * 2
    assert "RESOLUCIÓN Nº 014-2021-CPGP" in pages[1].text
    assert RecognisedPage.objects.exclude(place="").count() == 3
    assert ask_again(wanted=Wanted(), by=operator_person) == 0
    # The same bytes again are not looked at again.
    RecognisedPage.objects.filter(number=2).update(text="Visto una vez.")
    copy = bring_in("copia.eml", mail)
    while line.step(wait=0.2) or line.busy:
        pass
    assert Page.objects.get(rendition__version__record=copy, number=2).text == "Visto una vez."
