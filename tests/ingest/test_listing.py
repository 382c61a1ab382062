"""Lists that others made: links for files, several rows a document, what is not known, days in their own form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.listing import Listing, ListReading, listed
from ingest.sources import gathered
from records.persons import Person

pytestmark = pytest.mark.django_db


def read(folder: Path, text: str, by: Person, *, name: str = "lista.csv", **how: bool) -> Listing:
    manifest = folder.parent / name
    manifest.write_text(text, encoding="utf-8")
    return found(folder, manifest, by, **how)


def found(folder: Path, manifest: Path, by: Person, **how: bool) -> Listing:
    with gathered([str(folder)]) as files:
        return listed(manifest, ListReading({}, **how), given=[str(folder)], files=files, by=by)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "fondo"
    made.mkdir()
    return made


def with_files(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text(f"El texto de {name}.", encoding="utf-8")


def told(listing: Listing) -> dict[tuple[int, str], str]:
    return {(one.row, one.column): one.detail for one in listing.told}


def test_rows_find_their_files_by_link_identifier_number_and_title(folder: Path, operator_person: Person) -> None:
    with_files(folder, "acta147_2018.txt", "2024-2027-57.txt", "DOC-008_DS_017_2025_MINAM_AIRE.txt", "otra cosa.txt")
    with_files(folder, "Reglamento interno de la comisión multisector.txt")
    rows = (
        "file,external_id,kind,number,title",
        "https://archivo.example/2018/Acta147%5F2018.txt?v=2,A,,,",
        ",2024-2027-57,,,",
        ",B,Decreto Supremo,Decreto Supremo N.º 017-2025-MINAM,",
        ",C,,,Reglamento interno de la Comisión Multisectorial permanente",
        ",D,,,Lo que nadie tiene",
    )
    listing = read(folder, "\n".join(rows), operator_person, match=True)
    assert [(one.row, one.file, one.by) for one in listing.matches] == [
        (1, "acta147_2018.txt", "name"),
        (2, "2024-2027-57.txt", "identifier"),
        (3, "DOC-008_DS_017_2025_MINAM_AIRE.txt", "number"),
        (4, "Reglamento interno de la comisión multisector.txt", "title"),
    ]
    assert [(one.row, one.column) for one in listing.faults] == [(5, "file")]
    assert [Path(shown).name for shown in listing.without_row] == ["otra cosa.txt"]
    assert len(read(folder, "\n".join(rows), operator_person).faults) == 5


def test_what_could_be_two_files_or_two_rows_is_left_open(folder: Path, operator_person: Person) -> None:
    (folder / "2018").mkdir()
    (folder / "2019").mkdir()
    with_files(folder, "2018/acta1.txt", "2019/acta1.txt", "acta2.txt")
    rows = (
        "file,external_id\nhttps://a.example/acta1.txt,A\nhttps://a.example/acta2.txt,B\nhttp://b.example/acta2.txt,C"
    )
    listing = read(folder, rows, operator_person, match=True)
    assert (listing.matches, [one.row for one in listing.faults]) == ([], [1, 2, 3])


def test_rows_of_one_document_become_one(folder: Path, operator_person: Person) -> None:
    with_files(folder, "acta1.txt", "acta2.txt")
    rows = (
        "file,external_id,date,punto",
        "acta1.txt,1,2018-09-21,Lista de asistencia.",
        "acta1.txt,1,2018-09-21,Quórum; instalación.",
        "acta2.txt,2,2018-10-01,Clausura.",
        "acta2.txt,2,2018-10-02,Clausura.",
    )
    listing = read(folder, "\n".join(rows), operator_person, join_rows=True)
    assert listing.rows[0].fields["punto"] == "Lista de asistencia.\nQuórum; instalación."
    assert listing.rows[1].fields["punto"] == "Clausura."
    assert [(one.row, one.column) for one in listing.faults] == [(4, "date")]
    assert told(listing)[1, "file"] == "2 rows of one document, to row 2, are read as one"


def test_what_is_not_known_is_left_empty_and_told(folder: Path, operator_person: Person) -> None:
    with_files(folder, "a.txt", "b.txt")
    rows = "file,external_id,date,language,number,title,fuente\na.txt,A,s/f,No determinado,S/N,Sin fecha,No determinado"
    listing = read(folder, rows, operator_person)
    assert listing.faults == []
    assert dict(listing.rows[0].fields) == {"external_id": "A", "title": "Sin fecha", "fuente": "No determinado"}
    assert sorted(told(listing)) == [(1, "date"), (1, "language"), (1, "number")]


@pytest.mark.parametrize(
    ("days", "read_as"),
    [
        (("05/03/1998", "21/09/2018"), ("1998-03-05", "2018-09-21")),
        (("05/03/1998", "09/21/2018"), ("1998-05-03", "2018-09-21")),
        (("21 de setiembre de 1972", "2018-09-21 00:00:00"), ("1972-09-21", "2018-09-21")),
        (("1955-XX", "1972~"), ("1955-XX", "1972~")),
    ],
)
def test_days_in_the_lists_own_form(
    folder: Path, operator_person: Person, days: tuple[str, str], read_as: tuple[str, str]
) -> None:
    with_files(folder, "a.txt", "b.txt")
    listing = read(folder, f"file,date\na.txt,{days[0]}\nb.txt,{days[1]}", operator_person)
    assert listing.faults == []
    assert tuple(row.fields["date"] for row in listing.rows) == read_as
    assert len(listing.told) == sum(1 for said, day in zip(days, read_as, strict=True) if said != day)


def test_a_column_with_both_orders_leaves_open_what_could_be_either(folder: Path, operator_person: Person) -> None:
    with_files(folder, "a.txt", "b.txt", "c.txt", "d.txt")
    rows = "file,date\na.txt,05/03/1998\nb.txt,21/09/2018\nc.txt,09/21/2018\nd.txt,31/02/2018"
    listing = read(folder, rows, operator_person)
    assert [(one.row, one.column) for one in listing.faults] == [(1, "date"), (4, "date")]


def test_documents_that_say_one_row_each(folder: Path, operator_person: Person) -> None:
    with_files(folder, "uno.txt", "dos.txt")
    lists = folder.parent / "fichas"
    lists.mkdir()
    said = {"external_id": "dos", "resumen": {"presente": 9}, "ausentes": []}
    (lists / "dos.json").write_text(json.dumps(said, indent=1), encoding="utf-8")
    (lists / "uno.md").write_text("---\ntitle: Sesión 1\nfile: /actas/uno.txt\n---\n", encoding="utf-8")
    listing = found(folder, lists, operator_person, match=True)
    assert [(one.row, one.file, one.by) for one in listing.matches] == [
        (1, "dos.txt", "identifier"),
        (2, "uno.txt", "name"),
    ]
    assert (listing.faults, listing.rows[0].fields["resumen"]) == ([], '{"presente": 9}')
    (lists / "vacía.md").write_text("Sin nada delante.", encoding="utf-8")
    [fault] = found(folder, lists, operator_person, match=True).faults
    assert (fault.row, fault.detail) == (3, "vacía.md: has no front matter")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("28-mar-2019", "2019-03-28"),
        ("3 ene. 2019", "2019-01-03"),
        ("30/Sept/2019", "2019-09-30"),
        ("05-dic-19", "2019-12-05"),
    ],
)
def test_months_as_spreadsheets_shorten_them(folder: Path, operator_person: Person, written: str, day: str) -> None:
    with_files(folder, "a.txt")
    listing = read(folder, f"file;date\na.txt;{written}\n", operator_person)
    assert (listing.rows[0].fields["date"], listing.faults) == (day, [])
    assert told(listing)[1, "date"] == f"{written!r} is read as {day}"


def test_two_figures_of_a_year_follow_the_order_of_their_column(folder: Path, operator_person: Person) -> None:
    with_files(folder, "a.txt", "b.txt")
    listing = read(folder, "file,date\na.txt,3/14/19\nb.txt,4/5/19\n", operator_person)
    assert [row.fields["date"] for row in listing.rows] == ["2019-03-14", "2019-04-05"]


def test_figures_that_could_be_two_days_are_told_with_both(folder: Path, operator_person: Person) -> None:
    with_files(folder, "a.txt", "b.txt", "c.txt")
    listing = read(folder, "file,date\na.txt,3/14/2019\nb.txt,28/3/2019\nc.txt,4/5/2019\n", operator_person)
    assert [(fault.row, fault.detail) for fault in listing.faults] == [
        (3, "'4/5/2019' may be 2019-05-04 or 2019-04-05: other rows of this column write both ways")
    ]


def test_a_file_that_lies_in_another_folder_is_said(folder: Path, operator_person: Person) -> None:
    for name in ("2019/Acta 1.txt", "2018/dos.txt", "2019/dos.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"El texto de {name}.", encoding="utf-8")
    text = "file\nacta 1.TXT\nhttp://archivo.example/otra/Acta 1.txt\ndos.txt\ntres.txt\n"
    assert [fault.detail for fault in read(folder, text, operator_person).faults] == [
        "there is no file 'acta 1.TXT'; did you mean '2019/Acta 1.txt'?",
        "there is no file 'http://archivo.example/otra/Acta 1.txt'; did you mean '2019/Acta 1.txt'?",
        "there is no file 'dos.txt'",
        "there is no file 'tres.txt'",
    ]


def test_a_mapping_of_a_column_that_is_none_tells_those_there_are(folder: Path, operator_person: Person) -> None:
    (manifest := folder.parent / "lista.csv").write_text("RELACIÓN DE ACTAS,\narchivo,fecha\n", encoding="utf-8")
    with gathered([str(folder)]) as files:
        reading = ListReading({"archivo": "file"})
        listing = listed(manifest, reading, given=[str(folder)], files=files, by=operator_person)
    assert listing.faults[0].detail.endswith("that the manifest does not have; it has 'RELACIÓN DE ACTAS'")
