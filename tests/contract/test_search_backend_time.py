"""Versions and days: the ordinary view, what was in force, everything, and dates by overlap."""

from __future__ import annotations

import pytest

from tests.contract.shelf import Shelf, day, entry

BETWEEN = (day("2000-01-01"), day("2010-06-15"))


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    """A law in three versions (2000 to 2010, 2010 on, a draft), and a decree that ended in 2005."""
    shelf.put(
        entry(
            "ley",
            "texto viejo",
            title="Ley antigua",
            shown_to=BETWEEN[1],
            valid_from=BETWEEN[0],
            valid_to=BETWEEN[1],
        ),
        entry("ley", "texto nuevo", version=2, title="Ley nueva", shown_from=BETWEEN[1], valid_from=BETWEEN[1]),
        entry(
            "ley",
            "texto borrador",
            version=3,
            title="Ley borrador",
            state="draft",
            shown_from=day("9999-12-31"),
            shown_to=day("9999-12-31"),
        ),
        entry("ds", "texto corto", title="Decreto", valid_from=BETWEEN[0], valid_to=day("2005-03-01")),
        entry("acta", "texto del acta", title="Acta"),
    )
    return shelf


def test_the_ordinary_view_is_one_version_of_each(shelf: Shelf) -> None:
    for on, version in (("1990-01-01", 1), ("2010-06-14", 1), ("2010-06-15", 2), ("2024-01-01", 2)):
        found = shelf.ask("texto", today=day(on), facets=("kind",))
        assert {hit.record: hit.version for hit in found.hits} == {"ley": version, "ds": 1, "acta": 1}
        assert found.total == 3
        assert dict(found.facets["kind"]) == {"directiva": 3}
    assert shelf.names("nuevo", today=day("2010-06-14")) == []
    assert shelf.names("nuevo", today=day("2010-06-14"), scope="text") == []


@pytest.mark.parametrize(
    ("on", "versions"),
    [
        ("1999-12-31", {"acta": 1}),
        ("2000-01-01", {"ley": 1, "ds": 1, "acta": 1}),
        ("2005-02-28", {"ley": 1, "ds": 1, "acta": 1}),
        ("2005-03-01", {"ley": 1, "acta": 1}),
        ("2010-06-14", {"ley": 1, "acta": 1}),
        ("2010-06-15", {"ley": 2, "acta": 1}),
        ("9999-12-31", {"ley": 2, "acta": 1}),
    ],
)
def test_what_was_in_force_on_a_day(shelf: Shelf, on: str, versions: dict[str, int]) -> None:
    for text in ("", "texto"):
        for scope in ("documents", "text"):
            found = shelf.ask(text, as_of=day(on), scope=scope)
            assert {hit.record: hit.version for hit in found.hits} == versions
            assert found.total == len(versions)


def test_what_was_never_published_was_never_in_force(shelf: Shelf) -> None:
    shelf.put(entry("retirada", "texto", state="withdrawn"), entry("borrador", "texto", state="draft"))
    assert not {"retirada", "borrador"} & set(shelf.names("texto", as_of=day("2020-01-01")))
    assert {"retirada", "borrador"} <= set(shelf.names("texto"))


def test_all_versions(shelf: Shelf) -> None:
    found = shelf.ask("texto", versions="all")
    assert sorted((hit.record, hit.version) for hit in found.hits) == [
        ("acta", 1),
        ("ds", 1),
        ("ley", 1),
        ("ley", 2),
        ("ley", 3),
    ]
    assert found.total == 5
    assert [hit.version for hit in shelf.ask("borrador", versions="all").hits] == [3]
    assert shelf.names("borrador") == []


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (None, None, {"day", "month", "century", "undated"}),
        ("2011-07-27", "2011-07-27", {"day", "month", "century"}),
        ("2011-07-28", None, {"month", "century"}),
        ("2011-08-01", None, {"century"}),
        ("2100-12-31", None, {"century"}),
        ("2101-01-01", None, set()),
        (None, "2011-07-26", {"month", "century"}),
        (None, "2000-12-31", set()),
        (None, "2001-01-01", {"century"}),
        ("2011-07-28", "2011-07-30", {"month", "century"}),
        ("2012-01-01", "2011-01-01", {"century"}),
    ],
)
def test_dates_are_met_where_they_overlap(shelf: Shelf, start: str | None, end: str | None, found: set[str]) -> None:
    shelf.take_away("ley", "ds", "acta")
    shelf.put(
        entry("day", "texto", day="2011-07-27"),
        entry("month", "texto", date_min=day("2011-07-01"), date_max=day("2011-07-31")),
        entry("century", "texto", date_min=day("2001-01-01"), date_max=day("2100-12-31")),
        entry("undated", "texto"),
    )
    bounds = {"date_from": start and day(start), "date_to": end and day(end)}
    for scope in ("documents", "text"):
        assert set(shelf.names("texto", scope=scope, **bounds)) == found
    assert shelf.ask("", facets=("kind",), **bounds).total == len(found)
