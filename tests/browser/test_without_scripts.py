"""Where scripts are off, or not loaded yet, the pages still work; and what is printed is the document."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.places import DECREE, record
from tests.browser.visits import PHONE, Visit

pytestmark = pytest.mark.browser


def test_searching_and_reading(window: Callable[..., Visit]) -> None:
    visit = window(scripts=False, width=PHONE)
    visit.go("/")
    visit.search("comision")
    visit.page.locator(".facet a", has_text="Decreto").click()
    visit.page.wait_for_url("**kind=decreto_supremo**")
    visit.page.locator(".result h2 a").first.click()
    visit.page.wait_for_url("**/records/**")
    visit.page.locator(".toc a").nth(2).click()
    expect(visit.page.locator("h1")).to_contain_text("crea la Comisión")
    visit.page.locator(".languages button[value=en]").click()
    expect(visit.page.locator("html")).to_have_attribute("lang", "en")


def test_uploading_one_file(window: Callable[..., Visit]) -> None:
    visit = window("archivera", scripts=False)
    token = f"papel{uuid.uuid4().hex[:10]}"
    visit.go("/upload/")
    expect(visit.page.locator("#drop")).to_be_hidden()
    form = visit.page.locator("#upload")
    text = f"<title>{token} ñandú</title><p>Un papel llamado {token}.</p>".encode()
    form.locator("#plain input[type=file]").set_input_files(
        {"name": f"{token} 'ñ' #1.html", "mimeType": "text/html", "buffer": text}
    )
    form.locator("button[type=submit]").click()
    visit.page.wait_for_url("**/records/**")
    expect(visit.page.get_by_role("status")).to_contain_text("guardado")
    visit.go("/my-work/")
    expect(visit.main()).to_contain_text(f"{token} 'ñ' #1.html")


def test_an_empty_file_is_refused_at_its_field(window: Callable[..., Visit]) -> None:
    visit = window("archivera", scripts=False)
    visit.go("/upload/")
    form = visit.page.locator("#upload")
    form.locator("#plain input[type=file]").set_input_files(
        {"name": "vacío.txt", "mimeType": "text/plain", "buffer": b""}
    )
    form.locator("button[type=submit]").click()
    expect(form.locator(".errorlist")).to_contain_text("El archivo está vacío")


def test_what_is_printed_is_the_document(window: Callable[..., Visit]) -> None:
    visit = window()
    path = record(visit, DECREE)
    visit.go(path)
    visit.page.emulate_media(media="print")
    for left_out in (".top", ".bottom", ".side", ".actions", ".jumps"):
        expect(visit.page.locator(left_out)).to_be_hidden()
    expect(visit.page.locator("h1")).to_be_visible()
    expect(visit.page.locator("#art_1")).to_be_visible()
    visit.go("/search/?q=comision")
    for left_out in (".facets", ".scopes", ".big-search", ".results-head .sorts"):
        expect(visit.page.locator(left_out)).to_be_hidden()
    expect(visit.page.locator(".result").first).to_be_visible()
