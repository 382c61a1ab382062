"""The indexes on the real server: their shape, what it refuses, slices of long texts, and the swap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from records.errors import IndexOutdated, SearchUnavailable
from records.models import Dirty
from records.persons import operator
from records.services.editing import edit_record
from search import building, indexing, rebuilding
from search.auditing import compare_index
from search.backends.elastic import ElasticEngine
from search.backends.elastic_indexes import Indexes
from search.backends.elastic_server import Server
from search.engines import engine
from search.indexing import drain
from search.models import SetAside
from search.params import SearchParams
from search.query import Readers
from search.rebuilding import reindex
from search.service import answer
from tests.contract.shelf import Shelf, entry
from tests.records.making import new_version
from tests.search_server import fresh_index

pytestmark = [pytest.mark.full, pytest.mark.django_db]


@pytest.fixture
def options(services: dict[str, str]) -> Iterator[dict[str, Any]]:
    with fresh_index(services["SEARCH_URL"]) as options:
        yield options


@pytest.fixture
def server(options: dict[str, Any]) -> Iterator[Server]:
    server = Server(**options)
    yield server
    server.close()


@pytest.fixture
def shelf(options: dict[str, Any]) -> Iterator[Shelf]:
    engine = ElasticEngine(**options)
    yield Shelf(engine)
    engine.close()


@pytest.fixture
def site(options: dict[str, Any], own_stores: None, settings: Any) -> Iterator[None]:
    settings.SEARCH = {"BACKEND": "search.backends.elastic.ElasticEngine", "OPTIONS": options}
    engine.cache_clear()
    yield
    engine().close()
    engine.cache_clear()


def titles(text: str = "") -> set[str]:
    asked = SearchParams(q=text, size=100)
    return {result.record.title for result in answer(asked, person=operator("test")).results}


def indexes(server: Server) -> dict[str, set[str]]:
    told = server.client.indices.get_alias(index=f"{server.prefix}-*")
    return {name: set(has["aliases"]) for name, has in told.items()}


@pytest.mark.fault("F20")
def test_an_entry_the_server_does_not_take_is_refused_with_its_field_and_the_rest_taken(shelf: Shelf) -> None:
    shelf.put(entry("a", "migra"), entry("b", "migra"))
    refused = shelf.engine.write(
        [entry("a", "migra", issuer="x" * 40_000, revision=2), entry("c", "migra")], ["a", "c"], commit=True
    )
    assert [one.record for one in refused] == ["a"]
    assert "issuer" in refused[0].reason
    # What was open of it before is out as well: it may be narrower now.
    assert sorted(shelf.names("migra")) == ["b", "c"]
    shelf.put(entry("a", "migra", revision=3))
    assert sorted(shelf.names("migra")) == ["a", "b", "c"]


def test_a_record_set_aside_is_named_by_the_audit_and_tried_again_when_it_changes(
    site: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = new_version(values={"title": "Mala"}).record, new_version(values={"title": "Buena"}).record
    really = indexing.build_entries

    def spoilt(ids: Any) -> building.Built:
        built = dict(really(ids).entries)
        built[bad.pk] = [replace(one, issuer="x" * 40_000) for one in built[bad.pk]]
        return building.Built(built)

    monkeypatch.setattr(indexing, "build_entries", spoilt)
    drain()
    assert titles() == {"Buena"}
    assert not Dirty.objects.exists()
    assert "issuer" in SetAside.objects.get(record=bad.pk).reason
    monkeypatch.undo()
    [difference] = compare_index()
    assert difference.record == bad.pk
    assert difference.detail.startswith("set aside:")
    assert "issuer" in difference.detail
    edit_record(record=bad, changes={"title": "Ya buena"}, by=operator("test"))
    drain()
    assert titles() == {"Buena", "Ya buena"}
    assert not SetAside.objects.exists()
    assert good.title == "Buena"


def test_an_index_of_another_shape_is_refused_and_built_anew(site: None, server: Server) -> None:
    new_version(values={"title": "Acta"})
    drain()
    server.client.indices.put_mapping(index=server.prefix, meta={"legajo": server.prefix, "format": "older"})
    engine().close()
    engine.cache_clear()
    for ask in (titles, drain_something, engine().status):
        with pytest.raises(IndexOutdated, match="reindex"):
            ask()
    assert reindex() == 2
    assert titles() == {"Acta", "Otra"}


def drain_something() -> None:
    new_version(values={"title": "Otra"})
    drain()


def test_somebody_elses_index_of_that_name_is_left_alone(shelf: Shelf, server: Server) -> None:
    server.client.indices.create(index=server.prefix)
    try:
        with pytest.raises(SearchUnavailable, match="somebody else"):
            shelf.put(entry("a", "migra"))
    finally:
        server.client.indices.delete(index=server.prefix)


@pytest.mark.fault("F23")
def test_an_index_that_takes_no_writes_costs_no_row(site: None, server: Server) -> None:
    new_version(values={"title": "Acta"})
    drain()
    # As a server does by itself when its disk is nearly full.
    server.client.indices.put_settings(index=server.prefix, settings={"blocks.read_only_allow_delete": True})
    new_version(values={"title": "Otra"})
    with pytest.raises(SearchUnavailable):
        drain()
    assert Dirty.objects.count() == 1
    assert titles() == {"Acta"}
    server.client.indices.put_settings(index=server.prefix, settings={"blocks.read_only_allow_delete": None})
    drain()
    assert titles() == {"Acta", "Otra"}


@pytest.mark.fault("F37")
def test_an_index_somebody_deleted_costs_no_row_and_is_built_anew(site: None, server: Server) -> None:
    new_version(values={"title": "Acta"})
    drain()
    server.client.indices.delete(index=f"{server.prefix}-first")
    new_version(values={"title": "Otra"})
    for ask in (titles, drain, engine().status):
        with pytest.raises(SearchUnavailable, match="reindex"):
            ask()
    assert Dirty.objects.count() == 1
    assert reindex() == 2
    assert titles() == {"Acta", "Otra"}


def test_what_changes_during_a_rebuild_is_found_at_once_and_after_it(
    site: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", 4)
    records = [new_version(values={"title": f"Acta {number}"}).record for number in range(7)]
    drain()
    batches = rebuilding._all_records
    seen: list[set[str]] = []

    def busy() -> Iterator[list[Any]]:
        for at, batch in enumerate(batches()):
            yield batch
            # The first records are in the new index already, the last are not.
            seen.append(titles())
            for record in (records[0], records[6]):
                record.refresh_from_db()
                edit_record(record=record, changes={"title": f"{record.title} {at}"}, by=operator("test"))
            if at < 2:
                new_version(values={"title": f"Nueva {at}"})

    monkeypatch.setattr(rebuilding, "_all_records", busy)
    reindex()
    assert all(len(those) >= 7 for those in seen)
    drain()
    assert {"Acta 0 0 1 2", "Acta 6 0 1 2", "Nueva 0", "Nueva 1", "Acta 3"} <= titles()
    assert compare_index() == []


def test_the_index_before_is_kept_and_what_was_left_unfinished_cleared_away(shelf: Shelf, server: Server) -> None:
    shelf.put(entry("a", "migra"))
    unfinished = Indexes(server).fresh()
    assert unfinished in indexes(server)
    for _ in range(3):
        with shelf.engine.rebuild() as writer:
            writer.write([entry("a", "migra")], ["a"])
    held = indexes(server)
    assert unfinished not in held
    assert sorted(map(sorted, held.values())) == [[server.prefix], [f"{server.prefix}-before"]]
    assert shelf.names("migra") == ["a"]


def test_a_new_index_that_lacks_something_is_not_put_in_place(shelf: Shelf, server: Server) -> None:
    shelf.put(entry("a", "migra"))
    before = indexes(server)

    def lossy() -> None:
        with shelf.engine.rebuild() as writer:
            writer.write([entry("a", "migra"), entry("b", "migra")], ["a", "b"])
            [name] = [name for name in indexes(server) if name not in before]
            server.client.indices.refresh(index=name)
            server.client.delete(index=name, id="b:1:0")

    with pytest.raises(SearchUnavailable, match="1 entries"):
        lossy()
    assert indexes(server) == before
    assert shelf.names("migra") == ["a"]


@pytest.mark.parametrize("scope", ["documents", "text"])
def test_a_text_of_many_slices_is_one_document_whichever_slice_matches(shelf: Shelf, scope: str) -> None:
    pages = [f"página {number} del código" for number in range(4500)]
    pages[3] = pages[2100] = pages[4400] = "el refugio humanitario"
    pages[4401] = "el refugio humanitario y el asilo"
    shelf.put(
        entry("largo", *pages, kind="codigo", readers=["body:PL"]),
        entry("corto", "un refugio cualquiera en otra parte, sin más", kind="ley"),
    )
    member = Readers(frozenset({"public", "body:PL"}))
    found = shelf.ask("refugio humanitario", scope=scope, readers=member, facets=("kind",))
    assert [hit.record for hit in found.hits] == ["largo"]
    assert (found.total, dict(found.facets["kind"])) == (1, {"codigo": 1})
    assert {unit.page for unit in found.hits[0].units} <= {4, 2101, 4401, 4402}
    assert len(found.hits[0].units) == 3
    [hit] = shelf.ask('"humanitario y el asilo"', scope=scope, readers=member).hits
    assert [unit.page for unit in hit.units] == [4402]
    assert shelf.names("refugio humanitario", scope=scope) == []
    for sort in ("date", "number"):
        assert shelf.names("asilo", scope=scope, sort=sort, readers=member) == ["largo"]
    assert (shelf.engine.status().entries, shelf.engine.status().units) == (2, 4501)
    shelf.put(entry("largo", "ya corto", revision=2))
    assert (shelf.engine.status().entries, shelf.engine.status().units) == (2, 2)
    assert len(list(shelf.engine.scan())) == 2
