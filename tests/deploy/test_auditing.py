"""The audit: each kind of damage is made to happen, is named, and is mended where what was damaged is derived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from deploy.auditing import audit, stored
from deploy.worker import tick
from ingest.models import Job, Upload, UploadPart
from ingest.stuck import STUCK_AFTER
from records.models import Blob, Dirty, Event, Page, Rendition
from records.persons import operator
from records.services.opening import give_grant
from records.stores import documents, staging
from search.building import build_entries
from search.engines import engine
from search.models import IndexRequest
from storage.errors import StoreUnavailable
from tests.records.test_sealing import unguarded

__all__ = ["unguarded"]
pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
Settle = Callable[[], None]
STORES = ["local", pytest.param("s3", marks=pytest.mark.full)]
LONG_AGO = STUCK_AFTER + dt.timedelta(hours=1)


@pytest.fixture
def acta(make_record: Make, settle: Settle) -> Any:
    """One of three papers, all read, indexed and sealed."""
    for number in range(3):
        record = make_record(f"Acta {number}", f"La mesa aprueba el acuerdo {number}.", access="public")
    settle()
    tick()
    assert audit().ok
    return record


@pytest.fixture(params=STORES)
def on_each_store(request: pytest.FixtureRequest) -> None:
    if request.param == "s3":
        request.getfixturevalue("on_s3")


def kinds(**said: bool) -> list[str]:
    return [found.kind for found in audit(**said).differences]


@pytest.mark.fault("F16")
@pytest.mark.usefixtures("on_each_store")
def test_a_file_that_is_gone_and_one_that_has_changed_are_named_and_left_as_they_are(acta: Any) -> None:
    first, second, _ = Blob.objects.order_by("key")
    documents().delete(first.key)
    whole = b"".join(documents().open(second.key))
    documents().delete(second.key)
    documents().put(second.key, [b"x" * len(whole)])
    for said in ({}, {"repair": True}, {}):
        found = audit(**said).differences
        assert [(one.kind, one.key) for one in found] == [("bytes", first.key), ("bytes", second.key)]
    assert documents().stat(first.key) is None


@pytest.mark.fault("F3")
@pytest.mark.usefixtures("on_each_store")
def test_what_lies_in_the_stores_and_nobody_knows_is_named_after_its_grace(
    acta: Any, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, probe = "blobs/ab/cd/abcd" + "0" * 60, "health/left-behind"
    for key in (lost, probe):
        documents().put(key, [b"de nadie"])
    upload = Upload.objects.create(
        by=people["archivist"], filename="acta.txt", size=16, part_size=8, created_at=timezone.now()
    )
    claimed, unclaimed = f"uploads/{upload.pk}/00001-a", f"uploads/{upload.pk}/00001-b"
    for key in (claimed, unclaimed):
        staging().put(key, [b"12345678"])
    UploadPart.objects.create(upload=upload, number=1, size=8, key=claimed)
    assert audit().ok
    for name in ("GRACE", "STAGING_GRACE"):
        monkeypatch.setattr(stored, name, dt.timedelta(minutes=-5))
    found = {(one.kind, one.key) for one in audit(repair=True).differences}
    assert found == {("orphan", lost), ("orphan", probe), ("staging", unclaimed)}
    assert documents().stat(lost) is not None
    # A complete upload has no use for its parts: the sweep that clears them is late.
    Upload.objects.update(state=Upload.State.COMPLETE, sha256="a" * 64)
    found = {(one.kind, one.key) for one in audit(repair=True).differences if one.kind == "staging"}
    assert found == {("staging", claimed), ("staging", unclaimed)}
    assert not UploadPart.objects.exists()


def test_a_store_that_is_away_proves_nothing(acta: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents(), "open", _away)
    with pytest.raises(StoreUnavailable):
        audit()


def _away(*_: object, **__: object) -> Any:
    raise StoreUnavailable("The file store does not answer.")


@pytest.mark.fault("F37")
def test_index_entries_gone_left_over_old_and_with_other_readers_are_named_and_mended(
    acta: Any, settle: Settle, make_record: Make
) -> None:
    gone, old, open_to_all = [one.pk for one in type(acta).objects.order_by("pk")]
    held = {pk: build_entries([pk]).entries[pk][0] for pk in (old, open_to_all)}
    left_over = replace(held[old], record="00000000-0000-7000-8000-000000000000")
    engine().write([], [str(gone)])
    engine().write([left_over], [left_over.record])
    type(acta).objects.filter(pk=old).update(revision=held[old].revision + 1)
    # Its checksum says what it should be, and its readers are others.
    engine().write([replace(held[open_to_all], tokens=frozenset({"user:nobody"}))], [str(open_to_all)])

    found = {one.id: one.detail for one in audit(repair=True).differences}
    assert found == {
        str(gone): "not in the index",
        left_over.record: "in the index, but not in the database",
        str(old): "indexed differently (revision 2 for 3)",
        str(open_to_all): "indexed for other readers (revision 2 for 2)",
    }
    assert kinds() == []
    assert Dirty.objects.count() == 4
    settle()
    assert kinds() == []


def test_work_that_stands_still_is_named_and_set_going_again(acta: Any, settle: Settle) -> None:
    abandoned, dropped, pageless = Job.objects.order_by("pk")
    then = timezone.now() - LONG_AGO
    Job.objects.filter(pk=abandoned.pk).update(state="running", attempt=7, lease_until=then)
    Rendition.objects.filter(pk=dropped.rendition_id).update(reading=Rendition.Reading.PENDING)
    Page.objects.filter(rendition=pageless.rendition_id).delete()
    Dirty.objects.create(record=acta.pk, revision=acta.revision, created=then)
    IndexRequest.objects.create(asked_at=then)
    report = audit(repair=True)
    assert sorted(one.kind for one in report.differences if one.kind != "index") == [
        "dirty",
        "job",
        "job",
        "request",
        "text",
    ]
    assert report.repaired["jobs"] == 3
    assert Event.objects.filter(name="job.retried").count() == 3
    settle()
    assert kinds() == []


def test_a_text_that_no_job_will_read_gets_one(acta: Any, settle: Settle) -> None:
    job = Job.objects.order_by("pk").last()
    assert job is not None
    Rendition.objects.filter(pk=job.rendition_id).update(reading=Rendition.Reading.PENDING)
    job.delete()
    assert kinds(repair=True) == ["text"]
    assert Job.objects.filter(rendition=job.rendition_id, state="waiting").exists()
    settle()
    assert kinds() == []


def test_jobs_at_work_and_fresh_changes_are_nobodys_fault(acta: Any) -> None:
    Job.objects.update(state="running", lease_until=timezone.now() - dt.timedelta(minutes=1))
    give_grant(record=acta, reader="user:ana", by=operator("test"))
    report = audit()
    assert report.ok
    assert report.checked["dirty"] == 1


@pytest.mark.usefixtures("unguarded")
def test_an_edited_event_is_named_and_stays_as_it_is(acta: Any) -> None:
    event = Event.objects.order_by("pk")[1]
    Event.objects.filter(pk=event.pk).update(by="somebody else")
    for _ in range(2):
        [found] = audit(repair=True).differences
        assert (found.kind, found.key) == ("chain", "2")
    assert Event.objects.get(pk=event.pk).by == "somebody else"


def test_a_grant_to_nobody_that_can_exist_is_named(acta: Any) -> None:
    acta.grants.create(token="nobody-knows:this", action="read", created_at=timezone.now())
    assert "grant" in kinds()
