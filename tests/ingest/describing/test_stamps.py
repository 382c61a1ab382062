"""Signing days stamped on paper, as recognition reads them: shortened months, parted figures, misread ones."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.describing.describe import describe
from ingest.describing.stamps import stamp_at_start
from records.dates import SHORT_MONTHS
from tests.ingest.describing.reading import read

NAME = "norma.pdf"
BODY = "El Consejo Regional, en sesión ordinaria, aprueba:\nArtículo 1.- Objeto\nCréase el comité de los humedales.\n"
LETTER = "Ica, 28 de setiembre del 2012\nOficio de remisión de la ordenanza.\n"


def regional(line: str, *, number: str = "014-2012-GORE-ICA", end: str = "") -> str:
    return f"ORDENANZA REGIONAL\nN° {number}\n{line}\n{BODY}{end}"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Ica, 27 SET, 2012", "2012-09-27"),
        ("Ica, 27 SET. 2012", "2012-09-27"),
        ("Ica, 27 SEP 2012", "2012-09-27"),
        ("Ica, 27-sep-2012", "2012-09-27"),
        ("Ica, 27.SET.2012", "2012-09-27"),
        ("Ica, 2 7 SET. 2012", "2012-09-27"),
        ("Ica, 0 3 ENE. 2012", "2012-01-03"),
        ("Ica, 1.4. AGO, 2012", "2012-08-14"),
        ("lca, 27 SET, 2012", "2012-09-27"),
        ("Ica, 16 ENE. 2013", "2013-01-16"),
    ],
)
def test_a_stamp_behind_the_place_is_the_day_of_signing(line: str, day: str) -> None:
    described = describe(read(regional(line)), name=NAME)
    assert (described.signed, described.date) == (day, day)


def test_a_stamped_day_shows_where_it_stands() -> None:
    text = regional("lca, 27 SET, 2012")
    source = describe(read(text), name=NAME).sources["signed_date"]
    assert (source["page"], text[source["start"] : source["end"]]) == (1, "27 SET, 2012")


def test_the_closing_formula_may_end_with_a_stamp() -> None:
    end = "Dado en la Sede Central del Gobierno Regional, a los 2 9 OCT. 2012\n"
    assert describe(read(regional("Ica, 15 de octubre de 2012", end=end)), name=NAME).signed == "2012-10-29"


def test_the_stamp_stands_before_the_letter_that_sent_the_norm_on() -> None:
    """What a list says of such a norm is borne out by its stamp, and no contradiction is told."""
    text = regional("lca, 27 SET, 2012", end=LETTER)
    described = describe(read(text), name=NAME, manifest={"date": "2012-09-27"})
    assert (described.signed, described.warnings) == ("2012-09-27", ())


@pytest.mark.parametrize(
    "stamp",
    [
        "00 SET. 2012", "45 SET. 2012", "31 SET. 2012", "7 SET. 2012", "12 7 SET. 2012", "2 Q SET. 2012",
        "27 SET. 2812", "27 SET. 20", "27 SET. 201", "27 SET. 20lz", "27 SET. 20123", "27 SET. 2019", "27 SET. 2011",
        "27 XET. 2012",
    ],
)  # fmt: skip
def test_a_misread_stamp_is_no_day(stamp: str) -> None:
    """Of a number of 2012 what is signed bears that year or the next."""
    assert describe(read(regional(f"Ica, {stamp}")), name=NAME).signed == ""


def test_a_misread_stamp_leaves_what_the_text_says_elsewhere() -> None:
    assert describe(read(regional("Ica, 45 SET. 2012", end=LETTER)), name=NAME).signed == "2012-09-28"


def test_without_a_number_no_stamp_is_of_a_year_to_come() -> None:
    now = dt.datetime.now(dt.UTC).year
    stamped = stamp_at_start(f"05 ENE. {now}", year=None)
    assert stamped is not None
    assert stamped.date == dt.date(now, 1, 5)
    for year in (1899, now + 1):
        assert stamp_at_start(f"05 ENE. {year}", year=None) is None
    assert stamp_at_start(f"05 ENE. {now + 1}", year=now) is None


@given(st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2025, 12, 31)), st.sampled_from(sorted(SHORT_MONTHS)))
def test_every_month_is_read_as_it_is_shortened(day: dt.date, name: str) -> None:
    month = SHORT_MONTHS[name]
    day = day.replace(month=month, day=min(day.day, 28))
    for text in (
        f"{day:%d} {name.upper()}, {day.year}",
        f"{day:%d}-{name}-{day.year}",
        f"{day:%d} de {name}. {day.year}",
    ):
        stamped = stamp_at_start(text, year=None)
        assert stamped is not None
        assert (stamped.date, text[stamped.start : stamped.end]) == (day, text)


@given(st.text(max_size=80), st.none() | st.integers())
def test_no_text_makes_it_raise(text: str, year: int | None) -> None:
    stamp_at_start(text, year=year)
