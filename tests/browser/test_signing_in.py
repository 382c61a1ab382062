"""Coming in: who may, what is said to whom may not, the language, the first account of an empty site."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.service import Service
from tests.browser.visits import DESK, PHONE, Reception, Visit, sign_in

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "width"), [("es", PHONE), ("en", DESK)])
def test_a_wrong_password_is_said_in_words_and_a_right_one_leads_on(
    window: Callable[..., Visit], language: str, width: int
) -> None:
    visit = window(language=language, width=width)
    visit.go("/my-work/")
    sign_in(visit.page, "titular", "no es esta")
    expect(visit.page.get_by_role("alert")).to_be_visible()
    expect(visit.page.locator("#id_login")).to_have_value("titular")
    assert visit.overflow() + visit.barriers() == []
    sign_in(visit.page, "titular")
    assert visit.page.url.endswith("/my-work/")
    expect(visit.page.locator(".who")).to_have_text("titular")
    visit.page.locator(".sign-out button").click()
    expect(visit.page.locator(".sign-in")).to_be_visible()


def test_the_sample_says_who_can_come_in_and_lets_them(window: Callable[..., Visit]) -> None:
    visit = window(width=PHONE)
    visit.go("/accounts/login/")
    row = visit.page.locator(".sample-account", has_text="Observadora permanente")
    row.get_by_role("button").click()
    expect(visit.page.locator(".who")).to_have_text("observadora")


def test_one_stays_where_one_is_when_the_language_changes(window: Callable[..., Visit]) -> None:
    visit = window()
    visit.go("/search/?q=comision&kind=acta")
    address = visit.page.url
    for language, word in (("en", "Search"), ("es", "Buscar")):
        visit.page.locator(f".languages button[value={language}]").click()
        expect(visit.page.locator("html")).to_have_attribute("lang", language)
        expect(visit.page.locator(".big-search button")).to_have_text(word)
        assert visit.page.url == address


def test_the_operator_sees_figures_and_nobody_else_does(window: Callable[..., Visit]) -> None:
    operator, member = window("operadora"), window("titular")
    operator.go("/operate/")
    expect(operator.main()).to_contain_text("Base de datos")
    expect(operator.main().locator(".badge.bad")).to_have_count(0)
    assert member.go("/operate/") == 404
    expect(member.page.locator(".top-nav")).not_to_contain_text("Operación")


def test_the_first_account_of_an_empty_site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    service = Service(tmp_path_factory.mktemp("empty") / "home")
    try:
        link = re.search(r"/first-login\?key=\S+", service.errors.read_text())
        assert link
        visit = Reception(service, browser).window(width=PHONE)
        visit.go(link[0])
        visit.page.locator("#id_username").fill("ñusta")
        visit.page.locator("#id_password").fill("corta")
        visit.page.locator("main button.main").click()
        expect(visit.page.locator(".errorlist")).to_be_visible()
        assert visit.overflow() + visit.barriers() == []
        visit.page.locator("#id_password").fill("una frase bastante larga")
        visit.page.locator("main button.main").click()
        expect(visit.page.locator(".who")).to_have_text("ñusta")
        for path in ("/", "/search/", "/bodies/", "/sessions/", "/my-work/", "/operate/", "/upload/"):
            assert visit.go(path) == 200
            assert visit.overflow() + visit.barriers() == []
        assert visit.go(link[0]) == 404
        assert visit.trouble == []
        visit.context.close()
    finally:
        service.end()
