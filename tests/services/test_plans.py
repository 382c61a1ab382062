"""A hundred thousand records on PostgreSQL: what is asked all day looks at about as many rows as it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from deploy.worker import tick
from ingest.jobs import anything_due, claim_jobs, claim_suspect, renew_lease
from records.access import index_tokens, may, unsettled_records
from records.models import Dirty, Record, User, Version
from records.persons import Person, person_for, stranger
from search.building import build_entries
from search.indexing import _clear, _in_turn, anything_dirty, person_waits
from tests.services.archive_of_many import COUNSELS, MANY, OF_THE_PLENARY, PUBLIC, fill
from tests.services.plans import Work, work_of

pytestmark = [pytest.mark.full]
PAGE = 50
SMALL = 5_000
"""A table of no more rows may be gone through."""


@pytest.fixture(scope="module")
def archive(on_postgresql: str) -> dict[str, Person]:
    fill()
    users = User.objects.in_bulk(["counsel", "member", "clerk", "archivist"], field_name="username")
    return {"stranger": stranger("test"), **{name: person_for(user, origin="test") for name, user in users.items()}}


def asking(path: str, who: str) -> Callable[[], None]:
    """Asking the API for this page as this person."""
    client = APIClient()
    if who != "stranger":
        client.force_authenticate(User.objects.get(username=who))

    def ask() -> None:
        answer: Any = client.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.content
        assert answer.json()["results"]

    return ask


def held_to(work: Work, rows: int) -> None:
    assert not work.whole_tables(SMALL), work
    assert work.rows <= rows, work


def test_who_sees_how_much(archive: dict[str, Person]) -> None:
    seen = {name: Record.objects.visible_to(person).count() for name, person in archive.items()}
    assert seen["stranger"] == PUBLIC
    assert seen["counsel"] == PUBLIC + COUNSELS
    assert OF_THE_PLENARY * 0.9 < seen["member"] <= OF_THE_PLENARY + PUBLIC
    assert MANY * 0.9 < seen["clerk"] < MANY
    assert seen["archivist"] == MANY


@pytest.mark.parametrize("who", ["stranger", "counsel", "member", "clerk", "archivist"])
def test_one_record_is_looked_up_and_nothing_else(archive: dict[str, Person], who: str) -> None:
    for record in Record.objects.order_by("pk")[11:2_500:622]:
        held_to(work_of(lambda record=record: may(archive[who], record, "read")), 200)


@pytest.mark.parametrize("who", ["stranger", "counsel", "member", "clerk", "archivist"])
@pytest.mark.parametrize("sort", ["-date", "-added"])
def test_a_first_page_costs_what_it_shows(archive: dict[str, Person], who: str, sort: str) -> None:
    held_to(work_of(asking(f"records/?sort={sort}&size={PAGE}", who)), 400 * PAGE)


@pytest.mark.parametrize("who", ["clerk", "archivist"])
@pytest.mark.parametrize("asked", ["series=S07", "body=B1", "number_key=rm%7C42%7C2024", "external_id=doc/77"])
def test_a_narrowed_list_costs_what_it_shows(archive: dict[str, Person], who: str, asked: str) -> None:
    held_to(work_of(asking(f"records/?{asked}&size={PAGE}", who)), 400 * PAGE)


@pytest.mark.parametrize("who", ["counsel", "member", "clerk"])
def test_sessions_are_listed_by_date(archive: dict[str, Person], who: str) -> None:
    held_to(work_of(asking("sessions/?size=20", who)), 3_000)


def test_work_is_claimed_by_looking_at_the_work_that_waits(archive: dict[str, Person]) -> None:
    held_to(work_of(anything_due), 5)
    held_to(work_of(claim_suspect), 100)
    claimed = claim_jobs(most=10)
    assert len(claimed) == 10
    held_to(work_of(lambda: claim_jobs(most=10)), 400)
    held_to(work_of(lambda: renew_lease(job=claimed[0])), 100)


def test_dirty_rows_are_found_and_cleared(archive: dict[str, Person]) -> None:
    held_to(work_of(anything_dirty), 2)
    held_to(work_of(person_waits), 2)
    turn, _ = _in_turn(400)
    assert len(turn) == 400
    held_to(work_of(lambda: _in_turn(400)), 20 * 400)
    held_to(work_of(unsettled_records), 600)
    held_to(work_of(lambda: _clear(dict(list(turn.items())[:50]))), 1_000)


def test_entries_are_built_from_their_own_rows(archive: dict[str, Person]) -> None:
    batch = list(Dirty.objects.values_list("record", flat=True)[:50])
    records = Record.objects.filter(pk__in=batch).select_related("series", "body", "session")
    held_to(work_of(lambda: index_tokens(records)), 50 * 60)
    held_to(work_of(lambda: build_entries(batch)), 50 * 60)


def test_the_clock_looks_at_what_is_due(archive: dict[str, Person]) -> None:
    tick()
    held_to(work_of(lambda: tick(newest=True)), 20_000)


@pytest.mark.parametrize("who", ["counsel", "archivist"])
def test_ones_own_work_is_shown_without_going_through_everybodys(archive: dict[str, Person], who: str) -> None:
    visitor = Client()
    visitor.force_login(User.objects.get(username=who))
    held_to(work_of(lambda: visitor.get("/my-work/")), 20_000)


def test_versions_of_a_page_are_checked_one_by_one(archive: dict[str, Person]) -> None:
    page = list(Record.objects.order_by("-date_max", "pk")[:PAGE])
    seen = Version.objects.visible_to(archive["counsel"]).filter(record__in=page)
    held_to(work_of(lambda: list(seen)), 40 * PAGE)
