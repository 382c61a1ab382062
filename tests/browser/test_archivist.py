"""The archivist drops files, sees each one through, and finds what she brought in."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.visits import DESK, PHONE, Visit

pytestmark = pytest.mark.browser

SEARCHABLE = 60_000
# A drop as the browser hands it over: files that lie in a DataTransfer.
DROP = """async (zone, files) => {
  const carried = new DataTransfer();
  for (const [name, type, base64] of files) {
    const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
    carried.items.add(new File([bytes], name, { type, lastModified: 1700000000000 }));
  }
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


def letter(subject: str) -> bytes:
    text = (
        f"<!doctype html><html lang='es'><title>Oficio sobre {subject}</title><body><h1>Oficio sobre {subject}</h1>"
        f"<p>Se remite la relación de expedientes del archivo central, bajo la seña {subject}.</p></body></html>"
    )
    return text.encode()


def drop(visit: Visit, files: dict[str, bytes]) -> None:
    carried = [[name, "application/octet-stream", base64.b64encode(held).decode()] for name, held in files.items()]
    visit.page.locator("#drop").evaluate(DROP, carried)


@pytest.mark.parametrize(("language", "width"), [("es", PHONE), ("en", DESK)])
def test_she_drops_files_and_sees_each_one_through(window: Callable[..., Visit], language: str, width: int) -> None:
    visit = window("archivera", language=language, width=width)
    token = f"seña{uuid.uuid4().hex[:10]}"
    good = [f"Oficio ñandú #7 «{token}».html", f"acta 50% & 'copia' {token}.html"]
    broken, empty = f"roto {token}.pdf", f"vacío {token}.txt"
    visit.go("/upload/")
    drop(
        visit,
        {
            good[0]: letter(token),
            good[1]: letter(f"{token} bis"),
            broken: b"%PDF-1.7\n" + token.encode() + b"\nno hay nada que leer",
            empty: b"",
        },
    )
    rows = {name: visit.page.locator(".file", has_text=name) for name in (*good, broken, empty)}
    expect(rows[empty]).to_have_attribute("data-state", "failed")
    expect(rows[empty].locator(".why")).to_contain_text(visit.say("El archivo está vacío", "The file is empty"))
    expect(rows[broken]).to_have_attribute("data-state", "notext", timeout=SEARCHABLE)
    expect(rows[broken].locator(".why")).to_contain_text(visit.say("dañado", "damaged"))
    for name in good:
        expect(rows[name]).to_have_attribute("data-state", "searchable", timeout=SEARCHABLE)
    expect(visit.page.locator("#summary")).to_contain_text("3")
    assert visit.overflow() + visit.barriers() == []
    visit.go("/my-work/")
    expect(visit.main()).to_contain_text(good[0])
    expect(visit.main().locator("section").first).to_contain_text(broken)
    visit.search(token)
    visit.page.locator(".result h2 a").first.click()
    visit.page.wait_for_url("**/records/**")
    expect(visit.page.locator("h1")).to_contain_text(token)
    expect(visit.page.locator(".sheet mark").first).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_folder_again_changes_nothing(window: Callable[..., Visit], tmp_path: Path, width: int) -> None:
    visit = window("archivera", width=width)
    token = f"caja{uuid.uuid4().hex[:10]}"
    box = tmp_path / f"Caja n.º 3 {token}"
    (box / "año 1998").mkdir(parents=True)
    for name in ("oficio.html", "año 1998/oficio.html"):
        (box / name).write_bytes(letter(f"{token} {name}"))
    for state in ("searchable", "unchanged"):
        visit.go("/upload/")
        visit.page.locator("#folder").set_input_files(box)
        rows = visit.page.locator(".file")
        expect(rows).to_have_count(2)
        for row in (rows.first, rows.last):
            expect(row).to_have_attribute("data-state", state, timeout=SEARCHABLE)


def test_a_broken_line_is_said_and_the_file_goes_on_by_itself(window: Callable[..., Visit]) -> None:
    visit = window("archivera")
    token = f"folio{uuid.uuid4().hex[:10]}"
    visit.go("/upload/")
    visit.page.route("**/uploads/", lambda route: route.abort(), times=4)
    visit.page.locator("#files").set_input_files(
        [{"name": f"{token}.html", "mimeType": "text/html", "buffer": letter(token)}]
    )
    row = visit.page.locator(".file")
    expect(row.locator(".state")).to_contain_text("se cortó la conexión", timeout=SEARCHABLE)
    expect(row).to_have_attribute("data-state", "searchable", timeout=SEARCHABLE)
    forget_the_cut(visit)


def test_a_folder_of_two_hundred_arrives_once_over_a_reload_and_a_cut_line(
    window: Callable[..., Visit], tmp_path: Path
) -> None:
    visit = window("archivera")
    token = f"fondo{uuid.uuid4().hex[:10]}"
    box = tmp_path / f"Caja {token}"
    box.mkdir()
    for number in range(200):
        (box / f"oficio n.º {number:03}.html").write_bytes(letter(f"{token} {number}"))
    visit.page.on("dialog", lambda dialog: dialog.accept())
    visit.go("/upload/")
    visit.page.locator("#folder").set_input_files(box)
    expect(visit.page.locator("#summary")).to_contain_text(re.compile(r"^[4-9]\d de 200"), timeout=SEARCHABLE)
    visit.go("/upload/")
    visit.page.locator("#folder").set_input_files(box)
    expect(visit.page.locator("#summary")).to_contain_text(re.compile(r"^1\d\d de 200"), timeout=SEARCHABLE)
    visit.context.set_offline(True)
    visit.page.wait_for_timeout(20_000)
    visit.context.set_offline(False)
    all_there = re.compile(r"^200 de 200 guardados, 200 .*, 0 ")
    expect(visit.page.locator("#summary")).to_contain_text(all_there, timeout=4 * SEARCHABLE)
    told = visit.page.evaluate("(word) => fetch(`/api/v1/search?q=${word}&size=1`).then((one) => one.json())", token)
    assert told["total"] == 200
    forget_the_cut(visit)


def test_a_member_is_offered_no_way_in(window: Callable[..., Visit]) -> None:
    visit = window("titular")
    visit.go("/")
    assert visit.page.locator("a[href='/upload/']").count() == 0
    assert visit.go("/upload/") == 403
    assert visit.page.locator("#drop").count() == 0


def forget_the_cut(visit: Visit) -> None:
    """Leave out what the browser itself notes of requests that found no line."""
    cut = ("ERR_FAILED", "ERR_INTERNET_DISCONNECTED", "ERR_NETWORK")
    visit.trouble = [line for line in visit.trouble if not any(code in line for code in cut)]


def test_she_corrects_a_description_and_opens_the_record_to_a_person(window: Callable[..., Visit]) -> None:
    visit = window("archivera")
    token = f"legajillo{uuid.uuid4().hex[:8]}"
    visit.go("/upload/")
    visit.page.locator("#files").set_input_files(
        [{"name": f"{token}.html", "mimeType": "text/html", "buffer": letter(token)}]
    )
    row = visit.page.locator(".file")
    expect(row).to_have_attribute("data-state", "searchable", timeout=SEARCHABLE)
    row.get_by_role("link").click()
    visit.link("Corregir la descripción").click()
    visit.page.get_by_label("Título", exact=True).fill(f"Relación corregida {token}")
    visit.page.get_by_role("button", name="Guardar").click()
    expect(visit.page.locator("h1")).to_have_text(f"Relación corregida {token}")
    visit.page.get_by_text("Dar acceso").first.click()
    visit.page.locator("#reader_name").fill("observador")
    visit.page.get_by_role("button", name="Dar acceso").click()
    expect(visit.page.get_by_role("status")).to_contain_text("El acceso está dado")
    expect(visit.page.locator(".side")).to_contain_text("observador")
    visit.link("Su historial").click()
    expect(visit.main()).to_contain_text("Acceso dado")
