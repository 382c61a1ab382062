"""Classes, grants and audiences: who is told, what narrows, what is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from records.access import unsettled_records
from records.errors import InvalidValue, NotAllowed
from records.models import Dirty, Event, Grant, Record, Series
from records.persons import operator, person_for
from records.services.opening import (
    checked_reader,
    classify_record,
    give_grant,
    reader_exists,
    revoke_grant,
    set_audience,
)
from records.services.outbox import leave_dirty, touch
from records.services.time import tell_of_grants
from tests.records.making import new_version

pytestmark = pytest.mark.django_db

BY = operator("test")
DAY = dt.timedelta(days=1)


@pytest.fixture
def record() -> Record:
    """A record that search knows all about."""
    record = new_version(access="internal").record
    Dirty.objects.all().delete()
    return record


def dirty(record: Record) -> tuple[int, bool] | None:
    row = Dirty.objects.filter(record=record.pk).first()
    return None if row is None else (row.revision, row.narrows)


@pytest.mark.parametrize(("to", "narrows"), [("public", False), ("reserved", True)])
def test_classifying_narrows_when_it_closes(record: Record, to: str, narrows: bool) -> None:
    classify_record(record=record, classification=to, by=BY, reason="art. 16")
    assert dirty(record) == (2, narrows)
    event = Event.objects.get(name="record.classified")
    assert event.details == {"from": "internal", "to": to, "reason": "art. 16"}
    classify_record(record=record, classification=to, by=BY)
    assert dirty(record) == (2, narrows)
    assert Event.objects.filter(name="record.classified").count() == 1


def test_a_grant_widens_and_its_end_narrows(record: Record) -> None:
    grant = give_grant(reader=" group:legal ", by=BY, record=record)
    assert (grant.token, dirty(record)) == ("group:legal", (2, False))
    assert give_grant(reader="group:legal", by=BY, record=record) == grant
    assert dirty(record) == (2, False)
    assert revoke_grant(reader="group:legal", by=BY, record=record)
    assert dirty(record) == (3, True)
    assert not revoke_grant(reader="group:legal", by=BY, record=record)
    assert dirty(record) == (3, True)
    assert list(Event.objects.filter(name__startswith="grant.").values_list("name", flat=True)) == [
        "grant.given",
        "grant.revoked",
    ]


def test_a_grant_given_anew_takes_the_new_days(record: Record) -> None:
    today = timezone.localdate()
    give_grant(reader="public", by=BY, record=record)
    grant = give_grant(reader="public", by=BY, record=record, starts=today + DAY, ends=today + 2 * DAY)
    assert (grant.starts, grant.ends, grant.start_told) == (today + DAY, today + 2 * DAY, False)
    assert dirty(record) == (3, True)
    assert Grant.objects.count() == 1


@pytest.mark.parametrize(
    "reader",
    ["", "everybody", "user:", "group:", "body:PL:chair", "body:", "series:A", "user:a:b", "public:x", "x" * 300],
)
def test_what_is_no_reader_is_refused(record: Record, reader: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        give_grant(reader=reader, by=BY, record=record)
    assert refused.value.attr == "reader"


@pytest.mark.parametrize(
    "reader", ["public", "internal", "user:ana", "group:legal office", "body:PL", "body:PL:alternate", "session:SO-1"]
)
def test_every_kind_of_reader_is_taken(reader: str) -> None:
    assert checked_reader(reader) == reader


def test_wrong_values_are_named(record: Record) -> None:
    today = timezone.localdate()
    for attr, attempt in {
        "classification": lambda: classify_record(record=record, classification="secret", by=BY),
        "action": lambda: give_grant(reader="public", by=BY, record=record, action="own"),
        "ends": lambda: give_grant(reader="public", by=BY, record=record, starts=today, ends=today - DAY),
        "record": lambda: give_grant(reader="public", by=BY),
        "audience": lambda: set_audience(rendition=_original(record), audience="friends", by=BY),
    }.items():
        with pytest.raises(InvalidValue) as refused:
            attempt()
        assert refused.value.attr == attr


def test_only_who_manages_decides_who_reads(record: Record, people: dict[str, Any]) -> None:
    give_grant(reader="user:secretary", by=BY, record=record, action="edit")
    series = Series.objects.create(code="A", title="A")
    secretary = person_for(people["secretary"])
    for attempt in (
        lambda: classify_record(record=record, classification="public", by=secretary),
        lambda: give_grant(reader="public", by=secretary, record=record),
        lambda: revoke_grant(reader="user:secretary", by=secretary, record=record),
        lambda: give_grant(reader="public", by=secretary, series=series),
        lambda: set_audience(rendition=_original(record), audience="editors", by=secretary),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    give_grant(reader="user:secretary", by=BY, series=series, action="manage")
    give_grant(reader="public", by=person_for(people["secretary"]), series=series)


def test_a_grant_on_a_series_opens_all_below_without_touching_a_record(people: dict[str, Any]) -> None:
    above = Series.objects.create(code="A", title="A", access="reserved")
    below = Series.objects.create(code="B", title="B", access="reserved", parent=above)
    record = new_version(series=below).record
    Dirty.objects.all().delete()
    give_grant(reader="user:counsel", by=BY, series=above)
    counsel = person_for(people["counsel"])
    assert {"series:A", "series:B"} <= counsel.tokens
    assert list(Record.objects.visible_to(counsel)) == [record]
    revoke_grant(reader="user:counsel", by=BY, series=above)
    assert not Record.objects.visible_to(person_for(people["counsel"])).exists()
    assert not Dirty.objects.exists()


def test_closing_a_file_to_editors_closes_its_text_too(record: Record) -> None:
    original = _original(record)
    set_audience(rendition=original, audience="editors", by=BY)
    assert set(record.versions.get().renditions.values_list("audience", flat=True)) == {"editors"}
    assert dirty(record) == (2, True)
    set_audience(rendition=original, audience="editors", by=BY)
    assert dirty(record) == (2, True)
    assert Event.objects.filter(name="rendition.audience").count() == 1


def test_days_that_pass_are_told_once(record: Record) -> None:
    today = timezone.localdate()
    give_grant(reader="group:a", by=BY, record=record, ends=today)
    give_grant(reader="group:b", by=BY, record=record, starts=today + DAY)
    Dirty.objects.all().delete()
    assert tell_of_grants(today) == 0
    assert unsettled_records(day=today) == set()
    assert unsettled_records(day=today + DAY) == {record.pk}
    assert tell_of_grants(today + DAY) == 2
    assert dirty(record) == (5, True)
    assert unsettled_records(day=today + DAY) == {record.pk}
    Dirty.objects.all().delete()
    assert unsettled_records(day=today + DAY) == set()
    assert tell_of_grants(today + DAY) == 0


def test_a_grant_that_begins_widens_only(record: Record) -> None:
    today = timezone.localdate()
    give_grant(reader="group:b", by=BY, record=record, starts=today + DAY)
    Dirty.objects.all().delete()
    assert tell_of_grants(today + DAY) == 1
    assert dirty(record) == (3, False)


def test_a_narrowing_and_the_persons_lane_outlast_a_bulk_touch(record: Record) -> None:
    touch([record.pk], narrows=True)
    touch([record.pk], lane=Dirty.Lane.BULK)
    row = Dirty.objects.get(record=record.pk)
    assert (row.revision, row.narrows, row.lane) == (3, True, Dirty.Lane.PERSON)
    leave_dirty({record.pk: 4}, lane=Dirty.Lane.BULK)
    assert Dirty.objects.get(record=record.pk).revision == 4


def test_touching_more_records_than_a_statement_takes(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("records.services.outbox.BATCH", 2)
    others = [new_version().record.pk for _ in range(4)]
    assert touch([record.pk, *others]) == 5
    assert set(Record.objects.values_list("revision", flat=True)) == {2}


def _original(record: Record) -> Any:
    return record.versions.get().renditions.get(kind="original")


def test_a_reader_may_be_named_before_there_is_one(people: dict[str, Any]) -> None:
    assert reader_exists("public")
    assert reader_exists("user:archivist")
    assert not reader_exists("user:archivsit")
    assert not reader_exists("group:legal")
    assert not reader_exists("body:PLENO:full")
