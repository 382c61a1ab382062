"""A clock that jumps: what order, leases and publication depend on stays right, and nothing disappears."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from deploy.auditing import audit
from ingest.jobs import claim_jobs, inherit_jobs
from ingest.models import Job
from ingest.uploads import sweep_uploads
from records.models import Event, Record, Version
from records.services.editing import edit_record
from tests.faults.invariants import clock_moved

pytestmark = [pytest.mark.django_db, pytest.mark.fault("F26")]
MakeRecord = Callable[..., Any]


@pytest.mark.parametrize("by", [dt.timedelta(hours=-1), dt.timedelta(days=365)])
def test_events_and_edits_keep_their_order(
    make_record: MakeRecord, settle: Callable[[], None], operator_person: Any, by: dt.timedelta
) -> None:
    record = make_record("Acta", access="public")
    settle()
    with clock_moved(by):
        edit_record(record=record, changes={"title": "Acta corregida"}, by=operator_person)
        settle()
    edit_record(record=Record.objects.get(pk=record.pk), changes={"title": "Acta final"}, by=operator_person)
    settle()
    titles = [one.details for one in Event.objects.filter(name="record.edited").order_by("pk")]
    assert [str(told).count("Acta") > 0 for told in titles] == [True, True]
    assert "Acta final" in str(titles[-1])
    assert audit().as_json()["differences"] == []


def test_a_clock_set_back_holds_up_no_job_for_good(make_record: MakeRecord, settle: Callable[[], None]) -> None:
    make_record("Acta")
    with clock_moved(dt.timedelta(days=365)):
        assert len(claim_jobs(most=5)) == 1
    # The worker died with its lease a year ahead; whoever comes after it does not wait that long.
    assert claim_jobs(most=5) == []
    inherit_jobs()
    settle()
    assert Job.objects.get().state == "done"


def test_a_year_at_once_takes_away_nothing_that_was_handed_over(
    make_record: MakeRecord, settle: Callable[[], None], operator_person: Any
) -> None:
    for number in range(3):
        make_record(f"Acta {number}", access="public")
    settle()
    before = set(Version.objects.values_list("pk", "state"))
    with clock_moved(dt.timedelta(days=365)):
        sweep_uploads()
        settle()
        assert set(Version.objects.values_list("pk", "state")) == before
        assert audit().as_json()["differences"] == []
