"""The table of docs/faults.md tells what is tested, all of it and nothing else."""

from __future__ import annotations

from tests.faults.catalogue import PAGE, ROWS, page_with_table, shown, table


def test_each_row_is_shown_in_each_profile_or_says_why_not() -> None:
    assert [row.name for row in ROWS] == [f"F{number}" for number in range(1, 45)]
    assert "nothing yet" not in table()


def test_no_test_names_a_row_that_there_is_not() -> None:
    assert {name for one in shown() for name in one.rows} <= {row.name for row in ROWS}


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_with_table(), "run `python -m tests.faults.catalogue --write`"
