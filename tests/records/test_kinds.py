"""Kinds: found by code, name, plural and abbreviation; a site's own beside the defaults."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from records import kinds
from records.errors import InvalidValue


@pytest.fixture
def own_kinds() -> Iterator[None]:
    yield
    kinds.load()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("decreto_supremo", "decreto_supremo"),
        ("Decretos Supremos", "decreto_supremo"),
        ("D.S.", "decreto_supremo"),
        ("DS", "decreto_supremo"),
        ("D. Leg.", "decreto_legislativo"),
        ("R.VM.", "resolucion_viceministerial"),
        ("RESOLUCIÓN MINISTERIAL", "resolucion_ministerial"),
        ("decreto_urgencia", "decreto_de_urgencia"),
        ("decreto supremo (El Peruano page extract)", "decreto_supremo"),
        ("acta de cabildo", "acta"),
        ("minutes", "acta"),
        ("Memorandum", "memorando"),
        ("resolución SBS", "resolucion_sbs"),
        ("resolucion_atu", "resolucion_atu"),
    ],
)
def test_a_kind_is_found_however_it_is_named(written: str, code: str) -> None:
    assert kinds.kind_named(written).code == code


def test_an_unknown_name_is_refused_by_name() -> None:
    with pytest.raises(InvalidValue) as refused:
        kinds.kind_named("receta")
    assert refused.value.attr == "kind"


def test_the_hierarchy_of_norms() -> None:
    order = ["constitucion", "ley", "decreto_supremo", "resolucion_suprema", "resolucion_ministerial", "directiva"]
    ranks = [kind.rank for code in order if (kind := kinds.kind_of(code))]
    assert ranks == sorted(ranks, reverse=True)
    assert len(ranks) == len(order)


def test_codes_are_unique_and_every_kind_has_both_labels() -> None:
    known = kinds.all_kinds()
    assert len({kind.code for kind in known}) == len(known)
    assert all(kind.label_es and kind.label_en and kind.prefix.isupper() for kind in known)


@pytest.mark.usefixtures("own_kinds")
def test_a_site_adds_and_replaces_kinds() -> None:
    kinds.load([{"code": "bando", "label_es": "Bando", "prefix": "BAN", "shape": "year", "spellings": ["bandos"]}])
    assert kinds.kind_named("Bandos").prefix == "BAN"
    assert kinds.kind_named("ley").prefix == "LEY"


@pytest.mark.parametrize(
    "row", [{"label_es": "Sin código"}, {"code": "x", "colour": "red"}, {"code": "x", "shape": "?"}]
)
def test_a_faulty_kind_of_a_site_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(InvalidValue):
        kinds.load([row])
    kinds.load()
