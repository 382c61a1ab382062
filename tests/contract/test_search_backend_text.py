"""In the text: documents by their best piece, at most three pieces each, and where those lie."""

from __future__ import annotations

from search.entries import Unit
from search.query import Readers
from tests.contract.shelf import OPERATOR, Shelf, entry


def test_documents_come_by_their_best_piece(shelf: Shelf) -> None:
    filler = "Y otras cosas que no vienen al caso se tratan aquí con mucha extensión y detalle. " * 6
    shelf.put(
        entry("twice", f"refugio {filler}", f"refugio {filler}", f"refugio {filler}", f"refugio {filler}"),
        entry("best", "nada", "refugio refugio humanitario", title="Otra cosa"),
        entry("none", "nada", title="Refugio humanitario"),
    )
    found = shelf.ask("refugio", scope="text")
    assert [hit.record for hit in found.hits] == ["best", "twice"]
    assert found.total == 2
    assert [unit.page for unit in found.hits[0].units] == [2]
    assert len(found.hits[1].units) == 3
    assert all(unit.page in (1, 2, 3, 4) for unit in found.hits[1].units)


def test_pieces_come_best_first_and_say_where_they_lie(shelf: Shelf) -> None:
    text = "preámbulo. Artículo 15.- asilo político"
    piece = Unit(page=9, start=11, end=len(text), anchor="art_15", label="Artículo 15", text=text[11:])
    rest = Unit(page=9, start=0, end=11, anchor="", label="", text="preámbulo. ")
    shelf.put(entry("ley", units=(rest, piece), title="Ley"))
    [hit] = shelf.ask("asilo político", scope="text").hits
    [unit] = hit.units
    assert (unit.page, unit.start, unit.end, unit.anchor, unit.label) == (9, 11, len(text), "art_15", "Artículo 15")
    assert unit.score > 0
    [hit] = shelf.ask("preámbulo", scope="text").hits
    assert [(unit.start, unit.anchor, unit.label) for unit in hit.units] == [(0, "", "")]


def test_a_document_found_by_its_title_alone_has_no_piece(shelf: Shelf) -> None:
    shelf.put(entry("ley", "nada que ver", title="Ley de refugio"))
    [hit] = shelf.ask("refugio").hits
    assert hit.units == ()


def test_a_document_found_by_its_text_shows_its_pieces_in_both_scopes(shelf: Shelf) -> None:
    shelf.put(entry("ley", "nada", "el refugio temporal", title="Ley de refugio"))
    for scope in ("documents", "text"):
        [hit] = shelf.ask("refugio temporal", scope=scope).hits
        assert [unit.page for unit in hit.units] == [2]


def test_each_version_shows_its_own_pieces(shelf: Shelf) -> None:
    shelf.put(
        entry("ley", "asilo viejo", shown_to=100, title="Ley"),
        entry("ley", "nada", "asilo nuevo", version=2, shown_from=100, title="Ley"),
    )
    for scope in ("documents", "text"):
        found = shelf.ask("asilo", scope=scope, versions="all")
        assert {hit.version: [unit.page for unit in hit.units] for hit in found.hits} == {1: [1], 2: [2]}


def test_pieces_are_only_of_texts_open_to_the_reader(shelf: Shelf) -> None:
    edit = frozenset({"series:A:edit"})
    shelf.put(
        entry("queja", "declara XXX", hidden_from=edit, title="Queja", readers=["public", *edit]),
        entry("queja", "nada", "declara Quispe", part=1, readers=edit, title="Queja"),
    )
    for scope in ("documents", "text"):
        for readers, page in ((Readers(frozenset({"public"})), 1), (Readers(edit), 2), (OPERATOR, 2)):
            [hit] = shelf.ask("declara", scope=scope, readers=readers).hits
            assert [unit.page for unit in hit.units] == [page]


def test_documents_with_very_many_matching_pieces_do_not_hide_the_others(shelf: Shelf) -> None:
    shelf.put(
        entry("largo", *("refugio refugio refugio" for _ in range(1200))),
        *(entry(f"r{n}", "refugio " + "otra cosa distinta " * (n + 1)) for n in range(20)),
    )
    found = shelf.ask("refugio", scope="text", size=50)
    assert [hit.record for hit in found.hits] == ["largo", *(f"r{n}" for n in range(20))]
    assert found.total == 21
    assert [len(hit.units) for hit in found.hits] == [3] + [1] * 20


def test_a_question_without_words_lists_documents_without_pieces(shelf: Shelf) -> None:
    shelf.put(entry("ley", "asilo", title="Ley"), entry("acta", "asilo", title="Acta"))
    found = shelf.ask("", scope="text")
    assert {hit.record for hit in found.hits} == {"ley", "acta"}
    assert all(hit.units == () for hit in found.hits)
