"""Facets and totals: exact, each facet under all filters but its own."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import pytest

from search.query import FIELDS
from tests.contract.shelf import Shelf, entry

KINDS = ("ley", "decreto_supremo", "acta")
ISSUERS = ("MTIGM", "Congreso de la República", "Ministerio de Educación, Oficina de Planes")
YEARS = (1999, 2011, 2024)
FILED = [
    {"record": f"r{at}", "kind": kind, "issuer": issuer, "year": year}
    for at, (kind, issuer, year) in enumerate(itertools.product(KINDS, ISSUERS, YEARS))
    if at % 4
]


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    shelf.put(
        *(
            entry(one["record"], "par migra" if at % 2 else "impar viaja", "migra otra vez", **but(one, "record"))
            for at, one in enumerate(FILED)
        )
    )
    return shelf


def but(one: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key != name}


FILTERS: list[dict[str, tuple[str, ...]]] = [
    {},
    {"kind": ("ley",)},
    {"kind": ("ley", "acta")},
    {"kind": ("ley",), "year": ("2011",)},
    {"kind": ("acta", "ley"), "issuer": ("MTIGM", ISSUERS[2]), "year": ("1999", "2024")},
    {"kind": ("none",)},
    {"kind": ("none",), "year": ("2011",)},
    {"issuer": ("mtigm",)},
]


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("text", ["", "migra", "viaja"])
@pytest.mark.parametrize("scope", ["documents", "text"])
def test_facets_are_counted_exactly_each_under_the_others(
    shelf: Shelf, filters: dict[str, tuple[str, ...]], text: str, scope: str
) -> None:
    def kept(one: dict[str, Any], *, without: str = "") -> bool:
        at = FILED.index(one)
        return (text != "viaja" or at % 2 == 0) and all(
            str(one[name]) in values for name, values in filters.items() if name != without
        )

    found = shelf.ask(text, filters=filters, facets=("kind", "issuer", "year"), scope=scope, size=100)
    assert found.total == len(found.hits) == sum(kept(one) for one in FILED)
    for name in ("kind", "issuer", "year"):
        assert dict(found.facets[name]) == Counter(str(one[name]) for one in FILED if kept(one, without=name)), name


def test_a_facet_lists_the_most_frequent_first(shelf: Shelf) -> None:
    values = list(shelf.ask("", facets=("year",)).facets["year"])
    assert values == sorted(values, key=lambda value: (-value[1], value[0]))
    assert set(shelf.ask("", facets=("year",)).facets) == {"year"}
    assert shelf.ask("").facets == {}


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_filters_and_counts(shelf: Shelf, name: str) -> None:
    value: Any = 2031 if name == "year" else "valor: uno/á"
    shelf.put(entry("uno", **{name: value}))
    assert shelf.names("", filters={name: (str(value),)}) == ["uno"]
    assert shelf.counts(name)[str(value)] == 1


def test_what_has_no_value_is_in_no_bucket(shelf: Shelf) -> None:
    assert shelf.counts("body") == {}
    assert shelf.counts("session_kind", "migra") == {}


def test_counts_stay_exact_over_many_commits_and_many_values(shelf: Shelf) -> None:
    for at in range(12):
        shelf.put(*(entry(f"v{at}-{n}", issuer=f"Oficina {n % 150}", series="M") for n in range(300)))
    counts = shelf.counts("issuer", filters={"series": ("M",)})
    assert counts == {f"Oficina {n}": 24 for n in range(150)}
    shelf.put(*(entry(f"v0-{n}", issuer="Otra", series="M") for n in range(150)))
    counts = shelf.counts("issuer", filters={"series": ("M",)})
    assert counts == {f"Oficina {n}": 23 for n in range(150)} | {"Otra": 150}
    assert shelf.ask("", filters={"series": ("M",)}).total == 3600


def test_a_document_of_three_thousand_pieces_counts_once(shelf: Shelf) -> None:
    shelf.put(
        entry("largo", *(f"Artículo {n} del código migratorio" for n in range(3000)), kind="codigo"),
        entry("corto", "El código migratorio", kind="ley"),
        entry("medio", *("El código migratorio y otras cosas más largas" for _ in range(10)), kind="ley"),
    )
    for scope in ("documents", "text"):
        found = shelf.ask("código migratorio", scope=scope, facets=("kind",), size=10)
        assert sorted(hit.record for hit in found.hits) == ["corto", "largo", "medio"]
        assert found.total == 3
        assert dict(found.facets["kind"]) == {"codigo": 1, "ley": 2}
        assert all(1 <= len(hit.units) <= 3 for hit in found.hits), [len(hit.units) for hit in found.hits]
    [hit] = shelf.ask('"artículo 2999"', scope="text").hits
    assert [unit.page for unit in hit.units] == [3000]
