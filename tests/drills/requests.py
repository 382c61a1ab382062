"""One request of a drill's people, as it was answered, and the sums over many."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import urllib3

LIMIT_SECONDS = 20.0
"""Nobody may have to wait longer for an answer, whatever it is."""
HTTP_UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class Seen:
    """What one person saw: when it ended, how long it took, and how it ended: ok, plain (503) or what went wrong."""

    kind: str
    ended: float
    seconds: float
    outcome: str

    @property
    def well(self) -> bool:
        return self.outcome == "ok"

    @property
    def bearable(self) -> bool:
        """Tell whether it was answered at all: with what was asked, or with a sentence that says when to come again."""
        return self.outcome in ("ok", "plain")


class Line:
    """How a drill's people reach the site; all that was seen stays in `seen`."""

    def __init__(self, limit: float = LIMIT_SECONDS) -> None:
        self.limit = limit
        self.pool = urllib3.PoolManager(maxsize=32, retries=False)
        self.seen: list[Seen] = []
        self._lock = threading.Lock()

    def ask(
        self,
        kind: str,
        method: str,
        url: str,
        *,
        good: Iterable[int] = (200,),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> urllib3.BaseHTTPResponse | None:
        """Make one request and note what became of it; None where no answer came."""
        began = time.monotonic()
        answer: urllib3.BaseHTTPResponse | None = None
        try:
            answer = self.pool.request(
                method, url, headers=dict(headers or {}), timeout=urllib3.Timeout(total=self.limit), **more
            )
            outcome = "ok" if answer.status in good else _refusal(answer)
        except urllib3.exceptions.TimeoutError:
            outcome = "no answer"
        except urllib3.exceptions.HTTPError as failure:
            outcome = type(failure).__name__
        ended = time.monotonic()
        with self._lock:
            self.seen.append(Seen(kind, ended, ended - began, outcome))
        return answer

    def since(self, moment: float) -> list[Seen]:
        with self._lock:
            return [one for one in self.seen if one.ended >= moment]


def _refusal(answer: urllib3.BaseHTTPResponse) -> str:
    """Return `plain` for a 503 that says so in words, in the API's shape or as a page; else its status and code."""
    text = answer.data.decode("utf-8", "replace")
    in_words = '"detail":' in text or "</html>" in text
    if answer.status == HTTP_UNAVAILABLE and in_words and "Traceback" not in text:
        return "plain"
    return f"{answer.status} {text[:160]}"


def summed(seen: Iterable[Seen]) -> dict[str, dict[str, Any]]:
    """Return per kind of request how many there were, how they ended, and the longest wait."""
    told: dict[str, dict[str, Any]] = {}
    for one in seen:
        of = told.setdefault(one.kind, {"count": 0, "ok": 0, "503": 0, "other": 0, "longest": 0.0, "reasons": {}})
        of["count"] += 1
        of["ok" if one.well else "503" if one.bearable else "other"] += 1
        of["longest"] = round(max(of["longest"], one.seconds), 2)
        if not one.bearable:
            of["reasons"][one.outcome] = of["reasons"].get(one.outcome, 0) + 1
    return dict(sorted(told.items()))
