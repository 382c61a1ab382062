"""Who gets what from an engine: tokens, redacted texts, records left out."""

from __future__ import annotations

import pytest

from search.query import Readers
from tests.contract.shelf import OPERATOR, PUBLIC, Shelf, entry

MEMBER = Readers(frozenset({"public", "internal", "body:PL"}))
EDITOR = Readers(frozenset({"public", "internal", "series:ACTAS:edit"}))
NOBODY = Readers(frozenset())


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    shelf.put(
        entry("ley", "Toda persona migra.", title="Ley de migraciones", kind="ley", year=2017),
        entry("acta", "La mesa migra.", title="Acta de migraciones", readers=["body:PL"], kind="acta", year=2024),
        entry("plan", "El plan migra.", title="Plan de migraciones", readers=["internal", "body:GT"], year=2023),
    )
    return shelf


def test_each_gets_what_their_tokens_open(shelf: Shelf) -> None:
    for text in ("", "migraciones", '"mesa migra"', "migra"):
        for scope in ("documents", "text"):
            assert set(shelf.names(text, scope=scope)) <= {"ley"}
            assert "plan" not in shelf.names(text, scope=scope, readers=Readers(frozenset({"public", "body:PL"})))
    assert sorted(shelf.names("migraciones", readers=MEMBER)) == ["acta", "ley", "plan"]
    assert shelf.names("mesa", scope="text", readers=MEMBER) == ["acta"]
    assert sorted(shelf.names("migraciones", readers=OPERATOR)) == ["acta", "ley", "plan"]


def test_who_holds_no_token_gets_nothing(shelf: Shelf) -> None:
    for text in ("", "migraciones", "migra", '"plan migra"'):
        found = shelf.ask(text, readers=NOBODY, facets=("kind", "year"))
        assert (list(found.hits), found.total) == ([], 0)
        assert {name: list(values) for name, values in found.facets.items()} == {"kind": [], "year": []}
    assert shelf.suggested("migra", readers=NOBODY) == []
    assert shelf.meant("migrasiones", readers=NOBODY) == {}


def test_a_token_opens_only_as_a_whole(shelf: Shelf) -> None:
    shelf.put(entry("uno", title="Cosa", readers=["user:ana"]), entry("dos", title="Cosa", readers=["session:A-1"]))
    for token in ("user", "ana", "user:an", "user:anabel", "USER:ANA", "session:A", "A-1", "session:A-10", "*"):
        assert shelf.names("cosa", readers=Readers(frozenset({token}))) == []
    assert shelf.names("cosa", readers=Readers(frozenset({"user:ana"}))) == ["uno"]


def test_facets_and_totals_count_only_what_is_open(shelf: Shelf) -> None:
    assert shelf.counts("kind") == {"ley": 1}
    assert shelf.counts("year", "migra") == {"2017": 1}
    assert shelf.counts("kind", readers=MEMBER) == {"ley": 1, "acta": 1, "directiva": 1}
    assert shelf.ask("migraciones", filters={"kind": ("acta",)}).total == 0


def test_records_left_out_are_left_out_everywhere(shelf: Shelf) -> None:
    left_out = frozenset({"acta", "nowhere"})
    for scope in ("documents", "text"):
        assert "acta" not in shelf.names("mesa migra", readers=MEMBER, excluded=left_out, scope=scope)
        assert "acta" not in shelf.counts("kind", "migra", readers=MEMBER, excluded=left_out, scope=scope)
        assert "acta" not in shelf.names("", readers=OPERATOR, excluded=left_out, scope=scope)
    assert shelf.ask("", readers=MEMBER, excluded=left_out).total == 2
    assert shelf.suggested("acta", readers=MEMBER, excluded=left_out) == []
    assert shelf.meant("actaz", "migracionez", readers=MEMBER, excluded=left_out) == {"migracionez": "migraciones"}


def test_a_redacted_text_and_the_whole_one_are_never_both_there(shelf: Shelf) -> None:
    edit = frozenset({"series:ACTAS:edit"})
    shelf.put(
        entry("queja", "La persona XXX declara.", title="Queja", readers=["public", *edit], hidden_from=edit),
        entry("queja", "La persona Quispe declara.", title="Queja", readers=edit, part=1),
    )
    for scope in ("documents", "text"):
        assert shelf.names("Quispe", scope=scope) == []
        assert shelf.names("XXX", scope=scope) == ["queja"]
        assert shelf.names("Quispe", scope=scope, readers=EDITOR) == ["queja"]
        assert shelf.names("XXX", scope=scope, readers=EDITOR) == []
        for readers in (PUBLIC, EDITOR, OPERATOR):
            assert shelf.names("declara", scope=scope, readers=readers) == ["queja"]
            assert shelf.counts("kind", "declara", scope=scope, readers=readers) == {"directiva": 1}
    assert shelf.names("Quispe", readers=OPERATOR) == ["queja"]
    assert shelf.names("XXX", readers=OPERATOR) == []
    for readers in (PUBLIC, EDITOR, OPERATOR):
        assert shelf.suggested("quej", readers=readers) == ["queja"]


def test_without_counting_hits_come_alone(shelf: Shelf) -> None:
    found = shelf.ask("migraciones", counted=False, facets=("kind",))
    assert [hit.record for hit in found.hits] == ["ley"]
    assert (found.total, dict(found.facets)) == (None, {})
