"""Jobs: a person's first, each with one worker, fenced by attempt and lease, given up by name and never lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from ingest.jobs import (
    MOST_ATTEMPTS,
    SUSPECT_ATTEMPTS,
    claim_jobs,
    claim_suspect,
    inherit_jobs,
    release,
    renew_lease,
    retry_job,
    still_ours,
)
from ingest.models import Job
from ingest.reading.document import DocumentRead
from ingest.results import write_results
from records.errors import Conflict, NotFound
from records.models import Event, Page, Rendition
from records.persons import person_for, stranger

pytestmark = pytest.mark.django_db
MakeRecord = Callable[..., Any]
OVER = dt.timedelta(seconds=-1)


def read(text: str) -> DocumentRead:
    return DocumentRead("text", "text/plain", "es", pages=[(1, text, "layer", 1.0, None, None, b"")])


def test_a_persons_upload_is_read_before_a_bulk_import(make_record: MakeRecord) -> None:
    for number in range(3):
        make_record(f"Importado {number}")
    Job.objects.update(lane=1)
    make_record("Subido por la secretaria")
    [first] = claim_jobs(most=1)
    assert first.record.title == "Subido por la secretaria"
    assert len(claim_jobs(most=10)) == 3


def test_a_claimed_job_is_nobody_elses_until_its_lease_ends(make_record: MakeRecord) -> None:
    make_record("Acta")
    [mine] = claim_jobs(most=5)
    assert (mine.state, mine.attempt) == ("running", 1)
    assert claim_jobs(most=5) == claim_suspect() == []
    Job.objects.update(lease_until=timezone.now() + OVER)
    [theirs] = claim_jobs(most=5)
    assert (theirs.pk, theirs.attempt) == (mine.pk, 2)


@pytest.mark.fault("F27")
def test_a_worker_that_slept_through_its_lease_writes_nothing(make_record: MakeRecord) -> None:
    make_record("Acta")
    [slow] = claim_jobs(most=1, lease=OVER)
    [quick] = claim_jobs(most=1)
    write_results([(slow, read("de quien se durmió"))])
    assert Page.objects.count() == 0
    write_results([(quick, read("de su sucesor"))])
    write_results([(slow, read("otra vez tarde"))])
    assert list(Page.objects.values_list("text", flat=True)) == ["de su sucesor"]
    assert Job.objects.get().state == "done"


def test_a_retry_begins_anew_and_an_old_worker_of_the_same_attempt_is_not_taken_for_its_reader(
    make_record: MakeRecord, operator_person: Any
) -> None:
    make_record("Acta")
    [asleep] = claim_jobs(most=1, lease=OVER)
    [second] = claim_jobs(most=1)
    write_results([(second, DocumentRead("pdf", "", "", code="damaged", detail="No."))])
    retry_job(job=second, by=operator_person)
    [third] = claim_jobs(most=1)
    assert third.attempt == asleep.attempt == 1
    assert still_ours([asleep]) == set()
    renew_lease(job=asleep)
    release([asleep])
    write_results([(asleep, read("de antes"))])
    assert still_ours([third]) == {third.pk}
    assert Page.objects.count() == 0


def test_a_renewed_lease_keeps_the_job(make_record: MakeRecord) -> None:
    make_record("Acta")
    [mine] = claim_jobs(most=1, lease=OVER)
    renew_lease(job=mine)
    assert claim_jobs(most=1) == []
    assert still_ours([mine]) == {mine.pk}


def test_released_jobs_wait_again_and_lose_no_attempt(make_record: MakeRecord) -> None:
    make_record("Acta")
    release(claim_jobs(most=1))
    job = Job.objects.get()
    assert (job.state, job.attempt, job.lease_until) == ("waiting", 0, None)


@pytest.mark.fault("F6")
def test_the_new_worker_inherits_what_a_dead_one_held_and_counts_it(make_record: MakeRecord) -> None:
    for number in range(3):
        make_record(f"Acta {number}")
    held = claim_jobs(most=2)
    assert inherit_jobs() == 2
    assert still_ours(held) == set()
    assert sorted(job.attempt for job in claim_jobs(most=5)) == [1, 2, 2]


@pytest.mark.fault("F6", "F28")
def test_a_file_that_ended_its_workers_is_read_alone_and_then_given_up(make_record: MakeRecord) -> None:
    make_record("Veneno")
    make_record("Inocente")
    poison = Job.objects.earliest("id")
    Job.objects.filter(pk=poison.pk).update(attempt=SUSPECT_ATTEMPTS)
    [innocent] = claim_jobs(most=10)
    assert innocent.record.title == "Inocente"
    [suspect] = claim_suspect()
    assert (suspect.pk, suspect.attempt) == (poison.pk, SUSPECT_ATTEMPTS + 1)


def test_after_too_many_attempts_the_record_says_so_and_the_rest_goes_on(
    make_record: MakeRecord, settle: Callable[[], None], operator_person: Any
) -> None:
    poison = make_record("Veneno")
    Job.objects.update(attempt=MOST_ATTEMPTS)
    make_record("Inocente")
    settle()
    job = Job.objects.get(record=poison)
    assert (job.state, job.code) == ("failed", "gave_up")
    text = Rendition.objects.get(version__record=poison, kind="text")
    assert (text.reading, text.reading_code) == ("unreadable", "gave_up")
    poison.refresh_from_db()
    assert poison.needs_review
    assert Job.objects.exclude(pk=job.pk).get().state == "done"
    retry_job(job=job, by=operator_person)
    settle()
    assert Job.objects.get(pk=job.pk).state == "done"
    assert Page.objects.filter(rendition=text).get().text == "Texto de prueba."


def test_who_may_ask_for_a_retry_and_when(make_record: MakeRecord, people: Any, settle: Callable[[], None]) -> None:
    archivist, counsel = (person_for(people[name], origin="test") for name in ("archivist", "counsel"))
    make_record("Acta", by=archivist)
    job = Job.objects.get()
    with pytest.raises(Conflict):
        retry_job(job=job, by=archivist)
    settle()
    for other in (counsel, stranger("test")):
        with pytest.raises(NotFound):
            retry_job(job=job, by=other)
    assert retry_job(job=job, by=archivist).state == "waiting"
    event = Event.objects.get(name="job.retried")
    assert (event.by, event.subject) == ("archivist", str(job.pk))
