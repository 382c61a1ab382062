"""The program for another machine: all arrives once, whatever becomes of the line, with a manifest and a receipt."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.env import PROJECT
from tests.browser.service import Service
from tests.deploy.commands.site import Site
from tests.drills.tcp_proxy import GONE, PASSES, TcpProxy, tcp_proxy

pytestmark = pytest.mark.slow
PROGRAM = PROJECT / "records" / "static" / "legajo" / "legajo-send.py"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("sending")
    site = Site(folder / "home")
    site.configure(
        folder,
        users=[{"username": "archivist", "roles": ["archivist"]}, {"username": "member", "roles": []}],
        series=[{"code": "ACTAS", "title": "Actas"}],
    )
    running = Service(site.home)
    yield running
    running.end()


def environ_of(service: Service, person: str) -> dict[str, str]:
    token = Site(service.home).json("token", person).only["token"]
    return {**os.environ, "LEGAJO_TOKEN": token}


def box(folder: Path, files: int, name: str) -> Path:
    for number in range(files):
        place = folder / f"caja {number % 3}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"acta n.º {number}.txt").write_text(f"Acta {number} de {name}, con ñ.\n" * 30, encoding="utf-8")
    return folder


def send(service: Service, url: str, *words: object, person: str = "archivist") -> subprocess.CompletedProcess[str]:
    # With the isolated flag it sees nothing of this project: it is carried to other machines.
    command = [sys.executable, "-I", str(PROGRAM), url, *map(str, words), "--json"]
    return subprocess.run(
        command, env=environ_of(service, person), capture_output=True, text=True, check=False, timeout=240
    )


def counts(told: subprocess.CompletedProcess[str]) -> dict[str, int]:
    assert told.stdout, told.stderr
    last: dict[str, int] = json.loads(told.stdout.splitlines()[-1])
    return last


def test_a_folder_arrives_once_with_what_the_manifest_says(service: Service, tmp_path: Path) -> None:
    folder = box(tmp_path / "box", 9, "la mesa")
    rows = "\n".join(f"caja {n % 3}/acta n.º {n}.txt;Acta {n} de la mesa;199{n};Estante {n}" for n in range(9))
    manifest = tmp_path / "lista.csv"
    manifest.write_text(f"archivo;asunto;date;estante\n{rows}\n", encoding="utf-8-sig")
    words = (folder, "--manifest", manifest, "--map", "asunto=title", "--series", "ACTAS", "--receipt", tmp_path)
    done = send(service, service.url, *words)
    assert (done.returncode, counts(done)) == (0, {"files": 9, "imported": 9, "unchanged": 0, "failed": 0}), done.stderr
    again = send(service, service.url, *words)
    assert (again.returncode, counts(again)["unchanged"]) == (0, 9)
    service.wait_until_settled()
    site = Site(service.home)
    (receipt,) = tmp_path.glob("receipt-*.json")
    audited = site.json("audit", "--receipt", receipt).only
    assert (audited["ok"], audited["checked"]["receipt_files"]) == (True, 9), audited["differences"]
    [found] = site.json("search", "Acta 7 de la mesa").only["results"][:1]
    assert found["external_id"] == "caja 1/acta n.º 7.txt"
    with sqlite3.connect(site.home / "legajo.sqlite3") as rows:
        said = rows.execute("SELECT title, metadata FROM records_record WHERE id = ?", [found["id"].replace("-", "")])
        ((title, metadata),) = said.fetchall()
    assert (title, json.loads(metadata)) == ("Acta 7 de la mesa", {"estante": "Estante 7"})


def test_a_cut_line_is_waited_for_and_a_killed_program_goes_on(service: Service, tmp_path: Path) -> None:
    folder = box(tmp_path / "box", 60, "el faro")
    with tcp_proxy("127.0.0.1", int(service.url.rpartition(":")[2])) as line:
        url = f"http://127.0.0.1:{line.port}"
        command = [sys.executable, "-I", str(PROGRAM), url, str(folder), "--json"]
        running = subprocess.Popen(command, env=environ_of(service, "archivist"), stdout=subprocess.DEVNULL)
        time.sleep(1.0)
        running.kill()
        running.communicate()
        waiting = subprocess.Popen(command, env=environ_of(service, "archivist"), stdout=subprocess.PIPE, text=True)
        _cut(line, seconds=3.0)
        told, _ = waiting.communicate(timeout=200)
    last = json.loads(told.splitlines()[-1])
    assert (waiting.returncode, last["failed"], last["imported"] + last["unchanged"]) == (0, 0, 60)
    service.wait_until_settled()
    audited = Site(service.home).json("audit").only
    assert audited["ok"], audited["differences"]
    assert service.search("faro")["total"] == 0
    assert Site(service.home).json("search", "faro").only["total"] == 60


def _cut(line: TcpProxy, *, seconds: float) -> None:
    time.sleep(0.6)
    line.line = GONE
    line.reset()
    time.sleep(seconds)
    line.line = PASSES


def test_who_may_not_and_what_cannot_is_said(service: Service, tmp_path: Path) -> None:
    folder = box(tmp_path / "box", 2, "nadie")
    refused = send(service, service.url, folder, person="member")
    assert (refused.returncode, "permission_denied" in refused.stderr) == (2, True), refused.stderr
    (folder / "vacía.txt").write_bytes(b"")
    some = send(service, service.url, folder)
    assert (some.returncode, counts(some)) == (1, {"files": 3, "imported": 2, "unchanged": 0, "failed": 1})
    manifest = tmp_path / "lista.csv"
    manifest.write_text("file,title\nno está.txt,Nada\n")
    none = send(service, service.url, folder, "--manifest", manifest)
    assert (none.returncode, "row 1" in none.stderr) == (1, True)
