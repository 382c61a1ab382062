"""Orders and paging: by date, by number and by relevance, page after page without loss or repetition."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from search.backends.base import Place
from search.ranking import MOST_RANKED
from tests.contract.shelf import Shelf, entry

FIRST = dt.date(1990, 1, 1).toordinal()


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    """Fifty-seven documents: many on one day, some undated, every third without a number."""
    shelf.put(
        *(
            entry(
                f"r{at}",
                "migra",
                title=f"Documento {at}",
                date_min=FIRST + at // 7 if at % 9 else None,
                date_max=FIRST + at // 7 if at % 9 else None,
                number_sort=f"{2000 + at % 4}/{at:09}" if at % 3 else "~",
            )
            for at in range(57)
        )
    )
    return shelf


def at(record: str) -> int:
    return int(record.removeprefix("r"))


@pytest.mark.parametrize("size", [1, 7, 19, 56, 57, 58])
@pytest.mark.parametrize("sort", ["date", "-date", "number"])
@pytest.mark.parametrize("text", ["", "migra"])
def test_paging_loses_nothing_and_repeats_nothing(shelf: Shelf, size: int, sort: str, text: str) -> None:
    pages = list(shelf.pages(text, size=size, sort=sort))
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    names = [hit.record for page in pages for hit in page]
    assert len(names) == 57
    assert set(names) == {f"r{n}" for n in range(57)}
    assert names == shelf.everything(text, size=100, sort=sort)


@pytest.mark.parametrize("scope", ["documents", "text"])
def test_by_date_both_ways_and_what_has_no_date_comes_last(shelf: Shelf, scope: str) -> None:
    dated = [n for n in range(57) if n % 9]
    for sort, step in (("date", 1), ("-date", -1)):
        names = shelf.everything("migra", size=10, sort=sort, scope=scope)
        days = [at(name) // 7 * step for name in names if at(name) % 9]
        assert days == sorted(days)
        assert all(at(name) % 9 for name in names[: len(dated)]), sort
        assert not any(at(name) % 9 == 0 for name in names[: len(dated)])


def test_a_range_of_days_is_ordered_by_its_last_day(shelf: Shelf) -> None:
    shelf.put(
        entry("decade", "viaja", date_min=FIRST, date_max=FIRST + 3650),
        entry("month", "viaja", date_min=FIRST + 100, date_max=FIRST + 130),
        entry("day", "viaja", date_min=FIRST + 110, date_max=FIRST + 110),
    )
    assert shelf.names("viaja", sort="date") == ["day", "month", "decade"]
    assert shelf.names("viaja", sort="-date") == ["decade", "month", "day"]


def test_by_number_year_and_sequence_decide_and_what_has_none_comes_last(shelf: Shelf) -> None:
    names = shelf.everything("", size=10, sort="number")
    numbered = [(2000 + n % 4, n) for n in range(57) if n % 3]
    assert [at(name) for name in names[: len(numbered)]] == [n for _, n in sorted(numbered)]
    assert not any(at(name) % 3 for name in names[len(numbered) :])


def test_a_question_without_text_lists_the_newest_first(shelf: Shelf) -> None:
    assert shelf.everything("", size=10) == shelf.everything("", size=10, sort="-date")


def test_a_listing_by_date_goes_on_although_others_come_and_go(shelf: Shelf) -> None:
    first = shelf.ask("migra", sort="date", size=20)
    names = [hit.record for hit in first.hits]
    shelf.take_away(names[0], names[5])
    shelf.put(entry("before", "migra", date_min=FIRST - 10, date_max=FIRST - 10))
    onwards = Place(after=first.hits[-1].key)
    rest = [hit.record for hit in shelf.ask("migra", sort="date", size=100, place=onwards).hits]
    assert not set(rest) & {*names, "before"}
    assert {*rest, *names} == {f"r{n}" for n in range(57)}


@pytest.mark.parametrize("scope", ["documents", "text"])
@pytest.mark.parametrize("size", [7, 100])
def test_relevance_reaches_the_three_hundredth(shelf: Shelf, scope: str, size: int) -> None:
    shelf.put(*(entry(f"w{n}", "viaja " * (1 + n % 5), "viaja lejos", title="Viaja", year=2001) for n in range(340)))
    found = shelf.ask("viaja", scope=scope, size=size, facets=("year",))
    assert found.total == 340
    assert dict(found.facets["year"]) == {"2001": 340}
    pages = list(shelf.pages("viaja", scope=scope, size=size))
    names = [hit.record for page in pages for hit in page]
    assert len(names) == len(set(names)) == MOST_RANKED
    scores = [hit.score for page in pages for hit in page]
    assert all(one >= other for one, other in pairwise(scores))
    beyond = shelf.ask("viaja", scope=scope, size=size, place=Place(rank=MOST_RANKED))
    assert (list(beyond.hits), beyond.more, beyond.total) == ([], False, 340)


def test_the_best_text_is_found_under_the_poorest_title(shelf: Shelf) -> None:
    """More documents have it in their titles than are ranked, and more again in their texts, twice each."""
    words = "viaja lejos de aquí, dicen"
    shelf.put(*(entry(f"t{n}", f"{'cosa ' * 40} {words}", title=words) for n in range(310)))
    shelf.put(*(entry(f"w{n}", "dicen que lejos viaja, aquí", "aquí viaja, dicen, lejos") for n in range(450)))
    shelf.put(entry("sought", f"{words}, {words}"))
    assert shelf.names(words, scope="text", size=1) == ["sought"]


def test_a_long_question_that_no_title_answers_quotes_a_text(shelf: Shelf) -> None:
    words = "los miembros pongan a disposición el material"
    shelf.put(
        entry("quoted", f"Archivar lo que {words} de trabajo."),
        entry("other", "El material que se pone a disposición de los miembros."),
    )
    assert shelf.ask(words).quotes
    assert not shelf.ask("material miembros").quotes
    shelf.put(entry("titled", "Otra cosa.", title=words))
    assert not shelf.ask(words).quotes


def test_the_same_question_is_answered_in_the_same_order(shelf: Shelf) -> None:
    for sort in ("relevance", "date", "-date", "number"):
        assert shelf.everything("migra", size=100, sort=sort) == shelf.everything("migra", size=100, sort=sort)


def test_a_title_is_worth_more_than_a_mention(shelf: Shelf) -> None:
    shelf.put(
        entry("mention", "En la frontera norte se comercia.", "Otra cosa.", title="Acta"),
        entry("titled", "Se comercia mucho.", title="Frontera norte"),
        entry("lead", "Frontera norte: se comercia.", title="Directiva", lead="Normas de la frontera norte"),
    )
    assert shelf.names("frontera norte")[0] == "titled"
    assert shelf.names("frontera norte")[-1] == "mention"


def test_laws_come_before_notes_where_all_else_is_equal(shelf: Shelf) -> None:
    for kind in ("oficio", "ley", "decreto_supremo"):
        shelf.put(entry(kind, "zarpa", title="Zarpa el barco", kind=kind))
    names = shelf.names("zarpa barco")
    assert names[0] == "ley"
    assert names.index("decreto_supremo") < names.index("oficio")
