"""A watched folder, as a scanner or a colleague fills it: what came to rest comes in once and is set aside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from deploy.env import PROJECT
from tests.deploy.commands.site import Site
from tests.deploy.test_children import until

pytestmark = pytest.mark.slow


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path / "home")
    site.configure(tmp_path, users=[{"username": "archivist", "roles": ["archivist"]}], series=[])
    return site


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "buzón"
    folder.mkdir()
    return folder


def paper(path: Path, text: str = "Oficio del faro") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{text}, con ñ.\n", encoding="utf-8")
    return path


def below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_is_put_in_comes_in_once_and_is_set_aside(site: Site, drop: Path) -> None:
    paper(drop / "caja 1" / "oficio n.º 1.txt")
    paper(drop / "oficio n.º 2.txt", "Oficio del puerto")
    paper(drop / "llega aún.txt.part")
    (drop / "vacío.txt").write_bytes(b"")
    (drop / "enlace.txt").symlink_to("/etc/hostname")
    with zipfile.ZipFile(drop / "caja 3.zip", "w") as archive:
        archive.writestr("dentro.txt", "Oficio dentro de un archivo comprimido")
    first = site.json("watch", drop, "--once", "--settle", "0.2", "--as", "archivist")
    assert first.status == 1
    assert {line["state"] for line in first.lines} == {"imported", "failed"}
    day = next(iter((drop / "imported").iterdir())).name
    assert below(drop) - {".legajo-watch.lock"} == {
        "llega aún.txt.part",
        f"imported/{day}/caja 1/oficio n.º 1.txt",
        f"imported/{day}/oficio n.º 2.txt",
        f"imported/{day}/caja 3.zip",
        "failed/vacío.txt",
        "failed/vacío.txt.txt",
        "failed/enlace.txt",
        "failed/enlace.txt.txt",
    }
    assert not (drop / "caja 1").exists()
    assert "empty" in (drop / "failed" / "vacío.txt.txt").read_text(encoding="utf-8")
    # The same again, as after a kill between the import and the move, changes nothing; other bytes are a new version.
    paper(drop / "oficio n.º 2.txt", "Oficio del puerto")
    again = site.json("watch", drop, "--once", "--settle", "0.2", "--as", "archivist")
    assert (again.status, [line["state"] for line in again.lines]) == (0, ["unchanged"])
    assert f"imported/{day}/oficio n.º 2 (2).txt" in below(drop)
    paper(drop / "oficio n.º 2.txt", "Oficio del puerto, corregido")
    assert site.json("watch", drop, "--once", "--settle", "0.2", "--as", "archivist").status == 0
    assert site.run("work", "--until-idle").status == 0
    audited = site.json("audit").only
    assert (audited["differences"], audited["checked"]["records"], audited["checked"]["versions"]) == ([], 3, 4)


def test_a_file_that_is_still_being_written_is_waited_for(site: Site, drop: Path) -> None:
    command = [sys.executable, str(PROJECT / "manage.py"), "watch", str(drop), "--settle", "1.5", "--as", "archivist"]
    watching = subprocess.Popen(command, cwd=PROJECT, env=site.environ, stderr=subprocess.DEVNULL)
    try:
        assert until(lambda: (drop / ".legajo-watch.lock").exists(), seconds=60)
        slow = drop / "acta.txt"
        for number in range(8):
            with slow.open("a", encoding="utf-8") as file:
                file.write(f"Línea {number} del acta del faro\n")
            # Copying programs keep the time of the original: only what does not change is at rest.
            os.utime(slow, (1_000_000, 1_000_000))
            assert slow.exists()
            time.sleep(0.4)
        assert until(lambda: not slow.exists(), seconds=60)
        second = site.run("watch", drop, "--once")
        assert (second.status, "Another program" in second.stderr) == (2, True)
    finally:
        watching.send_signal(signal.SIGTERM)
        assert watching.wait(timeout=30) == 0
    [kept] = (drop / "imported").rglob("*.txt")
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 8
    assert site.run("work", "--until-idle").status == 0
    assert site.json("search", "faro", "--as", "archivist").only["total"] == 1


def test_wrong_usage_is_one_sentence(site: Site, drop: Path) -> None:
    for words in ((drop / "nada",), (drop, "--series", "NINGUNA"), (drop, "--access", "secreto")):
        refused = site.run("watch", *words, "--once", "--as", "archivist")
        assert (refused.status, len(refused.stderr.strip().splitlines())) == (2, 1), refused.stderr
