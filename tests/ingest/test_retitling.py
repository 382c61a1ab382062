"""Descriptive titles of what an older release read: made from the pages that are kept, asked as often as one likes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ingest.retitling import retitle
from records.models import Dirty, Record, Version
from records.persons import operator
from records.services.editing import edit_record
from records.services.reading import ReadPage, ReadText, keep_readings
from tests.records.making import new_version

pytestmark = pytest.mark.django_db

TEXT = "LEY N° 32102\nHa dado la Ley siguiente:\nLEY QUE PROMUEVE LA CRIANZA DE VICUÑAS\nArtículo 1. Objeto\n"


def read_before(title: str = "Ley N.° 32102") -> Version:
    """A law that was read before descriptive titles were made."""
    version = new_version()
    text = version.renditions.get(kind="text")
    values = {"title": title, "kind": "ley", "number": "LEY N° 32102", "number_key": "LEY:32102"}
    sources = {"title": {"from": "front_matter"}}
    pages = [ReadPage(1, "El Peruano", "layer"), ReadPage(2, TEXT, "layer")]
    keep_readings(readings=[ReadText(text.pk, "older", pages=pages, values=values, sources=sources)])
    Dirty.objects.all().delete()
    return version


def test_what_was_read_before_is_told_what_it_is_about() -> None:
    version = read_before()
    telling = read_before("Ley que promueve la crianza de vicuñas").record
    assert retitle() == 2  # both get a lead; one gets a title
    record = Record.objects.get(pk=version.record.pk)
    assert record.descriptive_title == "LEY QUE PROMUEVE LA CRIANZA DE VICUÑAS"
    source = record.field_sources["descriptive_title"]
    assert (source["from"], source["page"], source["rule"]) == ("text", 2, "heading")
    assert TEXT[source["start"] : source["end"]] == record.descriptive_title
    assert Dirty.objects.filter(record=record.pk).exists()
    assert Record.objects.get(pk=telling.pk).descriptive_title == ""
    assert retitle() == 0


def test_what_a_person_said_stands() -> None:
    record = read_before().record
    edit_record(record=record, changes={"descriptive_title": "Vicuñas"}, by=operator("test"))
    retitle()
    assert Record.objects.get(pk=record.pk).descriptive_title == "Vicuñas"


def test_ten_more_take_no_query_more() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            retitle()
        return len(seen)

    read_before()
    retitle()
    before = queries()
    for _ in range(10):
        read_before()
    retitle()
    assert queries() == before
