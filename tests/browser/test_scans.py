"""What stands only in a scan or in an attached file is found, opened at its page, and said to be what it is."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from email.message import EmailMessage
from io import BytesIO

import pytest
from playwright.sync_api import expect
from reportlab.pdfgen.canvas import Canvas

from tests.browser.test_archivist import SEARCHABLE
from tests.browser.visits import DESK, PHONE, Visit
from tests.ingest.recognition.paper import pdf_of, stamped, typed

pytestmark = pytest.mark.browser

UPSIDE_DOWN = 180
TYPE = "application/octet-stream"
REPORT = "Informe n.º 44 año 2001.pdf"
DECREE = (
    "DECRETO SUPREMO Nº 031-1987-TC",
    "APRUEBAN EL REGLAMENTO DE MUELLES FLUVIALES",
    "CONSIDERANDO:",
    "Que, la navegación por el río requiere normas sobre el amarre de chalanas",
    "y sobre la inspección de los cargamentos que llegan a los muelles;",
    "DECRETA:",
    "Artículo 1.- Apruébase el reglamento, que consta de doce artículos.",
)
ANNEX = (
    "DISPOSICIÓN TRANSITORIA",
    "Los propietarios de las balandras presentarán su declaración jurada",
    "ante la capitanía dentro de los sesenta días de publicado el decreto.",
)


def bring(visit: Visit, name: str, held: bytes) -> None:
    """Upload a file, wait until it can be searched, and open its record."""
    visit.go("/upload/")
    visit.page.locator("#files").set_input_files([{"name": name, "mimeType": TYPE, "buffer": held}])
    row = visit.page.locator(".file")
    expect(row).to_have_attribute("data-state", "searchable", timeout=SEARCHABLE)
    row.get_by_role("link").click()
    visit.page.wait_for_url("**/records/**")


def scan(token: str) -> bytes:
    first = stamped(typed((*DECREE, f"Registro de mesa de partes: {token}")), (200, 60, 60))
    return pdf_of(first, typed(ANNEX).rotate(UPSIDE_DOWN).convert("RGB"))


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width"), [("es", PHONE), ("en", DESK)])
def test_a_scanned_decree_is_found_and_says_how_it_was_read(
    window: Callable[..., Visit], language: str, width: int
) -> None:
    visit = window("archivera", language=language, width=width)
    bring(visit, f"Decreto año 1987 {uuid.uuid4().hex[:8]}.pdf", scan("cuaderno"))
    path = visit.page.url.removeprefix(visit.service.url)
    visit.go(f"{path}?q=balandras&page=2#p2")
    turned = visit.page.locator("#p2 .how")
    expect(turned).to_contain_text(visit.say("confianza", "confidence"))
    turned.locator("summary").click()
    expect(turned).to_contain_text("180°")
    expect(visit.page.locator("#p2 mark").first).to_be_visible()
    stamp = visit.page.locator("#p1 .how")
    stamp.locator("summary").click()
    expect(stamp).to_contain_text(visit.say("imagen sin texto", "picture without text"))
    expect(stamp).to_contain_text(visit.say("sello de color", "coloured stamp"))
    assert visit.overflow() + visit.barriers() == []
    with visit.page.expect_download() as begun:
        visit.link(visit.say("Descargar con texto para buscar", "Download with searchable text")).click()
    assert begun.value.path().read_bytes().startswith(b"%PDF")
    visit.search("balandras capitanía")
    hit = visit.page.locator(f".result a[href*='{path.split('/')[2]}'][href*='#']").first
    expect(hit).to_contain_text("2")
    hit.click()
    expect(visit.page.locator("#p2 mark").first).to_be_in_viewport()


def letter_with_report(token: str) -> bytes:
    report = BytesIO()
    canvas = Canvas(report, invariant=1)
    canvas.drawString(72, 700, "Informe de la secretaría técnica sobre el dragado.")
    canvas.showPage()
    canvas.drawString(72, 700, f"La comisión recomienda adquirir una draga {token}.")
    canvas.save()
    mail = EmailMessage()
    mail["From"], mail["To"] = "Ana Ñahui <ana@puertos.example>", "mesa@comision.example"
    mail["Subject"] = f"Remite informe de dragado {token[:6]}"
    mail.set_content("Artículo 1.- Se adjunta el informe.\n\nArtículo 2.- Se espera respuesta.\n")
    mail.add_attachment(report.getvalue(), maintype="application", subtype="pdf", filename=REPORT)
    mail.add_attachment(b"%PDF-1.7 roto", maintype="application", subtype="pdf", filename="roto.pdf")
    return mail.as_bytes()


@pytest.mark.parametrize(("language", "width"), [("es", PHONE), ("en", DESK)])
def test_what_an_attached_file_says_is_found_at_its_page(
    window: Callable[..., Visit], language: str, width: int
) -> None:
    visit = window("archivera", language=language, width=width)
    token = f"draga{uuid.uuid4().hex[:10]}"
    bring(visit, f"Correo {token}.eml", letter_with_report(token))
    expect(visit.page.locator("h1")).to_have_text(f"Remite informe de dragado {token[:6]}")
    expect(visit.page.locator("#inside")).to_contain_text(REPORT)
    expect(visit.page.locator("#about")).to_contain_text(visit.say("«roto.pdf»", "“roto.pdf”"))
    expect(visit.page.locator("#about")).to_contain_text(visit.say("está dañado", "is damaged"))
    visit.search(token)
    # Not the last article of the letter: the page of the attached file.
    hit = visit.page.locator(".result a[href*='#p3']")
    expect(hit).to_contain_text(visit.say("Página 3", "Page 3"))
    hit.click()
    expect(visit.page.locator("#p3 mark").first).to_be_in_viewport()
    expect(visit.page.locator("#p3 .page-no")).to_contain_text(REPORT)
    assert visit.overflow() + visit.barriers() == []
    stranger = window("", language=language)
    stranger.go("/")
    stranger.search(token)
    expect(stranger.main()).not_to_contain_text("Informe n.º 44")
    assert stranger.page.locator(".result").count() == 0
