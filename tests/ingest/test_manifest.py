"""Manifests: read however a spreadsheet wrote them, refused whole with row and column, kept in all they say."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.bulk import BulkImport
from ingest.manifest import InvalidManifest, check_rows, checked_mapping, read_manifest
from ingest.sources import check_version_targets, chosen_by, gathered
from records.errors import InvalidValue
from records.models import Record
from records.persons import Person, person_for
from records.services.configuring import configure

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "fondo"
    made.mkdir()
    for number in range(1, 5):
        (made / f"{number}.txt").write_text(f"Acta {number} de la comisión.")
    return made


@pytest.fixture(autouse=True)
def plan(operator_person: Person) -> None:
    document = {
        "series": [{"code": "ACTAS", "title": "Actas"}],
        "bodies": [{"code": "MESA", "name": "Mesa", "kind": "plenary"}],
        "sessions": [{"code": "SO-3", "body": "MESA", "kind": "ordinary", "number": 3, "date": "2024-03-15"}],
    }
    configure(document=document, by=operator_person)


def written(folder: Path, text: str | bytes, name: str = "manifiesto.csv") -> Path:
    path = folder.parent / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def faults_of(folder: Path, text: str | bytes, name: str = "manifiesto.csv", **mapping: str) -> list[tuple[int, str]]:
    """Return the row and column of each fault, whoever finds it."""
    path = written(folder, text, name)
    try:
        rows = read_manifest(path, mapping=mapping)
        if faults := check_rows(rows):
            raise InvalidManifest(faults)
        with gathered([str(folder)]) as files:
            chosen_by(rows, [str(folder)], files, path)
    except InvalidManifest as refused:
        return [(fault.row, fault.column) for fault in refused.faults]
    return []


def imported(folder: Path, text: str, by: Person, name: str = "manifiesto.csv", **mapping: str) -> dict[str, Any]:
    path = written(folder, text, name)
    rows = read_manifest(path, mapping=mapping)
    assert check_rows(rows) == []
    bulk = BulkImport(by=by)
    with gathered([str(folder)]) as files:
        chosen = chosen_by(rows, [str(folder)], files, path)
        check_version_targets(chosen, by)
        list(bulk.run(chosen))
    return bulk.finish()


@pytest.mark.parametrize(
    "content",
    [
        "file,title\n1.txt,Sesión de año\n".encode(),
        "\ufefffile,title\r\n1.txt,Sesión de año\r\n".encode(),
        b"file;title\n1.txt;Sesi\xf3n de a\xf1o\n",
        "file\ttitle\n1.txt\tSesión de año\n".encode("utf-16"),
        b"\n\nfile,title\n".lstrip() + '"1.txt","Sesión de año"\n\n,\n'.encode(),
    ],
    ids=["utf-8", "mark", "latin-1", "utf-16", "quoted"],
)
def test_every_way_a_spreadsheet_writes_it(folder: Path, content: bytes) -> None:
    [row] = read_manifest(written(folder, content))
    assert (row.number, row.file, row.fields) == (1, "1.txt", {"title": "Sesión de año"})


def test_json_lines(folder: Path) -> None:
    lines = [{"file": "1.txt", "grants": ["public", "body:MESA"], "folios": 12}, {"file": "2.txt", "notes": None}]
    text = "\n".join(json.dumps(line) for line in lines)
    first, second = read_manifest(written(folder, text, "m.jsonl"))
    assert first.fields == {"grants": "public;body:MESA", "folios": "12"}
    assert (second.number, second.fields) == (2, {})


WRONG = [
    ("file,series\n1.txt,ACTAS\n2.txt,OTRA\n", [(2, "series")]),
    ("file,body\n1.txt,NADIE\n", [(1, "body")]),
    ("file,session\n1.txt,SO-99\n", [(1, "session")]),
    ("file,kind\n1.txt,decreto_supermo\n", [(1, "kind")]),
    ("file,access\n1.txt,secreto\n", [(1, "access")]),
    ("file,grants\n1.txt,public;everybody\n", [(1, "grants")]),
    ("file,language\n1.txt,qu\n", [(1, "language")]),
    ("file,date\n1.txt,2024-13-40\n2.txt,15/03/2024\n", [(1, "date"), (2, "date")]),
    ("file,valid_from\n1.txt,pronto\n", [(1, "valid_from")]),
    ("file,valid_from,valid_to\n1.txt,2020-01-02,2020-01-02\n", [(1, "valid_to")]),
    ("file,external_id\n1.txt,A\n2.txt, A\n", [(2, "external_id")]),
    (f"file,external_id\n1.txt,{'x' * 701}\n", [(1, "external_id")]),
    (f"file,issuer\n1.txt,{'x' * 301}\n", [(1, "issuer")]),
    ("file\n1.txt\n9.txt\n", [(2, "file")]),
    ("file\n1.txt\n./1.txt\n", [(2, "file")]),
    ("file\n../manifiesto.csv\n", [(1, "file")]),
    ("file,title\n,Sin archivo\n", [(1, "file")]),
    ("file,title\n1.txt,a,b\n", [(1, "title")]),
    ("title,notes\nA,b\n", [(1, "file")]),
    ("file,title,title\n1.txt,a,b\n", [(0, "title")]),
    ("file,title\n", [(0, "file")]),
    ("", [(0, "file")]),
    ('file,title\n1.txt,"' + "x" * 140_000 + '"\n', [(1, "file")]),
    ("file,series,date,access\n1.txt,OTRA,mañana,todos\n", [(1, "series"), (1, "access"), (1, "date")]),
]


@pytest.mark.parametrize(("text", "faults"), WRONG)
def test_what_is_wrong_is_named_by_row_and_column(folder: Path, text: str, faults: list[tuple[int, str]]) -> None:
    assert faults_of(folder, text) == faults


@pytest.mark.parametrize("line", ["no json", "[1]", '"1.txt"', '{"title": "sin archivo"}'])
def test_wrong_json_lines_are_named(folder: Path, line: str) -> None:
    assert [row for row, _ in faults_of(folder, f'{{"file": "1.txt"}}\n\n{line}\n', "m.jsonl")] == [3]


def test_columns_read_as_others(folder: Path, operator_person: Person) -> None:
    text = "archivo,titulo,fecha,tomo\n1.txt,Acta de instalación,1955-XX,IV\n"
    mapping = checked_mapping(["archivo=file", "titulo=title", "fecha=date"])
    assert imported(folder, text, operator_person, **mapping)["imported"] == 1
    record = Record.objects.get()
    assert (record.external_id, record.title, record.date_text) == ("1.txt", "Acta de instalación", "1955-XX")
    assert (record.date_min, record.date_max) == (dt.date(1955, 1, 1), dt.date(1955, 12, 31))
    assert record.metadata == {"tomo": "IV"}


@pytest.mark.parametrize("pair", ["archivo", "=file", "archivo=nombre"])
def test_a_mapping_that_is_none(pair: str) -> None:
    with pytest.raises(InvalidValue):
        checked_mapping([pair])


def test_a_mapping_of_a_column_that_is_not_there_or_twice(folder: Path) -> None:
    assert faults_of(folder, "file,title\n1.txt,a\n", titulo="title") == [(0, "titulo")]
    assert faults_of(folder, "file,title,titulo\n1.txt,a,b\n", titulo="title") == [(1, "title")]


def test_all_that_a_row_says_is_kept(folder: Path, operator_person: Person) -> None:
    text = (
        "file;external_id;kind;number;title;issuer;session;date;series;access;grants;language;valid_from;notes;caja;x\n"
        "1.txt;ACTA-3;Acta;3-2024;Tercera sesión;Mesa;SO-3;2024-03-15;ACTAS;reserved;body:MESA;es;2024-03-15;Uno;7;\n"
    )
    imported(folder, text, operator_person)
    record = Record.objects.get(external_id="ACTA-3")
    assert (record.kind, record.number, record.title, record.issuer) == ("acta", "3-2024", "Tercera sesión", "Mesa")
    assert record.session is not None
    assert record.body is not None
    assert record.series is not None
    assert (record.session.code, record.body.code, record.series.code) == ("SO-3", "MESA", "ACTAS")
    assert (record.classification, record.language, record.notes) == ("reserved", "es", "Uno")
    assert list(record.grants.values_list("token", "action")) == [("body:MESA", "read")]
    assert record.versions.get().valid_from == dt.date(2024, 3, 15)
    assert record.metadata == {"caja": "7"}
    assert record.field_sources["title"] == {"from": "manifest"}


def test_a_kind_in_words_that_names_none_is_kept_beside_the_record(folder: Path, operator_person: Person) -> None:
    imported(folder, "file,kind\n1.txt,decreto supremo (separata)\n2.txt,modelo oficial (ODT)\n", operator_person)
    kinds = {record.external_id: (record.kind, record.metadata) for record in Record.objects.all()}
    assert kinds == {"1.txt": ("decreto_supremo", {}), "2.txt": ("", {"kind": "modelo oficial (ODT)"})}


def test_a_history_comes_in_as_versions_and_stays_so(folder: Path, operator_person: Person) -> None:
    """Rows in any order: further versions wait for the record that they belong to."""
    text = (
        "file,external_id,version_of,valid_from,valid_to\n"
        "3.txt,,REGLAMENTO,2022-01-01,\n"
        "1.txt,REGLAMENTO,,2018-01-01,2020-01-01\n"
        "2.txt,,REGLAMENTO,2020-01-01,2022-01-01\n"
    )
    for expected in ({"imported": 3, "unchanged": 0}, {"imported": 0, "unchanged": 3}):
        summary = imported(folder, text, operator_person)
        assert {name: summary[name] for name in expected} == expected, summary["failures"]
    record = Record.objects.get()
    assert sorted(record.versions.values_list("valid_from__year", flat=True)) == [2018, 2020, 2022]


def test_a_version_of_nothing_one_may_see_is_refused(
    folder: Path, operator_person: Person, people: dict[str, Any], make_record: Callable[..., Any]
) -> None:
    make_record("Reservado", external_id="SECRETO", access="reserved")
    (folder / "norma.md").write_text("---\ntitle: Norma\n---\nTexto")
    path = written(
        folder, "file,version_of\n1.txt,SECRETO\n2.txt,NADA\n3.txt,4.txt\nfondo/4.txt,\nnorma.md,\n", "m.csv"
    )

    def refused(by: Person) -> list[tuple[int, str]]:
        with gathered([str(folder)]) as files:
            chosen = chosen_by(read_manifest(path), [str(folder)], files, path)
            with pytest.raises(InvalidManifest) as found:
                check_version_targets(chosen, by)
        return [(fault.row, fault.column) for fault in found.value.faults]

    assert refused(person_for(people["secretary"], origin="test")) == [(1, "version_of"), (2, "version_of")]
    assert refused(operator_person) == [(2, "version_of")]
    imported(folder, "file,version_of\n1.txt,norma\nnorma.md,\n", operator_person)
    assert Record.objects.get(external_id="norma").versions.count() == 2


def test_only_the_rows_files_come_in_and_defaults_fill_what_they_leave_open(
    folder: Path, operator_person: Person
) -> None:
    path = written(folder, "file,access\n1.txt,public\nfondo/2.txt,\n")
    bulk = BulkImport(by=operator_person, defaults={"access": "reserved", "series": "ACTAS"})
    with gathered([str(folder)]) as files:
        list(bulk.run(chosen_by(read_manifest(path), [str(folder)], files, path)))
    found = {record.external_id: (record.classification, record.series.code) for record in Record.objects.all()}
    assert found == {"1.txt": ("public", "ACTAS"), "2.txt": ("reserved", "ACTAS")}


def test_text_that_no_database_holds_is_mended(folder: Path, operator_person: Person) -> None:
    imported(folder, '{"file": "1.txt", "title": "a\\u0000b", "x": "\\ud800"}\n', operator_person, "m.jsonl")
    record = Record.objects.get()
    assert (record.title, record.metadata) == ("a\ufffdb", {"x": "\ufffd"})
