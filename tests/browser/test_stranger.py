"""A stranger sees what is public; of the rest no title, no count, no facet, and no sign that it is there."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.places import NEVER, record
from tests.browser.service import Service
from tests.browser.visits import DESK, PHONE, Visit

pytestmark = pytest.mark.browser

RESERVED = "Nota reservada sobre duplicidades"


@pytest.mark.parametrize(("language", "width"), [("es", PHONE), ("en", DESK)])
def test_nothing_hidden_shows_in_lists_counts_and_facets(
    window: Callable[..., Visit], sample: Service, language: str, width: int
) -> None:
    visit = window(language=language, width=width)
    for path in ("/", "/search/?q=nota", "/search/?q=duplicidades", "/bodies/CIMHA-PLENO/", "/sessions/"):
        visit.go(path)
        assert "reservad" not in visit.main().inner_text().lower(), path
        assert "duplicidades en disputa" not in visit.text(), path
    visit.go("/search/?q=comision")
    kinds = visit.page.locator(".facet").first.locator("li")
    shown = {re.sub(r"\d+$", "", text).strip(): int(text.split()[-1]) for text in kinds.all_inner_texts()}
    said = sample.search("comision")["facets"]["kind"]
    assert sorted(shown.values()) == sorted(row["count"] for row in said)
    assert not {"Informe", "Report", "Memorando", "Memorandum"} & set(shown)


def test_a_hidden_record_looks_like_one_that_never_was(window: Callable[..., Visit]) -> None:
    archivist, stranger = window("archivera"), window()
    hidden = record(archivist, RESERVED)
    archivist.go(hidden)
    expect(archivist.page.locator("h1")).to_contain_text("duplicidades")
    answers = []
    for path in (hidden, NEVER):
        assert stranger.go(path) == 404
        answers.append(re.sub(r"[0-9a-f-]{36}|value=\"[^\"]*\"", "", stranger.page.content()))
    assert answers[0] == answers[1]


def test_suggestions_name_only_what_is_public(window: Callable[..., Visit]) -> None:
    stranger, counsel = window(), window("asesora")
    for visit in (stranger, counsel):
        visit.go("/")
        visit.page.locator("#q").press_sequentially("nota res")
    expect(counsel.page.get_by_role("option").first).to_contain_text("Nota reservada")
    stranger.page.wait_for_load_state("networkidle")
    expect(stranger.page.get_by_role("option")).to_have_count(0)
