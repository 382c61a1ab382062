"""A member finds the last minutes of the bodies they sit in, and nothing that their seat does not open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visits import DESK, PHONE, Visit

pytestmark = pytest.mark.browser

RESERVED_OF_PLENARY = "Sesión Extraordinaria 2025 del Pleno"
OF_WORKING_GROUP = "Sesión Extraordinaria 2026 del Grupo de Trabajo"


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_last_minutes_of_my_body_are_one_step_from_the_welcome(
    window: Callable[..., Visit], width: int, language: str
) -> None:
    visit = window("titular", language=language, width=width)
    visit.go("/")
    mine = visit.page.locator("section", has_text=visit.say("Sus órganos", "Your bodies"))
    newest = mine.locator("a.serif", has_text="Acta de la Primera Sesión").first
    expect(newest).to_be_visible()
    newest.click()
    visit.page.wait_for_url("**/records/**")
    expect(visit.page.locator("h1")).to_contain_text("Acta de la Primera Sesión")
    visit.page.locator("#about a", has_text="1-2026").click()
    visit.page.wait_for_url("**/sessions/**")
    expect(visit.main()).to_contain_text("Acta de la Primera Sesión")


def test_what_the_seat_opens_and_what_it_does_not(window: Callable[..., Visit]) -> None:
    member, alternate = window("titular"), window("alterna")
    for visit in (member, alternate):
        visit.go("/sessions/?body=CIMHA-GT-REG")
    expect(alternate.main()).to_contain_text(OF_WORKING_GROUP)
    expect(member.main()).not_to_contain_text(OF_WORKING_GROUP)
    member.go("/sessions/?body=CIMHA-PLENO")
    expect(member.main()).to_contain_text(RESERVED_OF_PLENARY)
    member.search("depuración de expedientes duplicados")
    assert "depuración de expedientes duplicados" not in " ".join(member.page.locator(".result h2").all_inner_texts())


def test_who_has_left_sees_the_past_and_no_more(window: Callable[..., Visit]) -> None:
    visit = window("exmiembro")
    visit.go("/sessions/?body=CIMHA-GT-REG")
    expect(visit.main()).to_contain_text("Sesión Ordinaria 2025 del Grupo de Trabajo")
    expect(visit.main()).not_to_contain_text(OF_WORKING_GROUP)
