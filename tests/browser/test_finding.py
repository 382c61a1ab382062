"""Finding: what one types is suggested by its kind, a record is searched by itself, citations become links."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.places import DECREE, record
from tests.browser.visits import Visit

pytestmark = pytest.mark.browser


def test_numbers_bodies_and_titles_are_suggested_each_by_its_name(window: Callable[..., Visit]) -> None:
    visit = window(language="es")
    for typed, kind, leads_to in (
        ("ds 14-2021 m", "Número", "**/records/**"),
        ("cimha-ple", "Órgano", "**/bodies/CIMHA-PLENO/"),
    ):
        visit.go("/")
        visit.page.locator("#q").press_sequentially(typed)
        option = visit.page.get_by_role("option").first
        expect(option.locator(".badge")).to_have_text(kind)
        assert visit.barriers() == []
        option.click()
        visit.page.wait_for_url(leads_to)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_record_is_searched_by_itself(window: Callable[..., Visit], scripts: bool) -> None:
    visit = window(language="es", scripts=scripts)
    visit.go(record(visit, DECREE))
    visit.page.locator("#within").fill("registro")
    visit.page.locator("#within").press("Enter")
    visit.page.wait_for_url("**/hits/?q=registro")
    places = visit.page.locator(".hits .where")
    total = places.count()
    assert total > 2
    expect(visit.page.locator(".hits mark").first).to_be_visible()
    places.nth(1).click()
    bar = visit.page.locator(".places")
    expect(bar).to_contain_text(f"Lugar 2 de {total}")
    expect(visit.page.locator("#first-mark")).to_be_in_viewport()
    bar.get_by_role("link", name=re.compile("Siguiente")).click()
    expect(bar).to_contain_text(f"Lugar 3 de {total}")
    expect(visit.page.locator("#first-mark")).to_be_in_viewport()


def test_the_citations_of_a_paragraph_become_links(window: Callable[..., Visit]) -> None:
    visit = window(language="es", scripts=False)
    visit.go("/lookup/")
    visit.page.locator("#text").fill("Según el artículo 5 del D.S. N.º 014-2021-MRF y la Ley 99999,\nse resuelve.")
    visit.page.locator("main button").click()
    expect(visit.page.locator(".unresolved")).to_have_text("Ley 99999")
    visit.page.locator(".pasted a").click()
    visit.page.wait_for_url("**section=art_5#art_5")
    expect(visit.page.locator("#art_5")).to_be_in_viewport()
