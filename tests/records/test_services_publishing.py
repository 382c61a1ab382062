"""Versions: publishing, making room, withdrawing; what is written down of each, and what search is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from records.errors import (
    AlreadyPublished,
    InvalidValue,
    NotAllowed,
    NothingToPublish,
    NotPublished,
    ValidityOverlap,
)
from records.models import Dirty, Event, Record, Version
from records.persons import operator, person_for, stranger
from records.services.accession import add_version, create_records
from records.services.publishing import publish_version, withdraw_version
from tests.records.making import draft, new_version

pytestmark = pytest.mark.django_db

JAN, MAR, JUN = dt.date(2024, 1, 1), dt.date(2024, 3, 1), dt.date(2024, 6, 1)
BY = operator("test")


def validity(version: Version) -> tuple[Any, ...]:
    version.refresh_from_db()
    return version.state, version.valid_from, version.valid_to


def told(record: Record) -> list[str]:
    return list(Event.objects.filter(record=record.pk).order_by("pk").values_list("name", flat=True))


def forget_dirty() -> None:
    Dirty.objects.all().delete()


def added(record: Record, **said: Any) -> Version:
    return add_version(draft=draft(version_of=record, **said), by=BY)


def test_a_new_record_is_told_of_and_dirty() -> None:
    version = new_version(external_id="x", grants=("group:legal", "group:legal"))
    row = Dirty.objects.get(record=version.record.pk)
    assert (row.revision, row.narrows, row.lane) == (1, False, Dirty.Lane.PERSON)
    event = Event.objects.get(record=version.record.pk)
    assert (event.name, event.version, event.details["external_id"]) == ("record.created", 1, "x")
    assert version.record.grants.count() == 1
    assert [one.kind for one in version.renditions.order_by("pk")] == ["original", "text"]


def test_a_version_for_today_ends_the_one_in_force() -> None:
    first = new_version()
    second = added(first.record)
    today = timezone.localdate()
    assert validity(first) == ("published", None, today)
    assert validity(second) == ("published", today, None)
    assert told(first.record) == ["record.created", "version.ended", "version.created"]


def test_publishing_a_draft_makes_room_and_is_dirty_at_a_new_revision() -> None:
    first = new_version(valid_from=JAN)
    later = added(first.record, publish=False)
    forget_dirty()
    publish_version(version=later, by=BY, valid_from=MAR)
    assert validity(first) == ("published", JAN, MAR)
    assert validity(later) == ("published", MAR, None)
    row = Dirty.objects.get(record=first.record.pk)
    first.record.refresh_from_db()
    assert (row.revision, row.narrows) == (first.record.revision, False)


def test_the_first_published_version_may_be_valid_from_ever() -> None:
    first = new_version(publish=False)
    assert validity(publish_version(version=first, by=BY)) == ("published", None, None)
    other = new_version(publish=False)
    assert validity(added(other.record)) == ("published", None, None)


def test_publishing_again_with_the_same_days_changes_nothing() -> None:
    version = new_version(valid_from=JAN)
    events, revision = Event.objects.count(), version.record.revision
    publish_version(version=version, by=BY)
    publish_version(version=version, by=BY, valid_from=JAN)
    assert Event.objects.count() == events
    assert Record.objects.get(pk=version.record.pk).revision == revision
    with pytest.raises(AlreadyPublished):
        publish_version(version=version, by=BY, valid_from=MAR)


@pytest.mark.parametrize("ends", [None, JUN])
def test_a_version_of_the_same_day_corrects_the_other(ends: dt.date | None) -> None:
    wrong = new_version(valid_from=JAN, valid_to=ends)
    forget_dirty()
    right = added(wrong.record, valid_from=JAN, valid_to=ends)
    assert validity(wrong) == ("withdrawn", JAN, ends)
    assert validity(right) == ("published", JAN, ends)
    assert told(wrong.record) == ["record.created", "version.withdrawn", "version.created"]
    assert Dirty.objects.get(record=wrong.record.pk).narrows


def test_a_version_inside_a_longer_one_cuts_it_and_stays_bounded() -> None:
    long = new_version(valid_from=JAN)
    inside = added(long.record, valid_from=MAR, valid_to=JUN)
    assert validity(long) == ("published", JAN, MAR)
    assert validity(inside) == ("published", MAR, JUN)


@pytest.mark.parametrize(("valid_from", "valid_to"), [(JAN, None), (None, None), (JAN, dt.date(2024, 3, 2))])
def test_a_version_that_would_run_into_a_later_one_is_refused(
    valid_from: dt.date | None, valid_to: dt.date | None
) -> None:
    later = new_version(valid_from=dt.date(2999, 1, 1) if valid_from is None else MAR)
    events = Event.objects.count()
    with pytest.raises(ValidityOverlap):
        added(later.record, valid_from=valid_from, valid_to=valid_to)
    assert later.record.versions.count() == 1
    assert Event.objects.count() == events


def test_a_version_before_a_later_one_is_taken() -> None:
    later = new_version(valid_from=MAR)
    assert validity(added(later.record, valid_from=JAN, valid_to=MAR)) == ("published", JAN, MAR)


def test_days_out_of_order_are_refused_by_name() -> None:
    first = new_version()
    waiting = added(first.record, publish=False)
    with pytest.raises(InvalidValue) as refused:
        publish_version(version=waiting, by=BY, valid_to=JAN)
    assert refused.value.attr == "valid_to"
    for attempt in (
        lambda: added(first.record, valid_from=MAR, valid_to=JAN),
        lambda: added(first.record, valid_from=MAR, valid_to=JAN, publish=False),
        lambda: create_records(drafts=[draft(valid_from=MAR, valid_to=MAR)], by=BY),
    ):
        with pytest.raises(InvalidValue):
            attempt()
    assert validity(first) == ("published", None, None)


def test_withdrawing_narrows_and_cannot_be_done_twice() -> None:
    version = new_version()
    forget_dirty()
    withdraw_version(version=version, by=BY, reason="wrong file")
    assert validity(version)[0] == "withdrawn"
    assert Dirty.objects.get(record=version.record.pk).narrows
    assert Event.objects.get(name="version.withdrawn").details == {"reason": "wrong file"}
    with pytest.raises(NotPublished):
        withdraw_version(version=version, by=BY)
    assert validity(publish_version(version=version, by=BY))[0] == "published"


def test_a_version_without_a_file_cannot_be_published() -> None:
    record = new_version().record
    empty = Version.objects.create(record=record, number=2, created_at=timezone.now())
    with pytest.raises(NothingToPublish):
        publish_version(version=empty, by=BY)


def test_only_who_may_edit_publishes_and_withdraws(people: dict[str, Any]) -> None:
    version = new_version(grants=("user:counsel",))
    waiting = added(version.record, publish=False)
    for person in (person_for(people["counsel"]), person_for(people["operator_user"]), stranger()):
        for attempt in (
            lambda person=person: publish_version(version=waiting, by=person),
            lambda person=person: withdraw_version(version=version, by=person),
            lambda person=person: add_version(draft=draft(version_of=version.record), by=person),
        ):
            with pytest.raises(NotAllowed):
                attempt()


def test_who_takes_a_record_in_may_manage_it(people: dict[str, Any]) -> None:
    archivist = person_for(people["archivist"])
    version = new_version(by=archivist, publish=False)
    assert list(version.record.grants.values_list("token", "action")) == [("user:archivist", "manage")]
    publish_version(version=version, by=archivist)
    with pytest.raises(NotAllowed):
        new_version(by=person_for(people["counsel"]))
