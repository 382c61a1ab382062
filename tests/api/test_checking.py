"""What was read with doubt: a person compares it with the file, and a worse reading asks again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from rest_framework.test import APIClient

from records.models import Event, Record, Version
from records.persons import person_for
from records.services.accession import add_version
from records.services.checking import check_record
from records.services.reading import ReadPage, ReadText, keep_readings
from tests.records.making import draft, new_version

pytestmark = pytest.mark.django_db
Client = Callable[[str], APIClient]


def read(version: Version, *sure: float, code: str = "") -> None:
    """Read a version as a scan of these pages, each recognised so surely; 0 for one that could not be."""
    pages = []
    for number, one in enumerate(sure, 1):
        signals = {"confidence": one} | ({"ocr_notes": "low_confidence"} if one < 65 else {})
        pages.append(
            ReadPage(number, "Texto." if one else "", "ocr" if one else "none", signals=signals if one else {})
        )
    text = version.renditions.get(kind="text").pk
    keep_readings(readings=[ReadText(rendition=text, reader="test", pages=pages, code=code)])


@pytest.fixture
def version(people: dict[str, Any]) -> Version:
    version = new_version(by=person_for(people["archivist"]), access="public")
    read(version, 90.0, 41.0, 55.0)
    return version


def waits(version: Version) -> bool:
    record = Record.objects.get(pk=version.record_id)
    return record.needs_review


def test_an_editor_compares_it_with_the_file_and_takes_that_back(client_of: Client, version: Version) -> None:
    address = f"/api/v1/records/{version.record_id}/check"
    archivist = client_of("archivist")
    said = archivist.post(address).json()
    assert (said["needs_review"], said["checked_by"]) == (False, "archivist")
    assert said["checked_at"] is not None
    listed = archivist.get("/api/v1/records/?needs_review=true").json()["results"]
    assert listed == []
    assert archivist.post(address).json() == said
    back = archivist.delete(address).json()
    assert back == {"needs_review": True, "checked_by": None, "checked_at": None}
    names = list(Event.objects.order_by("pk").values_list("name", "by"))
    assert names[-2:] == [("record.checked", "archivist"), ("record.unchecked", "archivist")]


def test_who_may_only_read_it_may_not_say_so(client_of: Client, version: Version) -> None:
    address = f"/api/v1/records/{version.record_id}/check"
    assert client_of("counsel").post(address).status_code == 403
    assert client_of("").post(address).status_code == 401
    assert waits(version)


def test_what_is_not_in_doubt_needs_no_check(client_of: Client, version: Version) -> None:
    read(version, 90.0)
    answer = client_of("archivist").post(f"/api/v1/records/{version.record_id}/check")
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("sure", "code", "again"),
    [
        ((90.0, 41.0, 55.0), "", False),
        ((90.0, 45.0), "", False),
        ((90.0, 30.0, 55.0), "", True),
        ((60.0, 41.0, 55.0), "", True),
        ((90.0, 41.0, 0.0), "", True),
        ((), "damaged", True),
    ],
    ids=["the same", "better", "less sure", "another page", "a page without text", "no text"],
)
def test_a_worse_reading_asks_again(
    version: Version, people: dict[str, Any], sure: tuple[float, ...], code: str, again: bool
) -> None:
    check_record(record=version.record, by=person_for(people["archivist"]))
    read(version, *sure, code=code)
    assert waits(version) == again


def test_a_page_that_has_words_at_last_is_to_be_looked_at(version: Version, people: dict[str, Any]) -> None:
    read(version, 90.0, 0.0)
    check_record(record=version.record, by=person_for(people["archivist"]))
    read(version, 90.0, 0.0)
    assert not waits(version)
    read(version, 90.0, 41.0)
    assert waits(version)


def test_another_version_is_to_be_looked_at(version: Version, people: dict[str, Any]) -> None:
    archivist = person_for(people["archivist"])
    check_record(record=version.record, by=archivist)
    later = add_version(draft=draft(version_of=version.record), by=archivist)
    read(later, 41.0)
    assert waits(version)


def test_the_page_offers_it_to_editors_only(client: Browser, people: dict[str, Any], version: Version) -> None:
    place = f"/records/{version.record_id}/"
    assert b"/check/" not in client.get(place).content
    client.force_login(people["counsel"])
    assert b"/check/" not in client.get(place).content
    client.force_login(people["archivist"])
    assert f"{place}check/".encode() in client.get(place).content
    assert str(version.record_id).encode() in client.get("/my-work/").content
    assert client.post(f"{place}check/", follow=True).status_code == 200
    page = client.get(place).content
    assert (f"{place}uncheck/".encode() in page, f"{place}check/".encode() in page) == (True, False)
    client.post(f"{place}uncheck/")
    assert waits(version)
