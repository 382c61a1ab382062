"""The tour of docs/archivist.md, step by step, so that it stays true. LEGAJO_PICTURES=FOLDER takes its pictures, of
boxes in the folder LEGAJO_PICTURED_BOXES.
"""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_archivist import letter
from tests.browser.visits import DESK, PHONE, Visit
from tests.deploy.commands.site import Site

pytestmark = pytest.mark.browser


def picture(visit: Visit, name: str) -> None:
    """Keep what is shown as a picture of the tour, where pictures are wanted."""
    if folder := os.environ.get("LEGAJO_PICTURES"):
        visit.page.screenshot(path=Path(folder) / f"archivist-{name}.png")


def paper(box: Path, number: int) -> str:
    """The name of a letter; no two boxes share one, as that would be a new version of it."""
    return f"oficio n.º {number}, {box.name.lower()}.html"


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A box as it comes: two letters that the list knows, one that it does not, and an empty file."""
    made = Path(os.environ.get("LEGAJO_PICTURED_BOXES", tmp_path)) / f"Caja {uuid.uuid4().int % 10**6}"
    made.mkdir(parents=True)
    for number in (1, 2, 3):
        (made / paper(made, number)).write_bytes(letter(f"{made.name} {number}"))
    (made / "vacío.txt").write_bytes(b"")
    return made


def listing(box: Path, kind: str) -> Path:
    list_ = box.with_suffix(".csv")
    rows = f"{paper(box, 1)};{kind};1961\n{paper(box, 2)};{kind};\n"
    list_.write_text(f"file;kind;date\n{rows}", encoding="utf-8-sig")
    return list_


def goes_through_what_lacks_a_date(visit: Visit) -> None:
    """The field is at hand, and Enter keeps the row."""
    visit.link("Por revisar").click()
    visit.main().get_by_role("link", name=re.compile("^Sin fecha")).click()
    picture(visit, "review")
    assert visit.overflow() + visit.barriers() == []
    field = visit.page.get_by_label("Fecha").first
    expect(field).to_be_focused()
    visit.page.keyboard.type("1962~")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("status")).to_contain_text("Guardado")
    expect(visit.main()).to_contain_text("No queda nada en esta lista.")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_box_of_letters_from_the_list_to_the_receipt(
    window: Callable[..., Visit], box: Path, tmp_path: Path, width: int
) -> None:
    visit = window("archivera", language="es", width=width)
    site = Site(visit.service.home)
    # 1 and 2: the list is tried out, and mended.
    tried = site.json("import", box, "--manifest", listing(box, "ofisio"), "--dry-run", "--as", "archivera")
    assert (tried.status, "oficio" in tried.lines[-1]["faults"][0]["detail"]) == (2, True)
    assert site.json("import", box, "--manifest", listing(box, "oficio"), "--dry-run", "--as", "archivera").status == 0
    # 3: it comes in as drafts, with a receipt.
    receipt = tmp_path / "recibo.json"
    come = ("--draft", "--batch", box.name, "--receipt", receipt)
    done = site.json("import", box, "--manifest", listing(box, "oficio"), *come, "--as", "archivera")
    assert (done.status, done.lines[-1]["imported"]) == (0, 2), done.stderr
    # 4: the batch and its receipt, to read and print.
    visit.go("/my-work/")
    visit.main().locator("a[href*='/batches/']", has_text=box.name).click()
    expect(visit.page.locator(".figures")).to_contain_text("No incluidos")
    picture(visit, "batch")
    assert visit.overflow() + visit.barriers() == []
    visit.link("Constancia").click()
    expect(visit.main()).to_contain_text(paper(box, 3))
    picture(visit, "receipt")
    assert visit.overflow() + visit.barriers() == []
    visit.link("Importación masiva").click()
    goes_through_what_lacks_a_date(visit)
    visit.go(f"/my-work/batches/{done.lines[-1]['batch']}/")
    # 5: published, once it was looked at.
    visit.page.get_by_role("button", name="Publicar todos sus borradores").click()
    expect(visit.page.get_by_role("status")).to_contain_text("Se publicaron 2 documentos")
    # 6: verified later.
    audited = site.json("audit", "--receipt", receipt)
    assert audited.only["checked"]["receipt_files"] == 4
    assert [found for found in audited.only["differences"] if found["kind"] == "receipt"] == []


def test_a_box_that_was_the_wrong_one_is_taken_back(window: Callable[..., Visit], box: Path) -> None:
    visit = window("archivera", language="es")
    visit.go("/upload/")
    visit.page.get_by_label("Guardar como borradores").check()
    visit.page.locator("#folder").set_input_files(box)
    expect(visit.page.locator("#summary")).to_contain_text(re.compile("^3 de 4 .* 1 fallid"), timeout=60_000)
    picture(visit, "upload")
    site = Site(visit.service.home)
    batch = site.json("import", box, "--draft", "--batch", f"{box.name} bis", "--as", "archivera").lines[-1]
    assert batch["unchanged"] + batch["imported"] == 3
    visit.go(f"/my-work/batches/{batch['batch']}/")
    if batch["imported"]:
        visit.page.get_by_text("Retirar la importación").click()
        visit.page.get_by_label("Por qué").fill("otra caja")
        visit.page.get_by_role("button", name="Retirar", exact=True).click()
        expect(visit.page.get_by_role("status")).to_contain_text("Se retiraron")
