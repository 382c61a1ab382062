"""The sample commission served for real, Debian's Chromium, and windows that are watched until they close."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.service import Service
from tests.browser.visits import Reception, Visit

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 20_000


@pytest.fixture(scope="package")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("sample") / "home", "--demo")
    try:
        service.wait_until_settled()
        yield service
    finally:
        service.end()


# Ends with the package: while Playwright runs its event loop in this thread, Django refuses the database to others.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def reception(sample: Service, browser: Browser) -> Reception:
    return Reception(sample, browser)


@pytest.fixture
def window(reception: Reception) -> Iterator[Callable[..., Visit]]:
    """Open windows; at the end none may have asked another host, failed in a script or broken the policy."""
    opened: list[Visit] = []

    def let_in(who: str = "", **how: object) -> Visit:
        visit = reception.window(who, **how)
        visit.context.set_default_timeout(PATIENCE_MS)
        opened.append(visit)
        return visit

    yield let_in
    trouble = [line for visit in opened for line in visit.trouble]
    for visit in opened:
        visit.context.close()
    assert trouble == [], reception.service.complaints()[-3:]
