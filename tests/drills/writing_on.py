"""Writes at a set rate while something else goes on: titles corrected through the API, each acknowledged one noted."""

from __future__ import annotations

import secrets
import threading
from itertools import count
from urllib.parse import urlencode

from tests.drills.requests import Line
from tests.drills.site import Site

WITHOUT_A_HIT = "empty"


class Corrector:
    """Gives one record after another a new title; `titles` holds the last acknowledged one of each."""

    def __init__(self, site: Site, line: Line, token: str, records: list[str]) -> None:
        self.site = site
        self.line = line
        self.headers = {"Authorization": f"Token {token}"}
        self.records = records
        self.titles: dict[str, str] = {}
        self.acknowledged = 0
        self._turn = count()
        self._lock = threading.Lock()

    def __call__(self) -> None:
        with self._lock:
            record = self.records[next(self._turn) % len(self.records)]
        title = f"Norma folio{secrets.token_hex(6)}"
        address = f"{self.site.url}/api/v1/records/{record}/"
        answer = self.line.ask("correct", "PATCH", address, json={"title": title}, headers=self.headers)
        if answer is not None and answer.status == 200:
            with self._lock:
                self.acknowledged += 1
                self.titles[record] = title

    def not_found(self, most: int) -> list[str]:
        """Return those of the latest corrections that a search for their title does not find first."""
        wrong = []
        for record, title in list(self.titles.items())[-most:]:
            asked = urlencode({"q": title.split()[-1]})
            answer = self.line.ask("look", "GET", f"{self.site.url}/api/v1/search?{asked}", headers=self.headers)
            found = [one["id"] for one in answer.json()["results"]] if answer is not None else []
            if found[:1] != [record]:
                wrong.append(f"{record} {title}: {found[:2]}")
        return wrong


class Searcher:
    """Asks what always has an answer, and notes when there is none."""

    def __init__(self, site: Site, line: Line, words: list[str]) -> None:
        self.site = site
        self.line = line
        self.words = words
        self.empty = 0
        self._turn = count()

    def __call__(self) -> None:
        asked = urlencode({"q": self.words[next(self._turn) % len(self.words)]})
        answer = self.line.ask("search", "GET", f"{self.site.url}/api/v1/search?{asked}")
        if answer is not None and answer.status == 200 and not answer.json()["total"]:
            self.empty += 1
