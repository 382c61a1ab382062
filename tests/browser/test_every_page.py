"""Every page, for each person, on a phone and on a desk, in both languages: whole, reachable, self-contained."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Response

from tests.browser.places import PATHS, places
from tests.browser.visits import DESK, PHONE, Visit

pytestmark = pytest.mark.browser

# A person on a slow line waits for each of these bytes; the largest page of the sample is a whole decree.
HEAVIEST_PAGE = 60_000
HEAVIEST_STATIC = 60_000


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("who", PATHS)
def test_a_page_fits_is_accessible_and_asks_nobody_else(
    window: Callable[..., Visit], who: str, width: int, language: str
) -> None:
    visit = window(who, language=language, width=width)
    wrong = []
    for path in places(who, visit).values():
        visit.go(path)
        assert visit.page.locator("html").get_attribute("lang") == language
        wrong += visit.overflow()
        # What axe looks at differs by width and by language, but hardly by both together.
        wrong += visit.barriers() if (width == PHONE) == (language == "es") else []
    assert wrong == []


def test_dark_pages_keep_their_contrast(window: Callable[..., Visit]) -> None:
    visit = window("archivera", width=PHONE, dark=True)
    wrong = []
    for path in places("archivera", visit).values():
        visit.go(path)
        wrong += visit.barriers()
    assert wrong == []


@pytest.mark.parametrize("width", [320, PHONE])
def test_text_twice_as_large_still_fits(window: Callable[..., Visit], width: int) -> None:
    visit = window("archivera", width=PHONE)
    visit.page.set_viewport_size({"width": width, "height": 640})
    wrong = []
    for path in places("archivera", visit).values():
        visit.go(path)
        visit.page.evaluate("document.documentElement.style.fontSize = '125%'")
        wrong += visit.overflow()
    assert wrong == []


def test_pages_are_light_and_their_parts_are_kept(window: Callable[..., Visit]) -> None:
    visit = window()
    sizes: dict[str, int] = {}
    kept: dict[str, str] = {}

    def weigh(response: Response) -> None:
        sizes[response.url] = len(response.body())
        kept[response.url] = response.headers.get("cache-control", "")

    visit.page.on("response", weigh)
    visit.go("/search/?q=comision")
    visit.page.wait_for_load_state("networkidle")
    static = [url for url in sizes if "/static/" in url]
    assert static
    assert sum(sizes[url] for url in static) <= HEAVIEST_STATIC
    assert max(sizes[url] for url in sizes if url not in static) <= HEAVIEST_PAGE
    assert {kept[url] for url in static} == {"max-age=315360000, public, immutable"}
