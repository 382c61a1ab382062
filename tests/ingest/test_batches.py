"""Batches among each other: each its share of the reading, a paused one none, each person only their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ingest.batch_items import Ended, note_ends
from ingest.batches import (
    Asked,
    cancel_batch,
    close_batch,
    counts_of,
    is_broken_off,
    opened,
    pause_batch,
    resume_batch,
    still_running,
)
from ingest.jobs import claim_jobs
from ingest.models import Batch, Job
from ingest.taking_back import take_back_batch
from records.errors import Conflict, NotFound
from records.models import Event
from records.persons import Person, operator, person_for

pytestmark = pytest.mark.django_db
MakeRecord = Callable[..., Any]


@pytest.fixture
def archivist(people: dict[str, Any]) -> Person:
    return person_for(people["archivist"])


def batch_of(name: str, by: Person) -> Batch:
    return opened(Asked(name=name), by=by)[0]


def waiting(make_record: MakeRecord, batch: Batch, count: int) -> None:
    before = set(Job.objects.values_list("pk", flat=True))
    for number in range(count):
        make_record(f"{batch.name} {number}")
    Job.objects.exclude(pk__in=before).update(batch=batch, lane=1)


def claimed(most: int) -> list[str]:
    return [Batch.objects.get(pk=job.batch_id).name if job.batch_id else "" for job in claim_jobs(most=most)]


@pytest.mark.fault("F41")
def test_a_small_import_does_not_wait_behind_a_large_one(make_record: MakeRecord) -> None:
    waiting(make_record, batch_of("cuarenta años", operator()), 12)
    waiting(make_record, batch_of("una caja", operator()), 3)
    make_record("Subido por la secretaria")
    first = claimed(5)
    assert (first.count(""), first.count("cuarenta años"), first.count("una caja")) == (1, 2, 2)
    assert sorted(claimed(100)) == sorted(["cuarenta años"] * 10 + ["una caja"])


def test_a_paused_batch_is_not_read_until_it_goes_on(make_record: MakeRecord) -> None:
    batch = batch_of("caja", operator())
    waiting(make_record, batch, 2)
    pause_batch(batch=batch, by=operator())
    assert (claimed(10), still_running(batch)) == ([], "paused")
    resume_batch(batch=batch, by=operator())
    assert (claimed(10), still_running(batch)) == (["caja", "caja"], "running")
    names = Event.objects.filter(subject=str(batch.pk)).order_by("pk").values_list("name", flat=True)
    assert list(names) == ["batch.opened", "batch.paused", "batch.resumed"]


def test_a_claim_asks_no_more_for_ten_more_files(make_record: MakeRecord) -> None:
    for name in ("una", "otra"):
        waiting(make_record, batch_of(name, operator()), 2)
    with CaptureQueriesContext(connection) as few:
        claim_jobs(most=1)
    Job.objects.update(state="waiting", lease_until=None, attempt=0)
    for name in ("una", "otra"):
        waiting(make_record, batch_of(name, operator()), 10)
    with CaptureQueriesContext(connection) as many:
        claim_jobs(most=20)
    assert len(many) <= len(few) + 2


def test_what_broke_off_goes_on_in_its_batch_and_no_file_stands_twice(archivist: Person) -> None:
    asked = Asked(shown="a.txt", files=2, fingerprint="f" * 64)
    batch, gone_on = opened(asked, by=archivist)
    note_ends(batch, [Ended("a.txt", "failed", 1, "", "a", None, "empty", "")])
    Batch.objects.update(alive_at=timezone.now() - dt.timedelta(hours=1))
    batch.refresh_from_db()
    assert (gone_on, is_broken_off(batch)) == (False, True)
    again, gone_on = opened(asked, by=archivist)
    assert (again.pk, gone_on, is_broken_off(again)) == (batch.pk, True, False)
    note_ends(again, [Ended("a.txt", "failed", 1, "", "a", None, "too_large", ""), Ended("b.txt", "left_out")])
    assert counts_of(again) == {"imported": 0, "unchanged": 0, "failed": 1, "left_out": 1}
    close_batch(again, by=archivist)
    again.refresh_from_db()
    assert again.state == "with_failures"
    assert opened(asked, by=archivist)[0].pk != batch.pk
    assert opened(asked, by=operator())[0].by_name == "operator"


def test_a_batch_that_ended_is_neither_paused_nor_cancelled(archivist: Person) -> None:
    batch = batch_of("caja", archivist)
    cancel_batch(batch=batch, by=archivist)
    close_batch(batch, by=archivist)
    batch.refresh_from_db()
    assert batch.state == "cancelled"
    for move in (pause_batch, resume_batch):
        with pytest.raises(Conflict):
            move(batch=batch, by=archivist)


def test_anothers_batch_is_as_one_that_never_was(archivist: Person, people: dict[str, Any]) -> None:
    batch = batch_of("caja", archivist)
    member = person_for(people["member"])
    for move in (pause_batch, resume_batch, cancel_batch, take_back_batch):
        with pytest.raises(NotFound):
            move(batch=batch, by=member)
    # Operators keep the service going; what came in is not theirs to remove.
    with pytest.raises(NotFound):
        take_back_batch(batch=batch, by=person_for(people["operator_user"]))
