"""The reading line: a poison file costs only itself, work cut anywhere is done again, a person's word stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ingest.jobs import claim_jobs
from ingest.models import Job
from ingest.pipeline import ReadingLine
from ingest.pool import ReaderPool
from ingest.reading.document import READER_VERSION, DocumentRead
from ingest.results import write_results
from records.models import Dirty, Page, Record, Rendition, Section
from records.services.editing import edit_record
from records.stores import documents

pytestmark = pytest.mark.django_db
MakeRecord = Callable[..., Any]
NORM = "DECRETO SUPREMO N° 7-2020-PCM\n\nArtículo 1.- Objeto\nSe aprueba.\n\nArtículo 2.- Vigencia\nRige mañana.\n"


@pytest.fixture
def line(settings: Any) -> Iterator[ReadingLine]:
    settings.LEGAJO_READING = {**settings.LEGAJO_READING, "children": 1}
    opened = ReadingLine(
        ReaderPool(1, wall_seconds=0.5, memory_bytes=2 * 1024**3, task="tests.ingest.poison:read"),
    )
    yield opened
    opened.close()


def run(line: ReadingLine) -> None:
    while line.step(wait=0.2) or line.busy:
        pass


def text_of(record: Record) -> Rendition:
    return Rendition.objects.get(version__record=record, kind="text")


def shown(record: Record) -> tuple[Any, ...]:
    """Return all that reading wrote of a record, but for the ids of the rows."""
    text = text_of(record)
    pages = list(Page.objects.filter(rendition=text).values_list("number", "text", "source").order_by("number"))
    parts = list(Section.objects.filter(rendition=text).values_list("anchor", "page", "start", "end"))
    record.refresh_from_db()
    return text.reading, text.reader, text.page_count, pages, parts, record.kind, record.number_key, record.date_text


@pytest.mark.fault("F28")
@pytest.mark.parametrize(
    ("name", "code"), [("crash.txt", "reader_crashed"), ("hang.txt", "time_limit"), ("memory.txt", "memory_limit")]
)
def test_a_poison_file_is_kept_with_its_reason_and_the_others_are_read(
    line: ReadingLine, make_record: MakeRecord, name: str, code: str
) -> None:
    poison = make_record("Veneno", name=name)
    others = [make_record(f"Acta {number}", text=f"Acta {number}") for number in range(4)]
    run(line)
    text = text_of(poison)
    assert (text.reading, text.reading_code, text.page_count) == ("unreadable", code, 0)
    assert text.reading_detail
    poison.refresh_from_db()
    assert poison.needs_review
    blob = text.source.blob
    assert b"".join(documents().open(blob.key)) == b"Texto de prueba."
    job = Job.objects.get(record=poison)
    assert (job.state, job.code) == ("failed", code)
    assert [text_of(other).reading for other in others] == ["read"] * 4
    assert set(Job.objects.exclude(pk=job.pk).values_list("state", flat=True)) == {"done"}


def test_what_a_document_says_becomes_its_record_and_search_is_told(line: ReadingLine, make_record: MakeRecord) -> None:
    record = make_record(text=NORM, name="norma.txt")
    before = record.revision
    run(line)
    assert shown(record)[:3] == ("read", READER_VERSION, 1)
    assert (record.kind, record.number_key) == ("decreto_supremo", "DS:7-2020-PCM")
    assert [part[0] for part in shown(record)[4]] == ["art_1", "art_2"]
    assert record.revision > before
    assert Dirty.objects.filter(record=record.pk, revision=record.revision).exists()


@pytest.mark.fault("F6")
def test_a_reading_cut_off_is_done_again_and_leaves_the_same_rows(line: ReadingLine, make_record: MakeRecord) -> None:
    record = make_record(text=NORM, name="norma.txt")
    run(line)
    once = shown(record)
    Job.objects.update(state="waiting", attempt=0)
    run(line)
    assert shown(record) == once


def test_a_write_that_breaks_leaves_nothing_of_its_batch(make_record: MakeRecord) -> None:
    first, second = make_record("Uno"), make_record("Dos")
    jobs = claim_jobs(most=2)
    good = DocumentRead("text", "text/plain", "es", pages=[(1, "Uno", "layer", 1.0, None, None, b"")])
    broken = DocumentRead("text", "text/plain", "es", pages=[(1, "Dos", "no such source", 1.0, None, None, b"")])
    with pytest.raises(Exception, match="page_source_known"):
        write_results([(jobs[0], good), (jobs[1], broken)])
    assert Page.objects.count() == 0
    assert {text_of(record).reading for record in (first, second)} == {"pending"}
    assert set(Job.objects.values_list("state", flat=True)) == {"running"}


def test_what_a_person_corrected_stands_against_every_later_reading(
    line: ReadingLine, make_record: MakeRecord, operator_person: Any
) -> None:
    record = make_record(text=NORM, name="norma.txt")
    run(line)
    record.refresh_from_db()
    edit_record(record=record, changes={"title": "Lo que dijo la archivera", "date": "1955-XX"}, by=operator_person)
    Job.objects.update(state="waiting", attempt=0)
    run(line)
    record.refresh_from_db()
    assert (record.title, record.date_text) == ("Lo que dijo la archivera", "1955-XX")
    assert record.date_min is not None
    assert record.date_min.isoformat() == "1955-01-01"
    assert record.number_key == "DS:7-2020-PCM"
    assert record.field_sources["title"]["from"] == "person"


def test_what_the_manifest_said_stands_against_the_text(line: ReadingLine, make_record: MakeRecord) -> None:
    record = make_record("Título del catálogo", text=NORM, number="D.S. 9-2020-PCM", date="2020-05")
    run(line)
    record.refresh_from_db()
    assert (record.title, record.number_key, record.date_text) == ("Título del catálogo", "DS:9-2020-PCM", "2020-05")


@pytest.mark.fault("F17")
def test_bytes_that_are_gone_from_the_store_are_named(line: ReadingLine, make_record: MakeRecord) -> None:
    record = make_record("Acta", text="Acta que se perderá.")
    documents().delete(text_of(record).source.blob.key)
    run(line)
    assert text_of(record).reading_code == "bytes_missing"


def test_a_line_that_closes_gives_back_what_it_had_not_read(line: ReadingLine, make_record: MakeRecord) -> None:
    make_record("Cuelga", name="hang.txt")
    make_record("Acta")
    line.step()
    assert line.busy
    line.close()
    assert set(Job.objects.values_list("state", "attempt")) == {("waiting", 0)}
    assert not line.busy


def test_a_list_that_says_otherwise_is_told_of_until_a_person_has_settled_it(
    line: ReadingLine, make_record: MakeRecord, operator_person: Any
) -> None:
    record = make_record(
        text="DECRETO SUPREMO N° 7-2020-PCM\n\nDado en Lima, a los 3 días del mes de mayo de 2020.", date="1999"
    )
    run(line)
    record.refresh_from_db()
    assert [one["text"] for one in record.warnings] == ["date: the list says 1999, the text 2020-05-03"]
    edit_record(record=record, changes={"date": "1999-05-03"}, by=operator_person)
    Job.objects.update(state="waiting", attempt=0)
    run(line)
    record.refresh_from_db()
    assert (record.date_text, record.warnings) == ("1999-05-03", [])
