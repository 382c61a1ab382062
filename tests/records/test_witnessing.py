"""Heads of the chain kept beside the database: they betray an end that was cut off and a chain that was made anew."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from deploy.auditing import audit
from deploy.worker import tick
from records.models import Event, Seal
from records.services.sealing import chain_head, seal_events
from records.services.witnessing import kept_heads, witness_chain
from tests.records.test_sealing import happen, unguarded

__all__ = ["unguarded"]
pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def chain_faults() -> list[str]:
    return [found.detail for found in audit().differences if found.kind == "chain"]


def test_a_head_is_written_once_an_hour_and_only_when_something_was_sealed() -> None:
    with time_machine.travel("2024-05-31T10:00:00Z", tick=False) as clock:
        assert not witness_chain()
        happen(3)
        assert tick()["witnessed"] == 1
        happen(2)
        assert tick()["witnessed"] == 0
        clock.shift(HOUR)
        assert tick()["witnessed"] == 1
        clock.shift(HOUR)
        assert tick()["witnessed"] == 0
    assert sorted(kept_heads()) == [3, 5]
    assert kept_heads()[5] == chain_head()[1]
    assert chain_faults() == []


@pytest.mark.usefixtures("unguarded")
def test_an_end_that_was_cut_off_is_missed() -> None:
    happen(4)
    tick()
    Seal.objects.filter(position__gt=2).delete()
    Event.objects.filter(seal=None).delete()
    assert chain_faults() == ["the seal that was written down elsewhere is missing"]


@pytest.mark.usefixtures("unguarded")
def test_a_chain_made_anew_over_edited_events_is_not_the_one_that_was_written_down() -> None:
    happen(4)
    tick()
    Seal.objects.all().delete()
    Event.objects.update(by="nobody")
    seal_events()
    assert chain_faults() == ["the seal is not the one that was written down elsewhere"]
