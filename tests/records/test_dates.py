"""Dates: uncertain ones with their bounds, and days as texts write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.dates import InvalidDate, find_dates, parse_date, parse_edtf
from records.errors import InvalidValue


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2011-07-26", "2011-07-26", "2011-07-26"),
        ("2011-07", "2011-07-01", "2011-07-31"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("1955-XX", "1955-01-01", "1955-12-31"),
        ("1955-XX-XX", "1955-01-01", "1955-12-31"),
        ("199X", "1990-01-01", "1999-12-31"),
        ("1972~", "1971-01-01", "1973-12-31"),
        ("2004-06~", "2004-05-01", "2004-07-31"),
        ("1985?", "1985-01-01", "1985-12-31"),
        ("[1985,1986]", "1985-01-01", "1986-12-31"),
        ("2011-07/2011-09", "2011-07-01", "2011-09-30"),
        ("1980/..", "1980-01-01", None),
        ("../1990", None, "1990-12-31"),
    ],
)
def test_an_uncertain_date_has_its_bounds(text: str, earliest: str | None, latest: str | None) -> None:
    uncertain = parse_edtf(text)
    assert uncertain.text == text
    assert uncertain.earliest == (dt.date.fromisoformat(earliest) if earliest else None)
    assert uncertain.latest == (dt.date.fromisoformat(latest) if latest else None)


@pytest.mark.parametrize("text", ["2024-13-40", "2023-02-30", "", "ayer", "../..", "0000", "Y170000", "1990/1980"])
def test_what_no_calendar_has_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidDate) as refused:
        parse_edtf(text)
    assert isinstance(refused.value, InvalidValue)
    assert (refused.value.code, refused.value.attr) == ("invalid_date", "date")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Lima, 26 de febrero de 2018", "2018-02-26"),
        ("a los veintiséis días del mes de febrero de dos mil dieciocho en Lima", "2018-02-26"),
        ("a los treinta y un días del mes de julio del año dos mil nueve", "2009-07-31"),
        ("15 de setiembre del 2021", "2021-09-15"),
        ("22 abril 2022", "2022-04-22"),
        ("1° de enero de 2005", "2005-01-01"),
        ("el primero de mayo de mil novecientos noventa y tres", "1993-05-01"),
        ("02-10-2024", "2024-10-02"),
        ("2.10.24", "2024-10-02"),
        ("March 4, 2025", "2025-03-04"),
    ],
)
def test_days_are_read_as_they_are_written(text: str, day: str) -> None:
    assert parse_date(text) == dt.date.fromisoformat(day)


def test_the_united_states_put_the_month_first() -> None:
    assert [found.date for found in find_dates("8/12/02", month_first=True)] == [dt.date(2002, 8, 12)]


def test_a_day_that_does_not_exist_is_passed_over() -> None:
    assert list(find_dates("el 31 de febrero de 2020")) == []


MONTHS = "enero febrero marzo abril mayo junio julio agosto setiembre octubre noviembre diciembre"


@given(st.dates(min_value=dt.date(1800, 1, 1), max_value=dt.date(2199, 12, 31)))
def test_every_day_is_found_in_its_own_words(day: dt.date) -> None:
    month = MONTHS.split()
    for text in (day.isoformat(), f"{day.day} de {month[day.month - 1]} de {day.year}", f"{day:%d/%m/%Y}"):
        assert parse_date(f"Lima, {text}.") == day
    assert parse_edtf(day.isoformat()).earliest == day


@given(st.text(max_size=300))
def test_no_text_makes_it_raise_anything_else(text: str) -> None:
    list(find_dates(text))
    try:
        parse_edtf(text)
    except InvalidDate:
        return


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("a los once días del mes de diciembre de mil novecientos ochentinueve", "1989-12-11"),
        ("a treintaiún días del mes de enero de mil novecientos noventidós", "1992-01-31"),
        ("el primer día del mes de mayo del año dos mil ocho", "2008-05-01"),
        ("28 de julio del 2,000", "2000-07-28"),
        ("a los nueve días del mes de diciembre de mil ochocientos cuarenta y ocho", "1848-12-09"),
    ],
)
def test_days_as_laws_are_dated(text: str, day: str) -> None:
    assert [found.date.isoformat() for found in find_dates(text)] == [day]
