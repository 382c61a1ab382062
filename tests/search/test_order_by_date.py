"""A site may choose that nothing is weighed: then no closed document moves what a reader finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from records.persons import operator, stranger
from search.params import SearchParams
from search.service import answer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_each_engine")]


def test_by_date_the_newest_come_first_and_closed_documents_move_nothing(
    settings: Any, make_record: Callable[..., Any], settle: Callable[[], None]
) -> None:
    for year, title in ((2001, "Mesa de mesas"), (2012, "Acta con una mesa entre muchas otras cosas"), (2007, "Mesa")):
        make_record(title, "La mesa.", access="public", date=f"{year}-05-03", external_id=str(year))
    settle()

    def found(person: Any, **said: Any) -> list[str]:
        results = answer(SearchParams(q="mesa", **said), person=person).results
        return [one.record.external_id for one in results]

    by_relevance = found(stranger())
    assert by_relevance[-1] == "2012"
    settings.LEGAJO_SEARCH_ORDER = "date"
    assert found(stranger()) == ["2012", "2007", "2001"]
    assert found(stranger(), sort="date") == ["2001", "2007", "2012"]
    assert found(operator()) == by_relevance
    for number in range(5):
        make_record(f"Reservado {number}", "mesa " * (number + 1), access="reserved", date="2010-01-01")
    settle()
    assert found(stranger()) == ["2012", "2007", "2001"]
