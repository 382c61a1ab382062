"""Two people do the same at one moment, on PostgreSQL: one wins, the other is told, nothing is there twice."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from ingest.jobs import claim_jobs, finish, still_ours
from ingest.models import Job
from ingest.uploads import Completed, Said, complete_upload, open_upload, store_part
from records.api.failures import exception_handler
from records.errors import AlreadyPublished, InvalidValue, ValidityOverlap
from records.models import Blob, Body, Dirty, Event, Grant, Membership, Record, Rendition, Session, User, Version
from records.persons import Person, operator, person_for
from records.services.accession import add_version
from records.services.opening import classify_record, give_grant
from records.services.organising import put_body, put_membership, put_session
from records.services.outbox import touch
from records.services.people import put_user
from records.services.publishing import publish_version
from search.indexing import _clear
from tests.records.making import draft, new_version
from tests.services.meeting import at_one_moment

pytestmark = [pytest.mark.full, pytest.mark.usefixtures("on_postgresql")]
JANUARY, JUNE, DECEMBER = dt.date(2024, 1, 1), dt.date(2024, 6, 1), dt.date(2024, 12, 1)
OFFICE = operator("test")


@pytest.fixture(scope="module")
def archivist(on_postgresql: str) -> Person:
    user = put_user(username="archivist", password="correct horse battery", roles=["archivist"], by=OFFICE)
    return person_for(user, origin="test")


@pytest.fixture
def plenary() -> Body:
    return put_body(code=f"PLENO-{uuid.uuid4().hex[:8]}", name="Pleno", kind="plenary", by=OFFICE)


def test_a_draft_published_by_two_is_published_once() -> None:
    version = new_version(publish=False)
    won, lost = at_one_moment(
        lambda: publish_version(version=version, by=OFFICE, valid_from=JANUARY),
        lambda: publish_version(version=version, by=OFFICE, valid_from=JUNE),
    )
    assert isinstance(won, Version)
    assert isinstance(lost, AlreadyPublished)
    assert Event.objects.filter(record=version.record_id, name="version.published").count() == 1


def test_two_drafts_published_for_meeting_periods_do_not_overlap() -> None:
    later = new_version(publish=False)
    earlier = add_version(draft=draft(version_of=later.record, publish=False), by=OFFICE)
    won, lost = at_one_moment(
        lambda: publish_version(version=later, by=OFFICE, valid_from=JUNE),
        lambda: publish_version(version=earlier, by=OFFICE, valid_from=JANUARY, valid_to=DECEMBER),
    )
    assert isinstance(won, Version)
    assert isinstance(lost, ValidityOverlap)


def test_the_database_itself_refuses_the_second_of_two_overlapping_periods() -> None:
    one = new_version(publish=False)
    other = add_version(draft=draft(version_of=one.record, publish=False), by=OFFICE)

    def published(version: Version) -> int:
        rows = Version.objects.filter(pk=version.pk)
        return rows.update(state="published", published_at=timezone.now(), valid_from=JANUARY)

    won, lost = at_one_moment(lambda: published(one), lambda: published(other))
    assert won == 1
    assert isinstance(lost, IntegrityError)
    assert "published validities overlap" in str(lost)


@pytest.mark.fault("F35")
def test_two_versions_added_at_once_have_two_numbers() -> None:
    record = new_version().record
    at_one_moment(
        lambda: add_version(draft=draft(version_of=record, publish=False), by=OFFICE),
        lambda: add_version(draft=draft(version_of=record, publish=False), by=OFFICE),
    )
    assert sorted(record.versions.values_list("number", flat=True)) == [1, 2, 3]


def test_a_grant_given_by_two_is_one_grant_and_one_event() -> None:
    record = new_version().record
    one, other = at_one_moment(
        lambda: give_grant(reader="user:counsel", record=record, by=OFFICE),
        lambda: give_grant(reader="user:counsel", record=record, by=OFFICE),
    )
    assert one == other == Grant.objects.get(record=record, token="user:counsel")
    assert Event.objects.filter(record=record.pk, name="grant.given").count() == 1


def test_a_class_and_a_grant_set_at_once_are_both_told_to_search() -> None:
    record = new_version().record
    before = Record.objects.get(pk=record.pk).revision
    at_one_moment(
        lambda: classify_record(record=record, classification="reserved", by=OFFICE),
        lambda: give_grant(reader="user:counsel", record=record, by=OFFICE),
    )
    assert Dirty.objects.get(record=record.pk).revision == Record.objects.get(pk=record.pk).revision == before + 2
    assert Dirty.objects.get(record=record.pk).narrows


def test_a_seat_given_by_two_is_one_seat(plenary: Body) -> None:
    member = put_user(username="member", by=OFFICE)
    seats = at_one_moment(
        lambda: put_membership(user=member, body=plenary, by=OFFICE, starts=JANUARY),
        lambda: put_membership(user=member, body=plenary, by=OFFICE, starts=JANUARY, ends=DECEMBER),
    )
    assert [type(seat) for seat in seats] == [Membership, Membership]
    assert Membership.objects.get(user=member, body=plenary).ends == DECEMBER


def test_a_session_number_taken_by_another_is_named(plenary: Body) -> None:
    first, second = (f"{plenary.code}-{letter}" for letter in "AB")
    won, lost = at_one_moment(
        lambda: put_session(code=first, body=plenary, kind="ordinary", number=1, date=JUNE, by=OFFICE),
        lambda: put_session(code=second, body=plenary, kind="ordinary", number=1, date=JUNE, by=OFFICE),
    )
    assert isinstance(won, Session)
    assert isinstance(lost, InvalidValue)
    assert lost.attr == "number"


def test_an_account_made_by_two_is_one_account_with_its_roles() -> None:
    one, other = at_one_moment(
        lambda: put_user(username="secretary", roles=["editor"], by=OFFICE),
        lambda: put_user(username="secretary", roles=["editor", "archivist"], by=OFFICE),
    )
    assert one == other
    assert set(User.objects.get(username="secretary").roles.values_list("role", flat=True)) == {"editor", "archivist"}


def completed(archivist: Person, content: bytes, name: str) -> Completed:
    """All of an upload up to the moment before its last call; what is returned is that call's answer."""
    upload = open_upload(filename="acta.txt", size=len(content), by=archivist)
    store_part(upload=upload, number=1, body=io.BytesIO(content), length=len(content), by=archivist)
    digest = hashlib.sha256(content).hexdigest()
    return complete_upload(upload=upload, sha256=digest, said=Said(fields={"external_id": name}), by=archivist)


