"""A manifest tried out: every planted fault is named at once, with its row, its column and how to mend it."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.listing import ListReading
from ingest.rehearsal import Rehearsal, rehearsed
from ingest.sources import gathered
from records.persons import Person, person_for
from records.services.configuring import configure

pytestmark = pytest.mark.django_db
HEADING = "file,external_id,kind,date,series,language,version_of,sha256,size,title"


@pytest.fixture
def folder(tmp_path: Path, operator_person: Person) -> Path:
    configure(document={"series": [{"code": "ACTAS", "title": "Actas"}]}, by=operator_person)
    made = tmp_path / "fondo"
    made.mkdir()
    for number in range(1, 10):
        (made / f"{number}.txt").write_text(f"Acta {number} de la comisión.")
    (made / "vacía.txt").touch()
    return made


def tried(folder: Path, by: Person, *rows: str, heading: str = HEADING) -> Rehearsal:
    manifest = folder.parent / "lista.csv"
    manifest.write_text("\n".join((heading, *rows)), encoding="utf-8")
    with gathered([str(folder)]) as files:
        return rehearsed(manifest, ListReading(), given=[str(folder)], files=files, by=by)


def test_every_fault_is_named_at_once(folder: Path, operator_person: Person, tmp_path: Path) -> None:
    digest = hashlib.sha256((folder / "1.txt").read_bytes()).hexdigest()
    size = (folder / "2.txt").stat().st_size
    found = tried(
        folder,
        operator_person,
        f"1.txt,A,directiva,1955-XX,ACTAS,es,,{digest},,Primera",
        f"2.txt,B,ordenansa,2024-13-40,ACTA,español,,,{size + 1},Segunda",
        f"3.txt,C,,,,,,{digest},,=1+1",
        "4.txt,A,,,,,,,,Cuarta",
        "vacía.txt,E,,,,,,,,Quinta",
        "no-está.txt,F,,,,,,,,Sexta",
        ",G,,,,,,,,Séptima",
        "5.txt,H,,,,,NADIE,,,Octava",
        "5.txt,I,,,,,,,,Novena",
        "6.txt,J,,,,,C,,,Décima",
        "7.txt,K,,,,,A,,,Undécima",
    )
    told = {(fault.row, fault.column): fault.detail for fault in found.faults}
    assert sorted(told) == [
        *((2, column) for column in ("date", "kind", "language", "series", "size")),
        *((3, "sha256"), (4, "external_id"), (5, "file"), (6, "file"), (7, "file")),
        *((8, "version_of"), (9, "file"), (10, "version_of")),
    ]
    assert told[2, "kind"].endswith("did you mean 'ordenanza'?")
    assert told[2, "series"].endswith("did you mean 'ACTAS'?")
    assert told[2, "size"] == f"the file has {size} bytes and not {size + 1}"
    assert told[3, "sha256"].endswith("these are not the bytes that were listed")
    assert told[5, "file"] == "empty: The file is empty."
    # What is a version of a row that is wrong is wrong itself; what hangs on a good one is good.
    assert [file.row.number for file in found.good if file.row] == [1, 11]
    assert (len(found.rows), found.left_out, found.refused) == (11, 2, 9)
    found.report(tmp_path / "faltas.csv")
    content = (tmp_path / "faltas.csv").read_text(encoding="utf-8")
    assert content.startswith("\ufeffrow,column,value,fault")
    assert len(list(csv.reader(content.splitlines()))) == 14


def test_a_whole_manifest_has_no_faults(folder: Path, operator_person: Person) -> None:
    found = tried(folder, operator_person, *(f"{number}.txt,{number},,,,,,,,Acta" for number in range(1, 10)))
    assert (found.faults, len(found.good), found.left_out) == ([], 9, 1)


@pytest.mark.parametrize("heading", ["file,file", "", "título,fecha"])
def test_of_a_table_that_is_none_no_row_is_good(folder: Path, operator_person: Person, heading: str) -> None:
    found = tried(folder, operator_person, "1.txt,2", heading=heading)
    assert found.faults
    assert (found.good, found.refused) == ([], len(found.rows))


def test_a_report_holds_nothing_that_a_spreadsheet_would_work_out(
    folder: Path, operator_person: Person, tmp_path: Path
) -> None:
    found = tried(folder, operator_person, "1.txt,A,,=HYPERLINK(1),,,,,,T")
    found.report(tmp_path / "faltas.csv")
    assert ",'=HYPERLINK(1)," in (tmp_path / "faltas.csv").read_text(encoding="utf-8")


def test_what_stands_twice_or_is_here_already_is_told_for_a_decision(
    folder: Path, operator_person: Person, people: dict[str, Any], make_record: Callable[..., Any]
) -> None:
    make_record("Directiva del faro", number="003-2024-MTIGM", kind="directiva", access="internal")
    make_record("Directiva cerrada", number="004-2024-MTIGM", kind="directiva", access="reserved")
    (folder / "2.txt").write_bytes((folder / "1.txt").read_bytes())
    rows = (
        "1.txt,A,directiva,N° 001-2024-MTIGM",
        "2.txt,B,directiva,001-2024/MTIGM",
        "3.txt,C,directiva,003-2024-MTIGM",
        "4.txt,D,directiva,004-2024-MTIGM",
        "5.txt,E,,7",
        "6.txt,F,,7",
    )
    heading = "file,external_id,kind,number"
    person = person_for(people["archivist"])
    found = tried(folder, person, *rows, heading=heading)
    assert found.faults == []
    assert [(one.row, one.column, one.detail) for one in found.doubles] == [
        (2, "file", "the same bytes as row 1"),
        (2, "number", "the same number as row 1"),
        (3, "number", "a record bears this number already: Directiva del faro"),
    ]
