"""Batches as an archivist works them: a receipt that adds up, one that goes on, one held, one taken back."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.commands.site import Site

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "caja 12"
    made.mkdir()
    for number in range(1, 6):
        (made / f"oficio {number} ñ.txt").write_text(f"Oficio {number} sobre el puesto de control.", encoding="utf-8")
    (made / "vacío.txt").write_bytes(b"")
    return made


def receipt_of(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_a_receipt_accounts_for_every_file_and_is_verified_later(site: Site, folder: Path, tmp_path: Path) -> None:
    manifest, receipt = tmp_path / "lista.csv", tmp_path / "recibo.json"
    manifest.write_text("file\noficio 1 ñ.txt\noficio 2 ñ.txt\nvacío.txt\n", encoding="utf-8")
    done = site.json("import", folder, "--manifest", manifest, "--receipt", receipt, "--wait")
    assert done.status == 1, done.stderr
    told = receipt_of(receipt)
    files = {Path(file["path"]).name: file for file in told["files"]}
    assert sorted(files) == sorted(path.name for path in folder.iterdir())
    for name, file in files.items():
        content = (folder / name).read_bytes()
        assert (file["size"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert {name: files[name]["outcome"] for name in ("oficio 1 ñ.txt", "oficio 3 ñ.txt", "vacío.txt")} == {
        "oficio 1 ñ.txt": "imported",
        "oficio 3 ñ.txt": "left_out",
        "vacío.txt": "failed",
    }
    sums = {name: told["totals"][name] for name in ("files", "imported", "unchanged", "failed", "left_out")}
    assert sums == {"files": 6, "imported": 2, "unchanged": 0, "failed": 1, "left_out": 3}
    assert told["totals"]["bytes"] == sum(path.stat().st_size for path in folder.iterdir())
    audited = site.json("audit", "--receipt", receipt)
    assert (audited.status, audited.only["checked"]["receipt_files"]) == (0, 6)


def test_a_receipt_that_was_altered_or_does_not_hold_is_told(site: Site, folder: Path, tmp_path: Path) -> None:
    receipt = tmp_path / "recibo.json"
    site.json("import", folder, "--receipt", receipt, "--wait")
    told = receipt_of(receipt)
    told["files"][0]["sha256"] = "0" * 64
    receipt.write_text(json.dumps(told), encoding="utf-8")
    altered = site.json("audit", "--receipt", receipt)
    assert altered.status == 1
    kinds = {found["kind"] for found in altered.only["differences"]}
    assert kinds == {"receipt"}
    receipt.write_text("{}", encoding="utf-8")
    assert (site.json("audit", "--receipt", receipt).status, site.json("audit", "--receipt", folder).status) == (2, 2)


def test_drafts_are_taken_back_whole_and_what_was_published_stays(site: Site, folder: Path, tmp_path: Path) -> None:
    receipt = tmp_path / "recibo.json"
    batch = site.json("import", folder, "--draft", "--receipt", receipt, "--wait").lines[-1]["batch"]
    assert len(site.json("search", "puesto de control").only["results"]) == 5
    back = site.json("batch", batch, "take-back", "--reason", "caja equivocada")
    assert (back.status, back.only) == (0, {"removed": 5, "kept": []})
    again = site.json("batch", batch, "take-back")
    assert (again.status, again.only["removed"]) == (0, 0)
    assert site.json("batch", batch).only["state"] == "taken_back"
    assert site.json("tick").status == 0
    audited = site.json("audit", "--receipt", receipt)
    gone = [found for found in audited.only["differences"] if "taken back" in found["detail"]]
    assert len(gone) == 5 == len(audited.only["differences"])
    # The same files may come again, and then for good.
    further = site.json("import", folder, "--draft", "--wait").lines[-1]
    assert (further["imported"], further["failed"]) == (5, 1)
    assert site.json("batch", further["batch"], "publish").only == {"published": 5, "refused": 0}
    stays = site.json("batch", further["batch"], "take-back")
    assert (stays.status, {one["code"] for one in stays.only["kept"]}) == (1, {"published"})
    assert len(site.json("search", "puesto de control").only["results"]) == 5


def test_a_batch_of_a_name_that_was_paused_is_gone_on_with(site: Site, folder: Path) -> None:
    first = site.json("import", folder, "--batch", "Caja 12").lines[-1]
    assert site.json("batch", first["batch"]).only["state"] == "with_failures"
    assert site.json("batch", first["batch"], "pause").status == 2
    second = site.json("import", folder, "--batch", "Caja 12").lines[-1]
    assert second["batch"] != first["batch"]
    assert [one["name"] for one in site.json("batch").lines] == ["Caja 12", "Caja 12"]
    assert site.json("batch", "0" * 32).status == 2
