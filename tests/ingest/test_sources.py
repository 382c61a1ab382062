"""What an import is given: every file has its name and its end, however it is called and whatever it is."""

from __future__ import annotations

import io
import os
import resource
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ingest.bulk import BulkImport, Line
from ingest.sources import gathered
from records.errors import InvalidValue
from records.models import Capture, Record, Version
from records.persons import Person, person_for
from records.stores import documents

pytestmark = pytest.mark.django_db


def run_import(by: Person, *paths: Path, **options: Any) -> tuple[dict[str, Line], dict[str, Any]]:
    """Import without waiting; return the lines by external id (or path, for failures) and the summary."""
    bulk = BulkImport(by=by, **options)
    with gathered([str(path) for path in paths]) as files:
        lines = list(bulk.run(files))
    return {line.external_id or line.path: line for line in lines}, bulk.finish()


def codes(lines: dict[str, Line]) -> dict[str, str | None]:
    return {name: line.code for name, line in lines.items() if line.state == "failed"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "actas"
    made.mkdir()
    return made


ODD_NAMES = [
    "Sesión de la ñusta.txt",
    "1993-Ord-#57-93-[Manufactured Homes.txt",
    "acta+%20 'x' \"y\" & <b>.txt",
    ("á" * 104) + ".txt",
    "línea\nnueva.txt",
    "-rf.txt",
    ".oculta.txt",
    "= cmd | calc.txt",
]


def test_odd_names_are_kept_as_they_are(operator_person: Person, folder: Path) -> None:
    for number, name in enumerate(ODD_NAMES):
        (folder / name).write_text(f"Acta {number}")
    lines, summary = run_import(operator_person, folder)
    assert summary["imported"] == len(ODD_NAMES)
    assert set(lines) == set(ODD_NAMES)
    assert set(Record.objects.values_list("external_id", flat=True)) == set(ODD_NAMES)
    assert set(Capture.objects.values_list("name", flat=True)) == set(ODD_NAMES)
    assert len(os.fsencode(ODD_NAMES[3])) == 212


def test_a_name_that_is_no_utf_8_is_read_as_windows_wrote_it(operator_person: Person, folder: Path) -> None:
    raw = os.fsencode(folder) + b"/sesi\xf3n a\xf1o 2001.txt"
    Path(os.fsdecode(raw)).write_text("Acta de 2001")
    lines, summary = run_import(operator_person, folder)
    assert set(lines) == {"sesión año 2001.txt"}
    assert os.fsencode(lines["sesión año 2001.txt"].path) == raw
    assert (summary["imported"], run_import(operator_person, folder)[1]["unchanged"]) == (1, 1)


def test_what_cannot_be_taken_in_is_named_and_the_rest_goes_on(
    operator_person: Person, folder: Path, settings: Any
) -> None:
    settings.LEGAJO_MAX_FILE_BYTES = 1000
    (folder / "buena.txt").write_text("Acta")
    (folder / "vacía.txt").touch()
    (folder / "enorme.txt").write_bytes(b"x" * 1001)
    (folder / "enlace.txt").symlink_to(folder / "buena.txt")
    (folder / "carpeta").symlink_to(folder.parent)
    os.mkfifo(folder / "tubo.txt")
    (folder / "roto.zip").write_bytes(b"PK no es")
    (folder / "Thumbs.db").write_bytes(b"of Windows")
    lines, summary = run_import(operator_person, folder)
    assert codes(lines) == {
        "vacía.txt": "empty",
        "enorme.txt": "too_large",
        "enlace.txt": "link",
        "carpeta": "link",
        "tubo.txt": "not_a_file",
        "roto.zip": "damaged",
    }
    assert (summary["imported"], summary["failed"], summary["files"]) == (1, 6, 7)
    assert {failure["code"] for failure in summary["failures"]} == set(codes(lines).values())
    assert all(failure["detail"] for failure in summary["failures"])


def test_a_file_that_vanishes_after_it_was_listed(operator_person: Person, folder: Path) -> None:
    for name in ("queda.txt", "se va.txt"):
        (folder / name).write_text(name)
    bulk = BulkImport(by=operator_person)
    with gathered([str(folder)]) as files:
        (folder / "se va.txt").unlink()
        lines = {line.external_id: line for line in bulk.run(files)}
    assert codes(lines) == {"se va.txt": "unreadable_source"}
    assert lines["queda.txt"].state == "imported"


def test_what_there_is_not_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="There is no file or folder"), gathered([str(tmp_path / "nada")]):
        pass


def test_a_path_given_twice_is_taken_once(operator_person: Person, folder: Path) -> None:
    (folder / "acta.txt").write_text("Acta")
    summary = run_import(operator_person, folder, folder)[1]
    assert (summary["files"], summary["imported"]) == (1, 1)


def test_two_files_of_one_external_id_are_not_made_versions_of_each_other(
    operator_person: Person, tmp_path: Path
) -> None:
    for year in ("2019", "2020"):
        (tmp_path / year).mkdir()
        (tmp_path / year / "acta.txt").write_text(f"Acta de {year}")
    given = [tmp_path / "2019", tmp_path / "2020"]
    for state in ("imported", "unchanged"):
        lines, summary = run_import(operator_person, *given)
        assert (summary[state], summary["failed"]) == (1, 1)
        assert codes(lines) == {"acta.txt": "duplicate_name"} or lines["acta.txt"].code is None
        assert summary["failures"][0]["code"] == "duplicate_name"
        assert str(tmp_path / "2019") in summary["failures"][0]["detail"]
    assert Version.objects.count() == 1


