"""Which version and which source say what a record is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from records.models import Dirty, Page, Record, Rendition, Section, Version
from records.persons import operator
from records.services.accession import add_version
from records.services.editing import edit_record
from records.services.opening import set_audience
from records.services.publishing import publish_version, withdraw_version
from records.services.reading import ReadPage, ReadSection, ReadText, ReadTitle, keep_readings, keep_titles
from tests.records.making import draft, new_version

pytestmark = pytest.mark.django_db

BY = operator("test")


def text_of(version: Version) -> Rendition:
    return version.renditions.get(kind="text")


def read(version: Version, title: str, **said: Any) -> None:
    """Read a version whose text says this title."""
    reading = ReadText(
        rendition=text_of(version).pk,
        reader="test",
        pages=[ReadPage(1, title, said.pop("source", "layer"))],
        sections=[ReadSection("art_1", "Artículo 1", "", 1, 0, len(title))],
        values={"title": title, "date_min": dt.date(2024, 1, 1), "date_max": dt.date(2024, 12, 31)},
        sources={"title": {"from": "text"}},
        **said,
    )
    keep_readings(readings=[reading])


def titled(record: Record) -> str:
    record.refresh_from_db()
    return record.title


def test_what_is_read_describes_the_record_and_tells_search() -> None:
    version = new_version()
    Dirty.objects.all().delete()
    read(version, "Reglamento")
    assert titled(version.record) == "Reglamento"
    assert version.record.field_sources["title"] == {"from": "text"}
    assert version.record.date_max == dt.date(2024, 12, 31)
    assert Dirty.objects.get(record=version.record.pk).lane == Dirty.Lane.BULK


def test_a_draft_says_nothing_of_its_record_until_it_is_published() -> None:
    first = new_version()
    read(first, "Reglamento")
    later = add_version(draft=draft(version_of=first.record, publish=False), by=BY)
    read(later, "Reglamento secreto")
    assert titled(first.record) == "Reglamento"
    publish_version(version=later, by=BY)
    assert titled(first.record) == "Reglamento secreto"
    withdraw_version(version=later, by=BY)
    assert titled(first.record) == "Reglamento"


def test_a_lone_draft_describes_its_record() -> None:
    version = new_version(publish=False)
    read(version, "Proyecto")
    assert titled(version.record) == "Proyecto"


def test_an_older_version_read_late_does_not_replace_the_newer() -> None:
    first = new_version()
    second = add_version(draft=draft(version_of=first.record), by=BY)
    read(second, "Texto vigente")
    read(first, "Texto anterior", source="none")
    assert titled(first.record) == "Texto vigente"
    assert not first.record.needs_ocr


def test_reading_again_leaves_the_same_rows() -> None:
    version = new_version()
    read(version, "Uno")
    read(version, "Uno")
    assert (Page.objects.count(), Section.objects.count()) == (1, 1)
    assert text_of(version).reading == "read"


def test_a_person_and_a_manifest_are_believed_over_a_machine() -> None:
    told = new_version(values={"title": "Del manifiesto"}, sources={"title": {"from": "manifest"}})
    read(told, "Del texto")
    assert titled(told.record) == "Del manifiesto"
    edit_record(record=told.record, changes={"title": "De una persona"}, by=BY)
    read(told, "Del texto otra vez")
    assert titled(told.record) == "De una persona"


def test_why_there_is_no_text_is_kept_by_name() -> None:
    version = new_version()
    keep_readings(readings=[ReadText(rendition=text_of(version).pk, reader="test", code="encrypted", detail="Locked.")])
    version.record.refresh_from_db()
    assert (text_of(version).reading, text_of(version).reading_code) == ("unreadable", "encrypted")
    assert (version.record.needs_review, version.record.needs_ocr) == (True, False)
    keep_readings(readings=[ReadText(rendition=text_of(version).pk, reader="test", code="no_text_layer")])
    version.record.refresh_from_db()
    assert version.record.needs_ocr


def test_a_misread_value_is_cut_to_its_column() -> None:
    version = new_version()
    keep_readings(readings=[ReadText(rendition=text_of(version).pk, reader="test", values={"number": "x" * 900})])
    version.record.refresh_from_db()
    assert version.record.number == "x" * 200


def test_a_reading_of_a_version_that_is_gone_is_dropped() -> None:
    keep_readings(readings=[ReadText(rendition=999_999, reader="test")])
    assert not Dirty.objects.exists()


def say(version: Version, title: str, kind: str = "original") -> None:
    """Read a version whose text says that it is about this."""
    text = version.renditions.get(kind="text", source__kind=kind)
    values = {"title": "Acuerdo N.° 7", **({"descriptive_title": title} if title else {})}
    sources = {"descriptive_title": {"from": "text", "page": 1, "start": 0, "end": 4, "rule": "heading"}}
    keep_readings(readings=[ReadText(text.pk, "test", values=values, sources=sources)])


def about(record: Record) -> tuple[str, str]:
    record.refresh_from_db()
    return record.descriptive_title, record.descriptive_title_origin


def test_what_a_text_is_about_goes_when_a_later_reading_finds_nothing() -> None:
    version = new_version()
    say(version, "Aprobar el plan")
    assert about(version.record) == ("Aprobar el plan", "text")
    assert version.record.field_sources["descriptive_title"]["rule"] == "heading"
    assert (version.record.title, version.record.full_title) == ("Acuerdo N.° 7", "Acuerdo N.° 7: Aprobar el plan")
    say(version, "")
    assert about(version.record) == ("", "")


def test_what_a_person_says_it_is_about_stands_and_that_it_is_to_say_nothing() -> None:
    version = new_version()
    say(version, "Aprobar el pian")
    edit_record(record=version.record, changes={"descriptive_title": "Aprobar el plan"}, by=BY)
    say(version, "Aprobar el pian")
    assert about(version.record) == ("Aprobar el plan", "person")
    edit_record(record=version.record, changes={"descriptive_title": ""}, by=BY)
    say(version, "Aprobar el pian")
    assert about(version.record) == ("", "person")


def test_a_text_that_readers_do_not_get_says_nothing_in_a_title() -> None:
    version = new_version()
    say(version, "Designar a Rosa Inventada")
    original = version.renditions.get(kind="original")
    set_audience(rendition=original, audience="editors", by=BY)
    assert about(version.record) == ("", "")
    set_audience(rendition=original, audience="readers", by=BY)
    assert about(version.record) == ("Designar a Rosa Inventada", "text")


def test_the_redacted_copy_says_it_where_readers_get_only_that() -> None:
    version = new_version()
    original = version.renditions.get(kind="original")
    copy = Rendition.objects.create(
        version=version, kind="redacted", blob=original.blob, created_at=original.created_at
    )
    Rendition.objects.create(
        version=version, kind="text", source=copy, reading="pending", created_at=original.created_at
    )
    say(version, "Designar a Rosa Inventada")
    say(version, "Designar a ███", "redacted")
    assert about(version.record)[0] == "Designar a Rosa Inventada"
    set_audience(rendition=original, audience="editors", by=BY)
    assert about(version.record)[0] == "Designar a ███"


def test_titles_read_again_from_kept_pages_change_what_is_new_only() -> None:
    version = new_version()
    say(version, "Aprobar el pian")
    Dirty.objects.all().delete()
    again = ReadTitle(
        text_of(version).pk, "Aprobar el plan", {"from": "text", "page": 1, "start": 0, "end": 9}, "Aprobar"
    )
    assert keep_titles(titles=[again]) == 1
    assert about(version.record) == ("Aprobar el plan", "text")
    assert Dirty.objects.get(record=version.record.pk).lane == Dirty.Lane.BULK
    assert keep_titles(titles=[again]) == 0
    assert keep_titles(titles=[ReadTitle(text_of(version).pk, "", {}, "Aprobar")]) == 1
    assert about(version.record) == ("", "")
