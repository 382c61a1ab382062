"""Real files of governments, through the real command line: each in a final state, each without text by its reason."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from records.kinds import kind_like
from records.numbers import parse_number
from tests.deploy.commands.site import Site

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "real-files"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not REAL.is_dir(), reason="needs ../shared/data/real-files")]
# What the files have and this release cannot read: pictures without a text layer, and formats without a reader.
UNREAD = {"no_text_layer", "no_reader"}


@pytest.fixture(autouse=True)
def without_recognition(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that recognises no pictures: what is said of scans then. Recognition has tests of its own."""
    monkeypatch.setenv("LEGAJO_OCR", "no")


@pytest.mark.timeout(900)
def test_every_real_file_ends_named_and_asked_again_nothing_changes(site: Site) -> None:
    first = site.json("import", REAL / "files", "--wait")
    assert first.status == 0, first.stderr
    *lines, summary = first.lines
    known = {Path(row["file"]).name: row for row in manifest()}
    assert (summary["files"], summary["imported"], summary["failed"]) == (len(known), len(known), 0)
    codes = {Path(line["path"]).name: line["code"] for line in lines}
    assert len(codes) == len(known)
    for name, row in known.items():
        if row["text_layer"] == "none":
            assert codes[name] == "no_text_layer", name
    assert {code for code in codes.values() if code} <= UNREAD
    assert summary["needs_review"] >= sum(1 for code in codes.values() if code)

    again = site.json("import", REAL / "files", "--wait")
    assert again.status == 0
    *lines, summary = again.lines
    assert (summary["imported"], summary["unchanged"]) == (0, len(known))
    assert {Path(line["path"]).name: line["code"] for line in lines} == codes
    report = site.json("audit")
    assert (report.status, report.only["differences"]) == (0, [])
    assert report.only["checked"]["records"] == len(known)
    assert report.only["checked"]["jobs_waiting"] == 0


@pytest.mark.timeout(900)
def test_the_manifest_of_real_files_is_taken_whole_and_its_words_kept(site: Site) -> None:
    ended = site.json("import", REAL, "--manifest", REAL / "manifest.csv", "--dry-run")
    assert (ended.status, ended.lines[-1]["would_fail"]) == (0, 0)
    assert ended.lines[-1]["files"] == len(manifest())


@pytest.mark.timeout(900)
def test_what_is_read_in_real_files_agrees_with_what_is_known_of_them(site: Site) -> None:
    """Shares that must not sink; measured when this was written: number .97, date .94, kind .96."""
    rows = {str(REAL / row["file"]): row for row in manifest()}
    ended = site.json("describe", *rows)
    right: Counter[str] = Counter()
    known: Counter[str] = Counter()
    for line in ended.lines:
        for field, agrees in compared(line, rows[line["path"]]).items():
            known[field] += 1
            right[field] += agrees
    shares = {field: right[field] / known[field] for field in known}
    assert shares["number"] >= 0.9, shares
    assert shares["date"] >= 0.92, shares
    assert shares["kind"] >= 0.92, shares


@pytest.mark.timeout(900)
def test_lists_that_others_made_say_what_they_hold_and_what_they_lack(site: Site) -> None:
    """A table of norms, and one with a row for each item of a session's agenda."""
    lists, files = REAL / "manifests", REAL / "files"
    norms = (
        "archivo_pdf=file id_documento=external_id titulo_documento=title tipo_norma=kind numero_norma=number "
        "entidad_emisora=issuer fecha_publicacion=date observaciones=notes"
    )
    maps = [word for one in norms.split() for word in ("--map", one)]
    of_norms = (files / "pe-normas-ambientales", "--manifest", lists / "corpus_normativo_ambiental.csv", *maps)
    told = site.json("import", *of_norms, "--dry-run")
    assert (told.status, told.lines[-1]["rows"], told.lines[-1]["faults"]) == (0, 8, [])

    sessions = [
        "--map",
        "id_sesion=external_id",
        "--map",
        "fecha=date",
        "--map",
        "no_acta=number",
        "--map",
        "pdf_url=file",
    ]
    of_sessions = (files / "mx-actas-cabildo-ocr", "--manifest", lists / "colima-actas-2012-2018.csv", *sessions)
    last = site.json("import", *of_sessions, "--match", "--join-rows", "--dry-run").lines[-1]
    with (lists / "colima-actas-2012-2018.csv").open(encoding="utf-8-sig", newline="") as stream:
        named = {row["id_sesion"] for row in csv.DictReader(stream)}
    # It is of other years than the files that lie there: every row lacks its file, and both files lack a row.
    assert (last["rows"], len(last["faults"]), last["without_row"]) == (
        len(named),
        len(named),
        sorted(last["without_row"]),
    )
    assert {one["column"] for one in last["faults"]} == {"file"}
    assert len(last["without_row"]) == 2


@pytest.mark.timeout(900)
def test_documents_about_files_name_them_and_come_in(site: Site, tmp_path: Path) -> None:
    lists, files = REAL / "manifests", REAL / "files"
    for place, listed, words in (
        ("mx-actas-cabildo-ocr", "colima-asistencia", ["--map", "id=external_id"]),
        ("cr-actas-concejo", "tucurrique", []),
    ):
        receipt = tmp_path / f"{listed}.json"
        there = (files / place, "--manifest", lists / listed, "--match", *words)
        done = site.json("import", *there, "--receipt", receipt, "--wait")
        rows = len(list((lists / listed).iterdir()))
        assert (done.status, done.lines[-1]["imported"], done.lines[-1]["differs"]) == (0, rows, [])
        assert site.json("audit", "--receipt", receipt).only["ok"]


def manifest() -> list[dict[str, str]]:
    with (REAL / "manifest.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def compared(line: dict[str, Any], row: dict[str, str]) -> dict[str, bool]:
    """Tell for each thing that is known of a file whether it was read so; a number may be read with more of itself."""
    found: dict[str, bool] = {}
    kind = kind_like(row["kind"])
    if kind is not None:
        found["kind"] = line["kind"] == kind.code
    number = parse_number(row["number"], kind=kind.code if kind else None) if row["number"] else None
    if number is not None:
        read = parse_number(line["number"], kind=line["kind"] or None) if line["number"] else None
        same_year = read is not None and (not number.year or not read.year or number.year == read.year)
        found["number"] = read is not None and read.seq == number.seq and same_year
    if row["date"]:
        found["date"] = line["date"].startswith(row["date"])
    return found