def test_front_matter_names_a_file_without_its_ending(operator_person: Person, folder: Path) -> None:
    head = "---\ntitle: Norma\nidentifier: DS-067-2011-PCM\n---\n"
    (folder / "pe").mkdir()
    (folder / "pe/DS-067-2011-PCM.md").write_text(head + "Texto")
    (folder / "pe/LEY-1.txt").write_text("\ufeff" + head)
    (folder / "pe/notas.md").write_text("# Notas")
    (folder / "pe/LEY-2.pdf").write_text(head)
    (folder / "pe/notas").write_text("otra cosa")
    lines, _ = run_import(operator_person, folder)
    assert set(lines) == {"pe/DS-067-2011-PCM", "pe/LEY-1", "pe/notas.md", "pe/LEY-2.pdf", "pe/notas"}
    (folder / "pe/LEY-1.md").write_text(head + "otra")
    assert codes(run_import(operator_person, folder)[0]) == {"pe/LEY-1.txt": "duplicate_name"}


def zipped(path: Path, members: Sequence[tuple[str | zipfile.ZipInfo, bytes]]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)


def test_members_of_an_archive_come_in_and_its_dangers_do_not(operator_person: Person, folder: Path) -> None:
    link = zipfile.ZipInfo("enlace.txt")
    link.external_attr = 0o120777 << 16
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x.txt", "x")
    zipped(
        folder / "lote.zip",
        [
            ("2020/acta ñ.txt", b"Acta 1"),
            ("../fuera.txt", b"fuera"),
            ("/etc/passwd", b"raiz"),
            (link, b"/etc/passwd"),
            ("dentro.zip", inner.getvalue()),
            ("vacío.txt", b""),
            ("__MACOSX/._acta", b"x"),
        ],
    )
    lines, summary = run_import(operator_person, folder)
    assert [name for name, line in lines.items() if line.state == "imported"] == ["lote/2020/acta ñ.txt"]
    assert codes(lines) == {
        "lote/../fuera.txt": "unsafe_archive",
        "lote/etc/passwd": "unsafe_archive",
        "lote/enlace.txt": "unsafe_archive",
        "lote/dentro.zip": "nested_archive",
        "lote/vacío.txt": "empty",
    }
    assert lines["lote/2020/acta ñ.txt"].path == f"{folder / 'lote.zip'}!2020/acta ñ.txt"
    assert not (folder.parent / "fuera.txt").exists()
    assert summary["files"] == 6


def test_a_bomb_refuses_its_archive_alone(operator_person: Person, folder: Path) -> None:
    zipped(folder / "bomba.zip", [("a.txt", bytes(40 * 1024**2))])
    (folder / "acta.txt").write_text("Acta")
    lines, _ = run_import(operator_person, folder)
    assert codes(lines) == {"bomba.zip": "unsafe_archive"}
    assert lines["acta.txt"].state == "imported"


def test_a_changed_file_is_a_new_version_and_the_same_bytes_are_stored_once(
    operator_person: Person, folder: Path
) -> None:
    (folder / "acta.txt").write_text("Primera")
    (folder / "copia.txt").write_text("Primera")
    run_import(operator_person, folder)
    assert len(list(documents().list("blobs/"))) == 1
    (folder / "acta.txt").write_text("Segunda")
    lines, summary = run_import(operator_person, folder)
    assert {name: line.state for name, line in lines.items()} == {"acta.txt": "imported", "copia.txt": "unchanged"}
    record = Record.objects.get(external_id="acta.txt")
    assert [version.number for version in record.versions.order_by("number")] == [1, 2]
    assert (summary["imported"], summary["unchanged"]) == (1, 1)


def test_names_are_ones_own_and_what_one_may_not_see_is_not_there(
    operator_person: Person, people: dict[str, Any], folder: Path
) -> None:
    (folder / "acta.txt").write_text("Reservada")
    run_import(operator_person, folder, defaults={"access": "reserved"})
    secretary = person_for(people["secretary"], origin="test")
    lines, summary = run_import(secretary, folder)
    assert (summary["imported"], lines["acta.txt"].state) == (1, "imported")
    assert run_import(secretary, folder)[1]["unchanged"] == 1
    assert run_import(operator_person, folder)[1]["unchanged"] == 1
    assert Record.objects.filter(external_id="acta.txt").count() == 2


def test_a_folder_that_cannot_be_listed_is_told(operator_person: Person, folder: Path) -> None:
    (folder / "acta.txt").write_text("Acta")
    here = os.open(folder, os.O_RDONLY)
    # Folders in folders, until no call takes their path.
    for _ in range(22):
        os.mkdir("c" * 200, dir_fd=here)
        below = os.open("c" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    lines, summary = run_import(operator_person, folder)
    assert (summary["imported"], summary["failed"]) == (1, 1)
    assert set(codes(lines).values()) == {"unreadable_source"}
    shutil.rmtree(folder)


def test_more_archives_than_a_process_may_open(operator_person: Person, folder: Path) -> None:
    for number in range(80):
        zipped(folder / f"{number:03}.zip", [(f"acta {part}.txt", f"{number} {part}".encode()) for part in range(2)])
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(list(Path("/proc/self/fd").iterdir())) + 50, hard))
    try:
        summary = run_import(operator_person, folder)[1]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert (summary["imported"], summary["failed"]) == (160, 0)