def test_two_documents_of_one_name_become_two_versions_of_one_record(archivist: Person) -> None:
    one, other = at_one_moment(
        lambda: completed(archivist, b"Acta de la primera mano", "acta-1"),
        lambda: completed(archivist, b"Acta de la segunda mano", "acta-1"),
    )
    assert isinstance(one, Completed)
    assert isinstance(other, Completed)
    assert (one.version.record_id, other.version.number) == (other.version.record_id, 2)


def test_one_file_uploaded_by_two_lies_once_and_is_two_records(archivist: Person) -> None:
    content = b"El mismo decreto, por dos ventanillas"
    one, other = at_one_moment(
        lambda: completed(archivist, content, "decreto-a"), lambda: completed(archivist, content, "decreto-b")
    )
    assert isinstance(one, Completed)
    assert isinstance(other, Completed)
    assert one.version.record_id != other.version.record_id
    assert Blob.objects.filter(sha256=hashlib.sha256(content).hexdigest()).count() == 1


def test_an_upload_completed_twice_at_once_is_one_version(archivist: Person) -> None:
    content = b"Enviado dos veces con un doble clic"
    upload = open_upload(filename="doble.txt", size=len(content), by=archivist)
    store_part(upload=upload, number=1, body=io.BytesIO(content), length=len(content), by=archivist)

    def complete() -> Completed:
        digest = hashlib.sha256(content).hexdigest()
        return complete_upload(upload=upload, sha256=digest, said=Said(), by=archivist)

    one, other = at_one_moment(complete, complete)
    assert isinstance(one, Completed)
    assert isinstance(other, Completed)
    assert one.version == other.version


def test_a_change_made_while_the_row_before_it_is_cleared_is_not_lost() -> None:
    record = new_version().record
    indexed = {record.pk: Dirty.objects.get(record=record.pk).revision}

    def change() -> None:
        with transaction.atomic():
            touch([record.pk])

    at_one_moment(change, lambda: _clear(indexed))
    assert Dirty.objects.get(record=record.pk).revision == indexed[record.pk] + 1
    at_one_moment(lambda: _clear({record.pk: indexed[record.pk] + 1}), change)
    assert Dirty.objects.get(record=record.pk).revision == indexed[record.pk] + 2


@pytest.mark.fault("F27")
def test_a_worker_whose_lease_ran_out_while_it_wrote_is_not_overtaken() -> None:
    Job.objects.all().delete()
    version = new_version()
    text = Rendition.objects.get(version=version, kind="text")
    Job.objects.create(rendition=text, record=version.record, created_at=timezone.now())
    [mine] = claim_jobs(most=1, lease=dt.timedelta(0))

    def write() -> set[object]:
        ours = still_ours([mine])
        finish([mine], {})
        return ours

    ours, taken = at_one_moment(write, lambda: claim_jobs(most=1))
    assert (ours, taken) == ({mine.pk}, [])
    assert Job.objects.get(pk=mine.pk).state == "done"


@pytest.mark.fault("F25")
def test_two_who_wait_for_each_other_end_in_a_503_that_says_try_again() -> None:
    one, other = new_version().record, new_version().record
    both_began = threading.Barrier(2)

    def rename(first: Record, then: Record) -> None:
        try:
            with transaction.atomic():
                Record.objects.filter(pk=first.pk).update(title="Uno")
                both_began.wait()
                Record.objects.filter(pk=then.pk).update(title="Dos")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        deeds = [people.submit(rename, one, other), people.submit(rename, other, one)]
    [ended] = [failure for deed in deeds if (failure := deed.exception()) is not None]
    assert isinstance(ended, OperationalError)
    answer = exception_handler(ended, {})
    assert answer is not None
    assert (answer.status_code, answer.data["errors"][0]["code"]) == (503, "database_unavailable")
