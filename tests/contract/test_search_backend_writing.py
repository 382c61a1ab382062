"""Writing: replacing, removing, revisions, what the audit reads, and building anew beside."""

from __future__ import annotations

import pytest

from search.backends.base import SearchBackend
from tests.contract.shelf import Shelf, entry


def test_what_is_written_is_found_after_a_commit(backend: SearchBackend, shelf: Shelf) -> None:
    backend.write([entry("a", "migra")], ["a"], commit=False)
    backend.write([entry("b", "migra")], ["b"], commit=False)
    backend.write([], [], commit=True)
    assert sorted(shelf.names("migra")) == ["a", "b"]


def test_entries_of_a_record_are_replaced_as_a_whole(shelf: Shelf) -> None:
    shelf.put(entry("a", "viejo", title="Viejo"), entry("a", "viejo dos", version=2), entry("b", "viejo"))
    shelf.put(entry("a", "nuevo", title="Nuevo", revision=2))
    assert shelf.names("viejo") == ["b"]
    assert shelf.names("viejo", scope="text") == ["b"]
    assert shelf.names("nuevo") == ["a"]
    assert shelf.ask("", versions="all").total == 2


def test_a_record_without_entries_is_gone(shelf: Shelf) -> None:
    shelf.put(entry("a", "migra", title="Migra"), entry("b", "migra"))
    shelf.take_away("a", "never-there")
    assert shelf.names("migra") == ["b"]
    assert shelf.names("migra", scope="text") == ["b"]
    assert shelf.suggested("migr") == []
    assert shelf.engine.status().entries == 1


def test_readers_change_with_the_entries(shelf: Shelf) -> None:
    shelf.put(entry("a", "migra"))
    shelf.put(entry("a", "migra", readers=["body:PL"], revision=2))
    assert shelf.names("migra") == []
    assert shelf.names("migra", scope="text") == []


def test_the_same_revision_again_replaces(shelf: Shelf) -> None:
    shelf.put(entry("a", "malo", revision=5))
    shelf.put(entry("a", "bueno", revision=5))
    assert shelf.names("bueno") == ["a"]
    assert shelf.names("malo") == []
    assert shelf.ask("").total == 1


@pytest.mark.fault("F21")
def test_an_older_revision_never_replaces_a_newer(backend: SearchBackend, shelf: Shelf) -> None:
    shelf.put(entry("a", "nuevo", revision=5), entry("b", "otro", revision=1))
    shelf.put(entry("a", "viejo", revision=4), entry("b", "otro distinto", revision=2))
    assert (shelf.names("nuevo"), shelf.names("viejo"), shelf.names("distinto")) == (["a"], [], ["b"])
    backend.write([entry("c", "tercero", revision=3)], ["c"], commit=False)
    backend.write([entry("c", "segundo", revision=2)], ["c"], commit=True)
    assert (shelf.names("tercero"), shelf.names("segundo")) == (["c"], [])


def test_within_one_call_the_last_of_a_record_counts_with_all_its_parts(shelf: Shelf) -> None:
    edit = frozenset({"series:A:edit"})
    shelf.put(
        entry("a", "uno", hidden_from=edit), entry("a", "dos", part=1, readers=edit), entry("a", "tres", version=2)
    )
    assert shelf.engine.status().entries == 3


def test_a_scan_yields_every_entry_held(shelf: Shelf) -> None:
    assert list(shelf.engine.scan()) == []
    written = [entry(f"r{n}", "texto", version=v, revision=n) for n in range(150) for v in (1, 2)]
    shelf.put(*written)
    shelf.take_away("r7")
    held = {(one.record, one.version, one.part): (one.revision, one.checksum) for one in shelf.engine.scan()}
    expected = {
        (one.record, one.version, one.part): (one.revision, one.checksum) for one in written if one.record != "r7"
    }
    assert held == expected


def test_a_scan_tells_who_may_read_by_what_the_filter_goes_by(shelf: Shelf) -> None:
    readers, edit = frozenset({"public", "group:legal"}), frozenset({"series:A:edit"})
    shelf.put(entry("a", "uno", readers=readers, hidden_from=edit), entry("b", "dos", readers=frozenset()))
    held = {one.record: (one.tokens, one.hidden_from) for one in shelf.engine.scan()}
    assert held == {"a": (readers, edit), "b": (frozenset(), frozenset())}


def test_a_scan_goes_beyond_any_page_of_the_engine(shelf: Shelf) -> None:
    shelf.put(*(entry(f"r{n}", title=str(n)) for n in range(4321)))
    names = [one.record for one in shelf.engine.scan()]
    assert len(names) == len(set(names)) == 4321


def test_a_rebuild_is_beside_and_then_in_place(backend: SearchBackend, shelf: Shelf) -> None:
    shelf.put(entry("a", "viejo", revision=9), entry("gone", "viejo"))
    before = backend.status().generation
    with backend.rebuild() as writer:
        writer.write([entry("a", "nuevo", revision=1)], ["a"], commit=False)
        writer.write([entry("b", "nuevo")], ["b"], commit=True)
        assert sorted(shelf.names("viejo")) == ["a", "gone"]
        assert shelf.names("nuevo") == []
    assert sorted(shelf.names("nuevo")) == ["a", "b"]
    assert shelf.names("viejo") == []
    assert backend.status().generation != before
    shelf.put(entry("a", "después", revision=2))
    assert shelf.names("después") == ["a"]
    assert backend.status().entries == 2


@pytest.mark.fault("F8")
def test_a_rebuild_that_fails_leaves_the_old_one_in_use(backend: SearchBackend, shelf: Shelf) -> None:
    shelf.put(entry("a", "viejo"))
    before = backend.status()

    def fail() -> None:
        with backend.rebuild() as writer:
            writer.write([entry("b", "nuevo")], ["b"], commit=True)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert shelf.names("viejo") == ["a"]
    assert shelf.names("nuevo") == []
    assert backend.status() == before
    shelf.put(entry("c", "tercero"))
    assert shelf.names("tercero") == ["c"]
    with backend.rebuild() as writer:
        writer.write([entry("d", "cuarto")], ["d"])
    assert shelf.names("") == ["d"]


def test_an_empty_rebuild_empties(backend: SearchBackend, shelf: Shelf) -> None:
    shelf.put(entry("a", "viejo"))
    with backend.rebuild():
        pass
    assert shelf.names("") == []


def test_the_generation_changes_with_every_commit_and_stays_between(backend: SearchBackend, shelf: Shelf) -> None:
    seen = [backend.status().generation]
    for n in range(30):
        shelf.put(entry("a", f"texto {n}", revision=n + 1))
        seen.append(backend.status().generation)
        assert shelf.names(str(n)) == ["a"]
    assert len(set(seen)) == len(seen)
    assert shelf.ask("texto").generation == backend.status().generation == seen[-1]


def test_status_counts_entries_and_pieces(backend: SearchBackend, shelf: Shelf) -> None:
    assert (backend.status().entries, backend.status().units) == (0, 0)
    shelf.put(entry("a", "uno", "dos"), entry("b", "tres"), entry("c", title="Sin texto"))
    told = backend.status()
    assert (told.entries, told.units) == (3, 3)
    assert told.engine
