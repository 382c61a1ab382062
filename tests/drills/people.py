"""Who uses the site during a drill: a stranger and counsel at the API, a visitor at the pages."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from itertools import count
from urllib.parse import urlencode

from tests.drills.requests import Line
from tests.drills.site import Site

WORDS = ("unidad orgánica", "trámites", "mesa de trabajo", "directiva 007-2024-MTIGM", "artículo 3", "folio")


class Crowd:
    """Threads that do one thing again and again at a rate, until told to end."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._resting = threading.Event()
        self._threads: list[threading.Thread] = []
        self.failure: BaseException | None = None

    def every(self, seconds: float, act: Callable[[], object], *, rests: bool = False) -> None:
        """Do `act` so often; `rests` says that it stops while the crowd is asked to rest."""

        def run() -> None:
            while not self._ending.is_set():
                began = time.monotonic()
                try:
                    if not (rests and self._resting.is_set()):
                        act()
                except BaseException as failure:
                    self.failure = failure
                    raise
                self._ending.wait(max(0.0, began + seconds - time.monotonic()))

        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def rest(self) -> None:
        self._resting.set()

    def go_on(self) -> None:
        self._resting.clear()

    def end(self) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()
        if self.failure is not None:
            raise self.failure


class Reader:
    """Searches, lists, reads and downloads, in turn; with a token at the API, or as a visitor of the pages."""

    def __init__(self, site: Site, line: Line, *, token: str = "", pages: bool = False, seed: int = 1) -> None:
        self.site = site
        self.line = line
        self.headers = {"Authorization": f"Token {token}"} if token else {}
        self.chance = random.Random(seed)
        self.records: list[str] = []
        self._turn = count()
        self._acts = (self.search_page, self.record_page) if pages else (self.search, self.list, self.read, self.file)

    def __call__(self) -> None:
        self._acts[next(self._turn) % len(self._acts)]()

    def search(self) -> None:
        asked = urlencode({"q": self.chance.choice(WORDS), "facets": "kind,year"})
        self.line.ask("search", "GET", f"{self.site.url}/api/v1/search?{asked}", headers=self.headers)

    def list(self) -> None:
        answer = self.line.ask("list", "GET", f"{self.site.url}/api/v1/records/", headers=self.headers)
        if answer is not None and answer.status == 200:
            self.records = [one["id"] for one in answer.json()["results"]]

    def read(self) -> None:
        if self.records:
            address = f"{self.site.url}/api/v1/records/{self.chance.choice(self.records)}/"
            self.line.ask("read", "GET", address, headers=self.headers)

    def file(self) -> None:
        if self.records:
            address = f"{self.site.url}/api/v1/records/{self.chance.choice(self.records)}/versions/1/file"
            self.line.ask("download", "GET", address, headers=self.headers)

    def search_page(self) -> None:
        asked = urlencode({"q": self.chance.choice(WORDS)})
        self.line.ask("search page", "GET", f"{self.site.url}/search/?{asked}")

    def record_page(self) -> None:
        if not self.records:
            self.list()
        if self.records:
            self.line.ask("record page", "GET", f"{self.site.url}/records/{self.chance.choice(self.records)}/")
