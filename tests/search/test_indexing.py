"""The one indexer: what it takes in turn, what it leaves, and what an entry says."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from django.utils import timezone

from records.models import Dirty, Page, Record, Version
from records.persons import operator
from records.services.editing import edit_record
from records.services.outbox import leave_dirty, touch
from search import building, indexing
from search.backends.base import Refused
from search.building import build_entries, shown_windows
from search.engines import engine
from search.entries import Entry
from search.indexing import drain, groups_of
from search.params import SearchParams
from search.service import answer
from search.suggestions import suggest
from tests.contract.shelf import entry
from tests.records.making import new_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_each_engine")]
Make = Callable[..., Any]


def titled(title: str, **said: Any) -> Version:
    return new_version(values={"title": title}, **said)


def found(text: str) -> list[str]:
    return [result.record.title for result in answer(SearchParams(q=text), person=operator("test")).results]


def entries(record: Record) -> list[Entry]:
    return list(build_entries([record.pk]).entries[record.pk])


def test_what_is_indexed_is_no_longer_dirty() -> None:
    titled("Acta de la mesa")
    assert drain() == 1
    assert found("acta") == ["Acta de la mesa"]
    assert not Dirty.objects.exists()
    assert drain() == 0


def test_a_change_while_its_record_is_indexed_stays_dirty(monkeypatch: pytest.MonkeyPatch) -> None:
    record = titled("Título viejo").record
    really = build_entries

    def meanwhile(ids: Iterable[Any]) -> building.Built:
        built = really(ids)
        edit_record(record=record, changes={"title": "Título nuevo"}, by=operator("test"))
        return built

    monkeypatch.setattr(indexing, "build_entries", meanwhile)
    drain()
    monkeypatch.undo()
    assert Dirty.objects.get().record == record.pk
    assert found("viejo") == ["Título nuevo"]
    drain()
    assert not Dirty.objects.exists()
    assert (found("viejo"), found("nuevo")) == ([], ["Título nuevo"])


def test_a_row_raised_meanwhile_is_left_even_if_nothing_else_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    record = titled("Acta").record

    def touched_meanwhile(*args: Any, **said: Any) -> tuple[()]:
        touch([record.pk])
        return ()

    monkeypatch.setattr(engine(), "write", touched_meanwhile)
    drain()
    assert Dirty.objects.filter(record=record.pk).exists()


@pytest.mark.fault("F7")
def test_a_crash_before_the_commit_leaves_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    titled("Acta de la mesa")
    really = engine().write

    def dies(given: Iterable[Entry], replaced: Iterable[str], *, commit: bool = True) -> Sequence[Refused]:
        if commit:
            raise ConnectionResetError
        return really(given, replaced, commit=commit)

    monkeypatch.setattr(engine(), "write", dies)
    with pytest.raises(ConnectionResetError):
        drain()
    monkeypatch.undo()
    engine().close()
    # An engine may keep what it was given, or not: the row is there still.
    assert Dirty.objects.count() == 1
    drain()
    assert found("acta") == ["Acta de la mesa"]


def test_a_record_that_is_gone_leaves_the_index() -> None:
    gone = uuid.uuid4()
    engine().write([entry(str(gone), "texto", title="Acta perdida")], [str(gone)])
    leave_dirty({gone: 5})
    drain()
    assert list(engine().scan()) == []
    assert not Dirty.objects.exists()


def test_a_persons_edit_comes_before_a_bulk_import() -> None:
    bulk = [titled(f"Importada {n}", bulk=True).record for n in range(5)]
    mine = titled("Mía").record
    assert drain(most=1) == 1
    assert set(Dirty.objects.values_list("record", flat=True)) == {record.pk for record in bulk}
    assert found("") == ["Mía"]
    edit_record(record=bulk[3], changes={"title": "Corregida"}, by=operator("test"))
    drain(most=1)
    assert sorted(found("")) == ["Corregida", "Mía"]
    assert mine.title == "Mía"


def test_a_persons_edit_is_committed_by_itself_and_a_bulk_import_makes_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        titled(f"Importada {number}", bulk=True)
    mine = titled("Mía").record
    Dirty.objects.exclude(record=mine.pk).update(lane=Dirty.Lane.BULK, created=timezone.now() - dt.timedelta(hours=1))
    assert drain() == 1
    assert found("") == ["Mía"]
    monkeypatch.setattr(indexing, "MOST_A_GROUP", 2)
    corrected: list[str] = []

    def meanwhile() -> None:
        corrected.append("Corregida")
        edit_record(record=mine, changes={"title": "Corregida"}, by=operator("test"))

    # The portion at hand is finished; the others wait until the correction is found.
    assert drain(meanwhile=meanwhile) == 2
    assert drain() == 1
    assert "Corregida" in found("")
    assert (len(found("")), drain(), len(found(""))) == (3, 4, 7)
    assert corrected == ["Corregida"]


def test_what_is_still_being_read_waits_for_its_text_but_not_for_ever() -> None:
    version = titled("Importada", bulk=True)
    assert version.renditions.filter(kind="text", reading="pending").exists()
    Dirty.objects.filter(record=version.record_id).update(lane=Dirty.Lane.BULK)
    assert drain() == 0
    Dirty.objects.update(created=timezone.now() - dt.timedelta(minutes=2))
    assert drain() == 1


def test_a_narrowing_never_waits() -> None:
    version = titled("Importada", bulk=True)
    assert version.renditions.filter(kind="text", reading="pending").exists()
    Dirty.objects.update(lane=Dirty.Lane.BULK, narrows=True)
    assert drain() == 1


def test_groups_hold_no_more_text_than_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "MOST_CHARACTERS", 100)
    sizes = [60, 30, 20, 500, 10, 0]
    records = []
    for size in sizes:
        version = titled(f"De {size}")
        text = version.renditions.get(kind="text")
        Page.objects.create(rendition=text, number=1, text="x" * size, source="layer")
        records.append(version.record_id)
    assert [[sizes[records.index(pk)] for pk in group] for group in groups_of(records)] == [
        [60, 30],
        [20],
        [500],
        [10, 0],
    ]


def test_a_batch_is_built_with_as_many_queries_as_one(django_assert_num_queries: Any) -> None:
    records = [titled(f"Acta {n}").record_id for n in range(12)]
    with django_assert_num_queries(6):
        build_entries(records[:1])
    with django_assert_num_queries(6):
        build_entries(records)


def test_windows_share_out_all_of_time() -> None:
    def version(number: int, start: str | None, state: str = "published") -> Version:
        return Version(number=number, state=state, valid_from=start and dt.date.fromisoformat(start))

    first, second = dt.date(2000, 1, 1).toordinal(), dt.date(2010, 1, 1).toordinal()
    assert shown_windows([]) == {}
    assert shown_windows([version(1, None)]) == {1: (None, None)}
    assert shown_windows([version(1, None, "draft"), version(2, None, "withdrawn")]) == {2: (None, None)}
    assert shown_windows([version(2, "2010-01-01"), version(1, "2000-01-01"), version(3, None, "draft")]) == {
        1: (None, second),
        2: (second, None),
    }
    assert shown_windows([version(1, None), version(2, "2000-01-01")]) == {1: (None, first), 2: (first, None)}


def test_the_checksum_tells_every_change(make_record: Make, settle: Callable[[], None]) -> None:
    record = make_record("Acta", "Se aprobó el plan.", access="internal")
    settle()
    [before] = entries(record)
    assert entries(record) == [before]
    seen = {before.checksum}
    for changes in ({"title": "Acta 2"}, {"date": "2024-01-01"}, {"issuer": "MTIGM"}, {"kind": "acta"}):
        edit_record(record=record, changes=changes, by=operator("test"))
        [now] = entries(record)
        assert now.checksum not in seen, changes
        seen.add(now.checksum)
    Page.objects.update(text="Se aprobó otro plan.")
    assert entries(record)[0].checksum not in seen


def test_running_heads_are_neither_found_nor_shown() -> None:
    version = titled("Acta de la mesa")
    head, body = "BOLETÍN DE PRUEBA", "Se acuerda remitir el informe"
    text = version.renditions.get(kind="text")
    Page.objects.filter(rendition=text).delete()
    Page.objects.create(
        rendition=text, number=1, text=f"{head}\n{body}", source="layer", furniture=[[0, len(head), "head"]]
    )
    touch([version.record_id], lane=Dirty.Lane.BULK)
    drain()
    assert found("boletín") == []
    hits = answer(SearchParams(q="informe"), person=operator("test")).results[0].hits
    assert [hit.snippet for hit in hits] == ["Se acuerda remitir el <mark>informe</mark>"]


def test_what_a_text_is_about_is_searched_like_a_title() -> None:
    record = titled("Ley N.° 5").record
    titled("Acuerdo sobre la totora")
    edit_record(record=record, changes={"descriptive_title": "Ley que protege los faros"}, by=operator("test"))
    drain()
    assert entries(record)[0].title == "Ley N.° 5: Ley que protege los faros"
    assert found("faros") == ["Ley N.° 5"]
    mistyped = answer(SearchParams(q="protrege faros"), person=operator("test"))
    assert mistyped.suggestion == "protege faros"
    assert [one.text for one in suggest("ley que prot", person=operator("test"))] == [
        "Ley N.° 5: Ley que protege los faros"
    ]
