"""Scans on their way through the line: found by their description first, read page by page, each page kept at once."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pytest

from ingest.accession import Incoming, take_in
from ingest.formats.base import ReadFailure
from ingest.intake import capture
from ingest.jobs import claim_jobs, claim_scans, inherit_jobs
from ingest.models import Job, RecognisedPage
from ingest.pipeline import ReadingLine
from ingest.recognising import Wanted, ask_again
from ingest.recognition.recognised import Recognised
from ingest.scans import Scan, begun, keep_page
from records.models import Page, Record, Rendition
from records.persons import Person
from records.services.opening import set_audience
from records.stores import documents
from tests.ingest.recognition.paper import LINES, pdf_of, typed

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MakeScan = Callable[..., Record]


@pytest.fixture(autouse=True)
def one_child(settings: Any, data: str) -> None:
    settings.LEGAJO_READING = {**settings.LEGAJO_READING, "children": 1}
    settings.LEGAJO_OCR_DATA = data


@pytest.fixture
def line(own_stores: None) -> Iterator[ReadingLine]:
    opened = ReadingLine.opened()
    yield opened
    opened.close()


@pytest.fixture
def make_scan(operator_person: Person) -> MakeScan:
    """Take in a PDF of so many pictures, as an upload would."""

    def make(name: str = "acta.pdf", *, pages: int = 1, title: str = "") -> Record:
        pictures = [typed(LINES[: 3 + at], dpi=120) for at in range(pages)]
        captured = capture(io.BytesIO(pdf_of(*pictures, dpi=120)), name)
        incoming = Incoming(path=name, captured=captured, fields={"title": title})
        return take_in(incoming=[incoming], by=operator_person)[0].version.record

    return make


def run(line: ReadingLine, until: Callable[[], object] = lambda: False) -> None:
    while (line.step(wait=0.2) or line.busy) and not until():
        pass


def pages_of(record: Record) -> list[Page]:
    return list(Page.objects.filter(rendition__version__record=record).order_by("number"))


def test_a_scan_is_there_at_once_and_its_text_follows(line: ReadingLine, make_scan: MakeScan) -> None:
    record = make_scan("resolución.pdf", pages=2)
    job = Job.objects.get(record=record)

    def waits() -> bool:
        job.refresh_from_db()
        return job.step == Job.Step.RECOGNISE

    run(line, until=waits)
    record.refresh_from_db()
    assert (record.needs_ocr, job.heavy, job.finished_at) == (True, True, None)
    assert job.rendition.reading_code == "awaiting_recognition"
    run(line)
    job.refresh_from_db()
    assert (job.state, job.step, job.code, job.pages_read, job.pages) == ("done", "end", "", 2, 2)
    record.refresh_from_db()
    assert (record.needs_ocr, record.needs_review) == (False, False)
    assert record.number_key.endswith("14-2021-CPGP")
    assert [page.source for page in pages_of(record)] == ["ocr", "ocr"]
    assert "RESOLUCIÓN Nº 014-2021-CPGP" in pages_of(record)[0].text
    assert pages_of(record)[0].signals["confidence"] > 75


def test_a_recognised_scan_can_be_had_as_a_pdf_with_its_words(
    line: ReadingLine, make_scan: MakeScan, make_record: Any
) -> None:
    record = make_scan(pages=2)
    make_record("Nota", text="Sin imagen.")
    run(line)
    [made] = Rendition.objects.filter(kind="searchable").select_related("blob", "source")
    assert (made.version.record_id, made.source.kind, made.audience) == (record.pk, "original", "readers")
    document = pypdfium2.PdfDocument(b"".join(documents().open(made.blob.key)))
    assert len(document) == 2
    assert "RESOLUCIÓN Nº 014-2021-CPGP" in document[0].get_textpage().get_text_range()
    assert made.blob.media_type == "application/pdf"


def test_who_may_not_have_the_scan_may_not_have_its_searchable_form(
    line: ReadingLine, make_scan: MakeScan, operator_person: Person, stranger_person: Person
) -> None:
    record = make_scan()
    run(line)
    original = Rendition.objects.get(version__record=record, kind="original")
    set_audience(rendition=original, audience="editors", by=operator_person)
    made = Rendition.objects.get(version__record=record, kind="searchable")
    assert made.audience == "editors"
    assert not Rendition.objects.visible_to(stranger_person).filter(pk=made.pk).exists()


def test_a_long_scan_that_was_broken_off_goes_on_where_it_was(make_scan: MakeScan, own_stores: None) -> None:
    record = make_scan(pages=4)
    line = ReadingLine.opened()
    run(line, until=lambda: RecognisedPage.objects.count() >= 2)
    # The worker is killed: nothing is given back.
    line.pool.close()
    kept = RecognisedPage.objects.order_by("number").first()
    RecognisedPage.objects.filter(pk=kept.pk).update(text="Leído antes del corte.")
    inherit_jobs()
    after = ReadingLine.opened()
    run(after)
    after.close()
    texts = [page.text for page in pages_of(record)]
    assert texts[kept.number - 1] == "Leído antes del corte."
    assert all("RESOLUCIÓN" in text for at, text in enumerate(texts, 1) if at != kept.number)
    assert Job.objects.get(record=record).pages_read == 4


def test_the_same_bytes_are_recognised_once(line: ReadingLine, make_scan: MakeScan) -> None:
    make_scan("original.pdf")
    run(line)
    RecognisedPage.objects.update(text="Visto una vez.")
    copy = make_scan("copia.pdf", title="Copia")
    run(line)
    assert [page.text for page in pages_of(copy)] == ["Visto una vez."]


def test_what_is_read_quickly_comes_before_scans(make_scan: MakeScan, make_record: Any, line: ReadingLine) -> None:
    make_scan()
    run(line, until=lambda: Job.objects.filter(step=Job.Step.RECOGNISE).exists())
    line.finish()
    make_record("Nota")
    assert [job.step for job in claim_jobs(most=5)] == ["read"]
    assert [job.step for job in claim_scans(most=5)] == ["recognise"]


def test_without_an_engine_a_scan_waits_and_is_picked_up_later(
    line: ReadingLine, make_scan: MakeScan, settings: Any, data: str, operator_person: Person
) -> None:
    settings.LEGAJO_OCR_DATA = ""
    record = make_scan()
    run(line)
    record.refresh_from_db()
    assert (record.needs_ocr, Job.objects.get(record=record).state) == (True, "done")
    settings.LEGAJO_OCR_DATA = data
    assert ask_again(wanted=Wanted(), by=operator_person) == 1
    assert ask_again(wanted=Wanted(), by=operator_person) == 0
    again = ReadingLine.opened()
    run(again)
    again.close()
    record.refresh_from_db()
    assert not record.needs_ocr
    assert "RESOLUCIÓN" in pages_of(record)[0].text
    assert ask_again(wanted=Wanted(), by=operator_person) == 0
    assert ask_again(wanted=Wanted(below=99.9), by=operator_person) == 1


def claimed(record: Record) -> tuple[Job, Scan]:
    Page.objects.filter(rendition__version__record=record).update(decision="no_layer", width=595)
    Job.objects.filter(record=record).update(step=Job.Step.RECOGNISE)
    [job] = claim_scans(most=1)
    return job, begun(job, "/nowhere")


def test_a_page_that_cannot_be_recognised_or_hardly_is_shown_to_a_person(
    line: ReadingLine, make_scan: MakeScan
) -> None:
    record = make_scan(pages=3)
    run(line, until=lambda: Job.objects.filter(step=Job.Step.RECOGNISE, state="waiting").exists())
    line.finish()
    job, scan = claimed(record)
    assert list(scan.waiting) == [1, 2, 3]
    failure = ReadFailure("time_limit", "Reading the file took longer than 120 seconds.")
    assert keep_page(job=job, scan=scan, number=1, result=failure)
    unsure = Recognised(2, "borro\x00so", confidence=40.0, notes=("low_confidence",))
    assert keep_page(job=job, scan=scan, number=2, result=[unsure])
    # A child that was taken over answers for another page.
    assert keep_page(job=job, scan=scan, number=3, result=[Recognised(9, "ajeno", confidence=99.0)])
    Job.objects.filter(pk=job.pk).update(state="waiting", lease_until=None)
    run(line)
    record.refresh_from_db()
    assert (record.needs_ocr, record.needs_review) == (True, True)
    first, second, third = pages_of(record)
    assert (first.source, first.signals["ocr_failed"]) == ("none", "time_limit")
    assert (second.source, second.text) == ("ocr", "borro\ufffdso")
    assert third.signals["ocr_failed"] == "reader_crashed"


def test_a_worker_whose_lease_ran_out_keeps_nothing(line: ReadingLine, make_scan: MakeScan) -> None:
    record = make_scan()
    run(line, until=lambda: Job.objects.filter(step=Job.Step.RECOGNISE, state="waiting").exists())
    line.finish()
    job, scan = claimed(record)
    Job.objects.filter(pk=job.pk).update(attempt=4)
    assert not keep_page(job=job, scan=scan, number=1, result=[Recognised(1, "tarde", confidence=90.0)])
