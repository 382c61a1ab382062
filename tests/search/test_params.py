"""Parameters: every name and value checked, wrong ones named."""

from __future__ import annotations

import datetime as dt

import pytest
from django.http import QueryDict

from records.errors import InvalidValue, UnknownParameter
from search.params import FACETS, SearchParams, params_from


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ("as_of=2024-13-40", "as_of"),
        ("as_of=20240315", "as_of"),
        ("as_of=2024-W11-5", "as_of"),
        ("date_from=2024-02-30", "date_from"),
        ("date_to=ayer", "date_to"),
        ("date_to=٢٠٢٤-01-01", "date_to"),
        ("size=0", "size"),
        ("size=101", "size"),
        ("size=-1", "size"),
        ("size=1.0", "size"),
        ("size=" + "9" * 6000, "size"),
        ("size=٣", "size"),
        ("scope=text,documents", "scope"),
        ("sort=score", "sort"),
        ("versions=old", "versions"),
        ("facets=kind,grants", "facets"),
        ("facets=tokens", "facets"),
        ("year=12345", "year"),
        ("year=2020,x", "year"),
        ("q=" + "a" * 10_001, "q"),
    ],
)
def test_a_wrong_value_is_named(query: str, attr: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        params_from(QueryDict(query))
    assert refused.value.attr == attr


@pytest.mark.parametrize("name", ["colour", "acl", "readers", "tokens", "explain", "Q", "q ", "", "hidden_from"])
def test_a_parameter_nobody_knows_is_named(name: str) -> None:
    query = QueryDict(mutable=True)
    query[name] = "x"
    with pytest.raises(UnknownParameter) as refused:
        params_from(query)
    assert refused.value.attr == name


def test_filters_are_repeated_or_hold_commas_but_for_issuers() -> None:
    found = params_from(
        QueryDict("kind=ley,acta&kind=oficio&kind=ley&issuer=Oficina, de planes&issuer=MTIGM&year=+2020+&body=")
    )
    assert found.filters == {
        "kind": ("ley", "acta", "oficio"),
        "issuer": ("Oficina, de planes", "MTIGM"),
        "year": ("2020",),
    }


def test_what_is_not_given_has_its_default() -> None:
    assert params_from(QueryDict("")) == SearchParams()
    assert params_from(QueryDict("q=&scope=&sort=&size=&as_of=&facets=&cursor=")) == SearchParams()


def test_values_come_in_their_types() -> None:
    found = params_from(QueryDict("q=a%00b&as_of=2024-02-29&size=100&facets=" + ",".join(FACETS)))
    assert (found.q, found.as_of, found.size, found.facets) == ("a b", dt.date(2024, 2, 29), 100, FACETS)
