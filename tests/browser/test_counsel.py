"""Counsel types a number as people write it, reads the article and takes the file along."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.visits import DESK, PHONE, Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "width", "written"),
    [
        ("es", PHONE, "ds 14-2021-mrf"),
        ("en", PHONE, "D.S. Nº 014-2021-MRF"),
        ("es", DESK, "Decreto Supremo N° 014-2021-MRF"),
        ("en", DESK, "decreto supremo 014 2021 MRF"),
    ],
)
def test_from_a_number_to_the_article_and_the_file(
    window: Callable[..., Visit], tmp_path: Path, language: str, width: int, written: str
) -> None:
    visit = window("asesora", language=language, width=width)
    visit.go("/")
    visit.search(written)
    first = visit.page.locator(".result").first
    expect(first).to_contain_text("014-2021-MRF")
    first.locator("h2 a").click()
    visit.page.wait_for_url("**/records/**")
    if width == PHONE:
        visit.link(visit.say("Contenido", "Contents")).click()
    visit.page.locator(".toc a", has_text="Artículo 4").first.click()
    visit.page.wait_for_url("**#art_4")
    expect(visit.page.locator("#art_4")).to_be_in_viewport()
    with visit.page.expect_download() as taken:
        visit.page.locator(".actions a.main").click()
    kept = tmp_path / taken.value.suggested_filename
    taken.value.save_as(kept)
    assert kept.suffix == ".pdf"
    assert kept.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(("language", "width"), [("es", PHONE), ("en", DESK)])
def test_facets_narrow_chips_widen_and_the_back_button_keeps_the_search(
    window: Callable[..., Visit], language: str, width: int
) -> None:
    visit = window("asesora", language=language, width=width)
    visit.go("/search/?q=comision")
    before = visit.page.locator(".results-head strong").first.inner_text()
    link = visit.page.locator(".facet a", has_text="Directiva" if language == "es" else "Directive").first
    count = link.locator(".count").inner_text()
    link.click()
    visit.page.wait_for_url("**kind=directiva**")
    expect(visit.page.locator(".results-head strong").first).to_have_text(count)
    narrowed = visit.page.url
    visit.page.locator(".result h2 a").first.click()
    visit.page.wait_for_url("**/records/**")
    visit.page.go_back()
    assert visit.page.url == narrowed
    expect(visit.page.locator("#q")).to_have_value("comision")
    visit.page.locator(".chips a").first.click()
    expect(visit.page.locator(".chips")).to_have_count(0)
    expect(visit.page.locator(".results-head strong").first).to_have_text(before)


def test_a_remembered_sentence_leads_to_its_page_with_the_words_marked(window: Callable[..., Visit]) -> None:
    visit = window("asesora")
    visit.go("/search/?scope=text&q=registro+%C3%BAnico+de+personas+en+movilidad")
    hit = visit.page.locator(".hits a").first
    hit.click()
    visit.page.wait_for_url("**/records/**")
    expect(visit.page.locator(".sheet mark").first).to_be_attached()
    visit.page.locator("article > header a").first.click()
    expect(visit.page.locator("#q")).to_have_value("registro único de personas en movilidad")


def test_how_the_rules_stood_before_they_were_changed(window: Callable[..., Visit]) -> None:
    visit = window("asesora")
    visit.go("/")
    visit.search("reglamento interno")
    visit.page.locator(".result h2 a", has_text="Reglamento Interno").first.click()
    visit.page.locator("#as_of").fill("2024-06-30")
    visit.page.locator("#versions button").click()
    expect(visit.page.locator("article > header")).to_contain_text("Versión 1")
    expect(visit.page.locator("article > header")).to_contain_text("como estaba el día que indicó")
