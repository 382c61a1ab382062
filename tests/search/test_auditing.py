"""Proof that the index equals the database: what was planted is found, named and mended."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest

from records.models import Dirty, Record
from records.services.outbox import touch
from search.auditing import compare_index, repair
from search.building import build_entries
from search.engines import engine
from search.indexing import drain
from tests.contract.shelf import entry
from tests.records.making import new_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_each_engine")]


@pytest.fixture
def records() -> list[uuid.UUID]:
    """Five records, indexed."""
    made = [new_version(values={"title": f"Acta {number}"}).record_id for number in range(5)]
    drain()
    return made


def held(pk: uuid.UUID) -> Any:
    [found] = build_entries([pk]).entries[pk]
    return found


def mended() -> bool:
    drain()
    return compare_index() == [] and not Dirty.objects.exists()


def test_nothing_differs_after_indexing(records: list[uuid.UUID]) -> None:
    assert compare_index() == []


def test_an_entry_that_is_missing_is_found_and_put_back(records: list[uuid.UUID]) -> None:
    engine().write([], [str(records[2])])
    [found] = compare_index()
    assert (found.record, found.version, found.detail) == (records[2], 1, "not in the index")
    assert repair([found]) == 1
    assert mended()


def test_an_entry_nobody_should_find_is_found_and_taken_out(records: list[uuid.UUID]) -> None:
    lost = uuid.uuid4()
    engine().write([entry(str(lost), title="Perdida", revision=7)], [str(lost)])
    [found] = compare_index()
    assert (found.record, found.detail) == (lost, "in the index, but not in the database")
    repair([found])
    assert mended()
    assert {one.record for one in engine().scan()} == {str(pk) for pk in records}


def test_an_entry_with_other_readers_is_found_and_mended(records: list[uuid.UUID]) -> None:
    wrong = replace(held(records[0]), tokens=frozenset({"public"}), checksum="0" * 24)
    engine().write([wrong], [wrong.record])
    [found] = compare_index()
    assert found.record == records[0]
    assert "indexed differently" in found.detail
    repair([found])
    assert mended()


def test_readers_that_are_not_those_of_the_checksum_are_found_and_mended(records: list[uuid.UUID]) -> None:
    wrong = replace(held(records[0]), tokens=frozenset({"user:nobody"}))
    engine().write([wrong], [wrong.record])
    [found] = compare_index()
    assert "for other readers" in found.detail
    repair([found])
    assert mended()


def test_an_index_newer_than_the_database_is_mended_too(records: list[uuid.UUID]) -> None:
    newer = replace(held(records[1]), revision=50, title="De antes de restaurar")
    engine().write([newer], [newer.record])
    [found] = compare_index()
    assert "revision 50" in found.detail
    repair([found])
    assert mended()
    assert Record.objects.get(pk=records[1]).revision == 51


def test_what_is_still_to_be_indexed_is_no_difference(records: list[uuid.UUID]) -> None:
    Record.objects.filter(pk=records[3]).update(title="Otro")
    touch([records[3]])
    assert compare_index() == []
    Dirty.objects.all().delete()
    assert [found.record for found in compare_index()] == [records[3]]


def test_many_differences_are_each_named(records: list[uuid.UUID]) -> None:
    engine().write([], [str(pk) for pk in records])
    found = compare_index()
    assert {one.record for one in found} == set(records)
    assert repair(found) == 5
    assert mended()
