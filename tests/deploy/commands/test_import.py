"""`import` as an archivist runs it: one line a file, a summary, and an exit status that scripts rely on."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from tests.deploy.commands.site import Ended, Site

pytestmark = pytest.mark.slow
LINE = {"path", "state", "external_id", "id", "sha256", "code"}
SUMMARY = {
    "batch",
    "files",
    "imported",
    "unchanged",
    "failed",
    "needs_review",
    "pages",
    "seconds",
    "differs",
    "failures",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "fondo"
    (made / "pe").mkdir(parents=True)
    norm = "---\ntitle: Norma de prueba\nidentifier: DS-7-2020-PCM\n---\nDECRETO SUPREMO N° 7-2020-PCM\n\nTexto.\n"
    (made / "pe/DS-7-2020-PCM.md").write_text(norm)
    (made / "acta ñ.txt").write_text("Acta de la sesión sobre guacamayos.")
    (made / "datos.bin").write_bytes(bytes(range(256)))
    return made


def told(ended: Ended) -> tuple[dict[str, dict[str, object]], dict[str, object]]:
    """Return the lines by path and the summary, once their keys were checked."""
    *lines, summary = ended.lines
    assert set(summary) == SUMMARY
    for line in lines:
        assert set(line) - {"detail"} == LINE
        assert line["state"] in ("imported", "unchanged", "failed")
    return {Path(str(line["path"])).name: line for line in lines}, summary


def test_an_archivist_imports_a_folder_finds_it_and_asks_again(site: Site, folder: Path) -> None:
    first = site.json("import", folder, "--wait")
    assert first.status == 0, first.stderr
    lines, summary = told(first)
    assert lines["DS-7-2020-PCM.md"]["external_id"] == "pe/DS-7-2020-PCM"
    assert lines["acta ñ.txt"]["external_id"] == "acta ñ.txt"
    assert (lines["datos.bin"]["state"], lines["datos.bin"]["code"]) == ("imported", "unknown_format")
    assert [summary[name] for name in ("files", "imported", "unchanged", "failed", "needs_review", "pages")] == [
        3,
        3,
        0,
        0,
        1,
        2,
    ]
    [found] = site.json("search", "guacamayos").only["results"]
    assert (found["external_id"], found["id"]) == ("acta ñ.txt", lines["acta ñ.txt"]["id"])

    again = site.json("import", folder, "--wait")
    assert again.status == 0
    lines, summary = told(again)
    assert (summary["imported"], summary["unchanged"]) == (0, 3)
    assert {line["state"] for line in lines.values()} == {"unchanged"}
    assert lines["datos.bin"]["code"] == "unknown_format"
    assert site.json("audit").status == 0


def test_what_cannot_be_stored_fails_alone_and_the_status_says_so(site: Site, folder: Path) -> None:
    (folder / "vacía.txt").touch()
    Path(os.fsdecode(os.fsencode(folder) + b"/a\xf1o.txt")).write_text("Año")
    with zipfile.ZipFile(folder / "lote.zip", "w") as archive:
        archive.writestr("../fuera.txt", "x")
        archive.writestr("dentro.txt", "Dentro")
    ended = site.json("import", folder)
    assert ended.status == 1
    lines, summary = told(ended)
    assert summary["failed"] == 2
    assert {failure["code"] for failure in summary["failures"]} == {"empty", "unsafe_archive"}  # type: ignore[attr-defined]
    assert all(set(failure) == {"path", "code", "detail"} for failure in summary["failures"])  # type: ignore[attr-defined]
    failed = lines["vacía.txt"]
    assert (failed["state"], failed["id"], failed["sha256"]) == ("failed", None, None)
    assert "año.txt" in {line["external_id"] for line in lines.values()}
    plain = site.run("import", folder)
    assert plain.status == 1
    assert f"failed: {folder / 'vacía.txt'}: empty: The file is empty." in plain.stdout


def test_without_a_worker_and_without_waiting_the_worker_does_the_rest_later(site: Site, folder: Path) -> None:
    assert site.json("import", folder).status == 0
    assert site.json("search", "guacamayos").only["total"] == 0
    assert site.run("work", "--until-idle").status == 0
    assert site.json("search", "guacamayos").only["total"] == 1


@pytest.mark.parametrize(
    ("arguments", "attr", "words"),
    [
        (["{folder}/nada"], "PATH", "no file or folder"),
        (["{folder}", "--access", "secreto"], "access", "not an access class"),
        (["{folder}", "--series", "NADA"], "--series", "no series"),
        (["{folder}", "--grant", "everybody"], "grants", "everybody"),
        (["{folder}", "--manifest", "{folder}/nada.csv"], "manifest", "cannot be read"),
        (["{folder}", "--map", "a=title"], "--map", "--manifest"),
        (["{folder}", "--as", "nadie"], "--as", "no active account"),
        (["{folder}", "--anonymous"], None, "archivists and editors"),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(
    site: Site, folder: Path, arguments: list[str], attr: str | None, words: str
) -> None:
    ended = site.json("import", *(argument.format(folder=folder) for argument in arguments))
    assert (ended.status, ended.stdout) == (2, "")
    assert ended.error["attr"] == attr
    assert words in ended.error["detail"]
    assert "Traceback" not in ended.stderr


def test_a_manifest_that_is_not_whole_imports_nothing(site: Site, folder: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "manifiesto.csv"
    manifest.write_text("file,date,external_id\nacta ñ.txt,2024-13-40,A\nno está.txt,,B\ndatos.bin,,A\n")
    ended = site.json("import", folder, "--manifest", manifest)
    assert (ended.status, ended.stdout) == (2, "")
    assert ended.error["code"] == "invalid_manifest"
    assert "row 1, column date" in ended.error["detail"]
    assert "row 3, column external_id" in ended.error["detail"]
    manifest.write_text("file\nno está.txt\n")
    assert "row 1, column file" in site.json("import", folder, "--manifest", manifest).error["detail"]
    assert site.json("audit").only["checked"]["records"] == 0


def test_a_rehearsal_checks_all_and_imports_nothing(site: Site, folder: Path) -> None:
    (folder / "vacía.txt").touch()
    ended = site.json("import", folder, "--dry-run")
    assert ended.status == 1
    *lines, summary = ended.lines
    assert {line["state"] for line in lines} == {"would_import", "would_fail"}
    assert summary == {"files": 4, "would_fail": 1, "dry_run": True}
    assert site.json("audit").only["checked"]["records"] == 0


def test_the_good_rows_of_a_manifest_come_in_and_the_others_are_reported(
    site: Site, folder: Path, tmp_path: Path
) -> None:
    manifest, report = tmp_path / "m.csv", tmp_path / "faltas.csv"
    manifest.write_text("file,date\nacta ñ.txt,1972~\ndatos.bin,2024-13-40\nno está.txt,\n")
    tried = site.json("import", folder, "--manifest", manifest, "--dry-run", "--report", report)
    assert tried.status == 2
    summary = tried.lines[-1]
    assert [(one["row"], one["column"]) for one in summary["faults"]] == [(2, "date"), (3, "file")]
    assert (summary["rows"], summary["files"], summary["would_fail"]) == (3, 2, 1)
    assert report.read_text(encoding="utf-8-sig").count("\n") == 3
    assert site.json("audit").only["checked"]["records"] == 0
    ended = site.json("import", folder, "--manifest", manifest, "--good-rows", "--wait")
    assert (ended.status, ended.lines[-1]["imported"], ended.lines[-1]["refused"]) == (0, 1, 2)
    assert "row 3, column file" in ended.stderr
    for wrong in (["--good-rows"], ["--report", report], ["--manifest", manifest, "--report", report]):
        assert site.json("import", folder, *wrong).status == 2


def test_of_a_manifest_without_good_rows_nothing_comes_in_and_the_status_says_so(
    site: Site, folder: Path, tmp_path: Path
) -> None:
    manifest = tmp_path / "m.csv"
    manifest.write_text("file,date,kind\nacta ñ.txt,2024-13-40,actta\nno está.txt,,\n")
    asked = ("import", folder, "--manifest", manifest, "--good-rows")
    ended = site.json(*asked)
    summary = ended.lines[-1]
    assert (ended.status, summary["files"], summary["imported"], summary["refused"]) == (2, 0, 0, 2)
    assert "row 2, column file" in ended.stderr
    assert site.run(*asked).stdout.endswith("; 2 rows refused\n")
    assert site.json("audit").only["checked"]["records"] == 0


def test_who_imports_what_it_is_and_who_may_read_it(site: Site, folder: Path, tmp_path: Path) -> None:
    site.configure(
        tmp_path,
        users=[
            {"username": "archivist", "password": "correct horse battery", "roles": ["archivist"]},
            {"username": "counsel", "password": "correct horse battery", "roles": ["reader"], "groups": ["legal"]},
        ],
        series=[{"code": "ACTAS", "title": "Actas", "access": "reserved"}],
    )
    manifest = tmp_path / "m.csv"
    manifest.write_text("archivo;external_id;title;caja\nacta ñ.txt;ACTA-1;Acta de los guacamayos;12\n")
    ended = site.json(
        "import", folder, "--manifest", manifest, "--map", "archivo=file", "--series", "ACTAS", "--grant",
        "group:legal", "--as", "archivist", "--wait",
    )  # fmt: skip
    assert ended.status == 0, ended.stderr
    lines, summary = told(ended)
    assert (summary["files"], lines["acta ñ.txt"]["external_id"]) == (1, "ACTA-1")
    assert "2 files have no row in the manifest" in ended.stderr
    for who, total in ((["--as", "counsel"], 1), (["--as", "archivist"], 1), (["--anonymous"], 0), ([], 1)):
        assert site.json("search", "guacamayos", *who).only["total"] == total
    refused = site.json("import", folder, "--as", "counsel")
    assert (refused.status, refused.error["code"]) == (2, "permission_denied")


def test_progress_and_notes_stay_out_of_standard_output(tmp_path: Path, folder: Path) -> None:
    """On a folder that is no site yet: it is migrated, and still nothing but JSON is printed."""
    ended = Site(tmp_path / "new").json("import", folder, "--wait")
    assert ended.status == 0
    assert json.loads(ended.stdout.splitlines()[-1])["imported"] == 3
    assert "Database made ready." in ended.stderr
