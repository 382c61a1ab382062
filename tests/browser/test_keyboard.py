"""Everything by keyboard: the way past the header, a focus one can see, suggestions by arrow keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.places import RULES, record
from tests.browser.visits import Visit

pytestmark = pytest.mark.browser

SEEN = """() => {
  const focused = document.activeElement, style = getComputedStyle(focused), box = focused.getBoundingClientRect();
  return [focused.tagName + ' ' + (focused.textContent || focused.name).trim().slice(0, 40),
          style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.width > 0];
}"""


def test_the_first_tab_offers_the_way_past_the_header(window: Callable[..., Visit]) -> None:
    visit = window()
    visit.go("/bodies/")
    visit.page.keyboard.press("Tab")
    skip = visit.page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("Tab")
    expect(visit.main().locator("a").first).to_be_focused()


@pytest.mark.parametrize("who", ["", "archivera"])
def test_the_focus_is_seen_wherever_it_goes(window: Callable[..., Visit], who: str) -> None:
    visit = window(who)
    for path in ("/search/?q=comision", record(visit, RULES), "/upload/" if who else "/accounts/login/"):
        visit.go(path)
        unseen = []
        for _step in range(40):
            visit.page.keyboard.press("Tab")
            what, seen = visit.page.evaluate(SEEN)
            if what.startswith("BODY"):
                break
            if not seen:
                unseen.append(what)
        assert unseen == [], path


def test_suggestions_are_chosen_by_arrow_keys(window: Callable[..., Visit]) -> None:
    visit = window()
    visit.go("/")
    field = visit.page.locator("#q")
    field.press_sequentially("reglam")
    option = visit.page.get_by_role("option").first
    expect(option).to_be_visible()
    assert visit.barriers() == []
    field.press("Escape")
    expect(option).to_be_hidden()
    expect(field).to_have_value("reglam")
    field.press_sequentially("ento")
    expect(option).to_be_visible()
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    field.press("Enter")
    visit.page.wait_for_url("**/records/**")
    expect(visit.page.locator("h1")).to_contain_text("Reglamento")


def test_search_facet_and_record_without_a_mouse(window: Callable[..., Visit]) -> None:
    visit = window()
    visit.go("/search/")
    visit.page.locator("#q").focus()
    visit.page.keyboard.type("comision")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**q=comision**")
    visit.page.locator(".facet a").first.focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**kind=**")
    visit.page.locator(".result h2 a").first.focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/records/**")
