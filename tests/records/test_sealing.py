"""The chain over events: made in order, whole after every end, and betraying whatever was changed behind it."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.events import NAMES, Happening, record_events
from records.models import Event, Seal
from records.persons import operator
from records.services import sealing
from records.services.sealing import BEGINNING, chain_head, seal_events, unsealed_events, verify_chain

pytestmark = pytest.mark.django_db

BY = operator("test")


def happen(count: int) -> None:
    record_events([Happening("record.edited", details={"title": f"Número {at} ñ"}) for at in range(count)], by=BY)


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven sealed events, in batches of three."""
    monkeypatch.setattr(sealing, "BATCH", 3)
    happen(7)
    assert seal_events() == 7


@pytest.fixture
def unguarded(db: None) -> None:
    """Take the triggers away, as somebody with the database's file could."""
    never = importlib.import_module("records.migrations.0002_never")
    with connection.cursor() as cursor:
        for name, table, *_ in never.REFUSALS:
            cursor.execute(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else f" ON {table}"))


def found() -> list[tuple[int, str]]:
    return [(difference.position, difference.detail) for difference in verify_chain()]


def test_every_event_is_sealed_once_and_in_order(chain: None) -> None:
    assert list(Seal.objects.values_list("position", flat=True)) == list(range(1, 8))
    assert [seal.event_id for seal in Seal.objects.all()] == sorted(Event.objects.values_list("pk", flat=True))
    assert (seal_events(), unsealed_events()) == (0, 0)
    assert found() == []
    happen(2)
    assert unsealed_events() == 2
    assert (seal_events(limit=1), seal_events()) == (1, 1)
    assert found() == []
    assert chain_head()[0] == 9


def test_an_empty_chain_begins_somewhere() -> None:
    assert (chain_head(), seal_events(), found()) == ((0, BEGINNING), 0, [])


def test_an_event_that_committed_late_is_sealed_after_younger_ones() -> None:
    for pk in (1000, 5):
        Event.objects.create(pk=pk, at=timezone.now(), name="record.edited", by="ana", origin="test")
        assert seal_events() == 1
    assert list(Seal.objects.values_list("event", flat=True)) == [1000, 5]
    assert found() == []


CHANGES: dict[str, tuple[Callable[[], object], int]] = {
    "another name": (lambda: Event.objects.filter(seal__position=4).update(by="somebody"), 4),
    "another time": (lambda: Event.objects.filter(seal__position=2).update(at="2020-01-01T00:00:00Z"), 2),
    "other details": (lambda: Event.objects.filter(seal__position=7).update(details={"title": "x"}), 7),
    "another hash": (lambda: Seal.objects.filter(position=5).update(hash="0" * 64), 5),
    "a seal gone": (lambda: Seal.objects.filter(position=3)._raw_delete("default"), 3),
    "the first seal gone": (lambda: Seal.objects.filter(position=1)._raw_delete("default"), 1),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_behind_the_chain_is_named(chain: None, unguarded: None, name: str) -> None:
    change, position = CHANGES[name]
    change()
    assert position in [at for at, _ in found()]
    assert all(at in (position, position + 1) for at, _ in found())


def test_swapped_events_are_named(chain: None, unguarded: None) -> None:
    first, second = Seal.objects.filter(position__in=[2, 3])
    spare = Event.objects.create(at=first.event.at, name="record.edited", by="ana", origin="test")
    Seal.objects.filter(position=2).update(event=spare)
    Seal.objects.filter(position=3).update(event=first.event_id)
    Seal.objects.filter(position=2).update(event=second.event_id)
    assert [at for at, _ in found()] == [2, 3]


def test_a_missing_event_is_named(chain: None, unguarded: None) -> None:
    # SQLite checks foreign keys when the transaction ends: the test takes the event's place back before.
    seal = Seal.objects.get(position=6)
    seals = [(seal, None if seal.position == 6 else seal.event) for seal in Seal.objects.select_related("event")]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sealing, "_sealed", lambda: iter(seals))
        assert [(one.position, one.event) for one in verify_chain()] == [(6, seal.event_id)]


def test_a_cut_end_shows_only_against_a_head_kept_elsewhere(chain: None, unguarded: None) -> None:
    position, head = chain_head()
    assert list(verify_chain(heads={position: head})) == []
    Seal.objects.filter(position__gt=5)._raw_delete("default")
    assert found() == []
    assert [one.position for one in verify_chain(heads={position: head})] == [7]
    assert [one.position for one in verify_chain(heads={3: "f" * 64})] == [3]


def test_a_second_sealer_finds_the_positions_taken(chain: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = chain_head()
    happen(2)
    assert seal_events() == 2
    happen(1)
    monkeypatch.setattr(sealing, "chain_head", lambda: stale)
    assert seal_events() == 0
    monkeypatch.undo()
    assert seal_events() == 1
    assert found() == []


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), max_size=6))
def test_whatever_the_rhythm_the_chain_holds(db: None, steps: list[tuple[int, int]]) -> None:
    for count, limit in steps:
        happen(count)
        assert seal_events(limit=limit) <= limit
    seal_events()
    assert unsealed_events() == 0
    assert found() == []


def test_an_event_without_a_known_name_is_refused() -> None:
    with pytest.raises(KeyError):
        record_events([Happening("record.stolen")], by=BY)
    record_events([Happening(name) for name in NAMES], by=BY)
    assert set(Event.objects.values_list("by", "origin")) == {("operator", "test")}


def test_a_late_event_is_passed_over_by_the_quick_look_and_sealed_by_the_whole_one(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.services.sealing.LOOKED_BACK", 1)

    def happened(pk: int) -> None:
        Event.objects.create(pk=pk, at=timezone.now(), name="record.created", by="ana", origin="test")

    happened(10)
    happened(11)
    assert seal_events() == 2
    happened(5)
    happened(12)
    assert seal_events(newest=True) == 1
    assert seal_events() == 1
    assert list(Seal.objects.values_list("event", flat=True)) == [10, 11, 12, 5]
    assert not list(verify_chain())
