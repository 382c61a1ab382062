"""The archivist of a drill, who uploads and corrects, and writes down everything that was acknowledged."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from typing import Any

from tests.drills.requests import Line
from tests.drills.site import Site, paper_text, sha256_of


@dataclass
class Written:
    """A document as the archivist knows it: what was acknowledged, and what may or may not have been done since."""

    sha256: str
    content: bytes
    title: str
    record: str = ""
    upload: dict[str, Any] = field(default_factory=dict)
    acknowledged: int = 0
    unsure: list[str] = field(default_factory=list)
    """Titles sent after the last acknowledged one, whose answer was no clear yes or no."""
    busy: bool = False


class Archivist:
    """`written` holds every document that was begun; those with a record were acknowledged."""

    def __init__(self, site: Site, line: Line, token: str) -> None:
        self.site = site
        self.line = line
        self.headers = {"Authorization": f"Token {token}"}
        self.written: list[Written] = []
        self._lock = threading.Lock()
        self._at = 0

    def _ask(self, kind: str, method: str, path: str, **more: Any) -> Any:
        headers = self.headers | more.pop("headers", {})
        return self.line.ask(kind, method, f"{self.site.url}/api/v1/{path}", headers=headers, **more)

    def upload(self) -> None:
        """Go on with an upload that broke off, else begin a new one."""
        with self._lock:
            open_ones = [one for one in self.written if not one.record and not one.busy]
            one = open_ones[0] if open_ones else self._new()
            one.busy = True
        try:
            self._go_on(one)
        finally:
            one.busy = False

    def finish(self) -> None:
        """Bring every upload that was begun to its end, as a person does who comes back."""
        for one in self.written:
            for _ in range(5):
                if not one.record:
                    self._go_on(one)

    def _new(self) -> Written:
        word = f"folio{secrets.token_hex(6)}"
        content = paper_text(f"ACTA {word}", secrets.randbelow(10**9)).encode()
        one = Written(sha256_of(content), content, f"Acta {word}")
        self.written.append(one)
        return one

    def _go_on(self, one: Written) -> None:
        if not one.upload:
            asked = {"filename": "acta.txt", "size": len(one.content)}
            answer = self._ask("open", "POST", "uploads/", json=asked, good=[201])
            if answer is None or answer.status != 201:
                return
            one.upload = answer.json()
        if not self._part_sent(one):
            return
        said = {"sha256": one.sha256, "title": one.title, "access": "public"}
        answer = self._ask("complete", "POST", f"uploads/{one.upload['id']}/complete", json=said, good=[202])
        if answer is not None and answer.status == 202:
            one.acknowledged = 1
            one.record = answer.json()["record"]

    def _part_sent(self, one: Written) -> bool:
        """Send the part straight to the store, else through the site."""
        address = one.upload["urls"][0]
        if not address.startswith(self.site.url):
            answer = self.line.ask("part to the store", "PUT", address, body=one.content)
            if answer is not None and answer.status == 200:
                return True
        binary = {"Content-Type": "application/octet-stream"}
        path = f"uploads/{one.upload['id']}/parts/1"
        answer = self._ask("part", "PUT", path, body=one.content, headers=binary, good=[200, 409])
        return answer is not None and answer.status in (200, 409)

    def correct(self) -> None:
        """Give the next document another title, with the state it is based on."""
        with self._lock:
            known = [one for one in self.written if one.record and not one.busy]
            if not known:
                return
            self._at += 1
            one = known[self._at % len(known)]
            one.busy = True
        try:
            self._retitle(one)
        finally:
            one.busy = False

    def _retitle(self, one: Written) -> None:
        path = f"records/{one.record}/"
        before = self._ask("read", "GET", path)
        if before is None or before.status != 200:
            return
        title = f"Acta folio{secrets.token_hex(6)}"
        headers = {"If-Match": before.headers["ETag"]}
        answer = self._ask("correct", "PATCH", path, json={"title": title}, headers=headers, good=[200, 412])
        if answer is not None and answer.status == 200:
            one.title, one.unsure = title, []
            one.acknowledged += 1
        elif answer is None or answer.status != 412:
            one.unsure.append(title)

    @property
    def acknowledged(self) -> int:
        return sum(one.acknowledged for one in self.written)
