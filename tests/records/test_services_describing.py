"""Which version and which source say what a record is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from records.models import Dirty, Page, Record, Rendition, Section, Version
from records.persons import operator
from records.services.accession import add_version
from records.services.editing import edit_record
from records.services.publishing import publish_version, withdraw_version
from records.services.reading import ReadPage, ReadSection, ReadText, keep_readings
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
