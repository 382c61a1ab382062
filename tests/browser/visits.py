"""A person at a browser window: where they go, what they are shown, and what must never happen on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request

from deploy.demo.people import PASSWORD
from tests.browser.service import Service

HEIGHTS = {390: 844, 1280: 800}
PHONE, DESK = HEIGHTS
LOCALES = {"es": "es-PE", "en": "en-US"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
# The browser itself notes every answer of 400 and above on its console; the stories ask for such pages on purpose.
REFUSAL_NOTED = "Failed to load resource: the server responded with a status of 4"


@dataclass
class Visit:
    """One window of one person, with a watch on it."""

    service: Service
    context: BrowserContext
    language: str
    page: Page
    trouble: list[str] = field(default_factory=list)

    def go(self, path: str) -> int:
        answer = self.page.goto(self.service.url + path)
        assert answer is not None
        return answer.status

    def text(self) -> str:
        return self.page.locator("body").inner_text()

    def main(self) -> Locator:
        return self.page.locator("main")

    def link(self, words: str) -> Locator:
        return self.main().get_by_role("link", name=words).first

    def say(self, spanish: str, english: str) -> str:
        """Return the words as this person's pages have them."""
        return spanish if self.language == "es" else english

    def search(self, question: str) -> None:
        # The page of a record has a second field of this type, for searching within it.
        self.page.locator("input[type=search]").first.fill(question)
        self.page.locator("form:has(input[type=search]) button").first.click()
        self.page.wait_for_url("**/search/**")

    def watch(self) -> None:
        self.page.on("console", self._noted)
        self.page.on("pageerror", lambda error: self.trouble.append(f"script failed: {error}"))
        self.context.on("request", self._asked)

    def _noted(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(REFUSAL_NOTED):
            self.trouble.append(f"{self.page.url}: {message.text}")

    def _asked(self, request: Request) -> None:
        scheme, host = urlsplit(request.url)[:2]
        if scheme not in ("data", "blob") and f"{scheme}://{host}" != self.service.url:
            self.trouble.append(f"asked elsewhere: {request.url}")

    def overflow(self) -> list[str]:
        """Return what sticks out of the window to the right, unless it scrolls inside its own box."""
        wide: int = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return [f"{self.page.url}: {wide} px too wide"] if wide > 0 else []

    def barriers(self) -> list[str]:
        """Return what axe-core finds on the page as it now stands."""
        self.page.evaluate(AXE)
        found = self.page.evaluate("(rules) => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
        return [f"{self.page.url}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]


@dataclass(slots=True)
class Reception:
    """Lets people in: each signs in once, and later windows go on with that."""

    service: Service
    browser: Browser
    signed_in: dict[str, str] = field(default_factory=dict)

    def window(
        self, who: str = "", *, language: str = "es", width: int = DESK, scripts: bool = True, dark: bool = False
    ) -> Visit:
        context = self.browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            locale=LOCALES[language],
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            accept_downloads=True,
        )
        if who:
            context.add_cookies([{"name": "sessionid", "value": self._session(who), "url": self.service.url}])
        visit = Visit(self.service, context, language, context.new_page())
        visit.watch()
        return visit

    def _session(self, who: str) -> str:
        if who not in self.signed_in:
            context = self.browser.new_context()
            page = context.new_page()
            page.goto(f"{self.service.url}/accounts/login/")
            sign_in(page, who)
            (cookie,) = [one for one in context.cookies() if one["name"] == "sessionid"]
            self.signed_in[who] = cookie["value"]
            context.close()
        return self.signed_in[who]


def sign_in(page: Page, who: str, password: str = PASSWORD) -> None:
    page.locator("#id_login").fill(who)
    page.locator("#id_password").fill(password)
    with page.expect_navigation():
        page.locator("#id_password").press("Enter")
