"""Each server of the full profile stopped under load, and the lines to them spoilt: what people saw, and what was lost.

Frozen (SIGSTOP: connections stay open, nobody answers), killed and started again, then behind a proxy: two seconds
late, resetting, answering by halves.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.drills import tcp_proxy as lines
from tests.drills.archivist import Archivist
from tests.drills.people import Crowd, Reader
from tests.drills.proof import broken_promises, drained, proved
from tests.drills.real_servers import NAMES, VARIABLES, freeze, kill, start_again, thaw
from tests.drills.report import say, table, told
from tests.drills.requests import LIMIT_SECONDS, Line, summed
from tests.drills.site import Site, new_site, own_names, services
from tests.drills.tcp_proxy import TcpProxy, tcp_proxy

PAPERS = 40
NOT_OURS = "part to the store"
"""A program that puts a part straight to the store sees the store's own failure, and then asks the site."""
LATE_LIMIT_SECONDS = 60.0
COLUMNS = ("server", "fault", "request", "count", "ok", "503", "other", "longest s")
ENDS = ("server", "fault", "normal after s", "drained after s")


@dataclass(frozen=True, slots=True)
class Scene:
    """One bad time: which server, what happens to it, and how it ends."""

    server: str
    fault: str
    begin: Callable[[], object]
    end: Callable[[], object]
    limit: float = LIMIT_SECONDS


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a bad time lasts, and how long people go on afterwards before all is counted."""

    stopped: float = 30.0
    spoilt: float = 15.0
    calm: float = 10.0


def main(*, short: bool = False) -> int:
    """Play all scenes; return the exit status."""
    pace = Pace(spoilt=3.0, calm=3.0) if short else Pace()
    servers = services()
    with ExitStack() as stack:
        site = stack.enter_context(new_site(own_names(servers)))
        site.prepare(PAPERS)
        drill = Drill(site)
        if not short:
            drill.play(stopping(), pace.stopped, pace.calm)
        proxies = {name: stack.enter_context(_proxy_before(site.urls[VARIABLES[name]])) for name in NAMES}
        site.stays_at(_behind(site.urls, proxies))
        drill.play(gone(proxies) if short else spoiling(proxies), pace.spoilt, pace.calm)
        return drill.told("outages")


class Drill:
    """The site with its people, and what came of each scene."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.line = Line()
        token, counsel = site.token("archivist"), site.token("counsel")
        self.archivist = Archivist(site, self.line, token)
        self.readers = [
            Reader(site, self.line, seed=1),
            Reader(site, self.line, token=counsel, seed=2),
            Reader(site, self.line, pages=True, seed=3),
        ]
        self.rows: list[tuple[object, ...]] = []
        self.ends: list[tuple[object, ...]] = []
        self.broken: list[str] = []
        self.reasons: dict[str, dict[str, int]] = {}
        self.proof: dict[str, Any] = {}

    def play(self, scenes: Iterator[Scene], seconds: float, calm: float) -> None:
        """Bring the site up, let people use it through all scenes, and prove what they wrote."""
        self.site.up()
        with self._crowd() as crowd:
            time.sleep(3)
            for scene in filter(_wanted, scenes):
                self._scene(scene, crowd, seconds, calm)
        self.archivist.finish()
        if drained(self.site) is None:
            self.broken.append("not drained at the end")
        self.proof = proved(self.site, self.archivist)
        self.broken += broken_promises(self.proof, expected_records=PAPERS + len(self.archivist.written))
        self.site.down()

    @contextmanager
    def _crowd(self) -> Iterator[Crowd]:
        crowd = Crowd()
        for reader in self.readers:
            crowd.every(0.5, reader)
            crowd.every(0.5, reader)
        crowd.every(1.0, self.archivist.upload, rests=True)
        crowd.every(1.0, self.archivist.correct, rests=True)
        try:
            yield crowd
        finally:
            crowd.end()

    def _scene(self, scene: Scene, crowd: Crowd, seconds: float, calm: float) -> None:
        self.line.limit = scene.limit
        began = time.monotonic()
        scene.begin()
        time.sleep(seconds)
        scene.end()
        back = time.monotonic()
        time.sleep(calm)
        crowd.rest()
        drain = drained(self.site)
        drained_after = None if drain is None else round(time.monotonic() - back, 1)
        crowd.go_on()
        seen = self.line.since(began)
        late = [one.ended for one in seen if not one.well and one.ended > back and one.kind != NOT_OURS]
        normal = round(max(late, default=back) - back, 1)
        self._note(scene, summed(seen), normal, drained_after)

    def _note(self, scene: Scene, kinds: dict[str, dict[str, Any]], normal: float, drained_after: float | None) -> None:
        name = f"{scene.server} {scene.fault}"
        rows = [
            (scene.server, scene.fault, kind, *(of[part] for part in ("count", "ok", "503", "other", "longest")))
            for kind, of in kinds.items()
        ]
        say(table(COLUMNS, rows))
        say(f"{name}: normal {normal} s after the return, drained after {drained_after} s\n")
        self.rows += rows
        self.ends.append((scene.server, scene.fault, normal, drained_after))
        for kind, of in kinds.items():
            if of["other"] and kind != NOT_OURS:
                self.broken.append(f"{name}: {kind}: {of['reasons']}")
            if of["reasons"]:
                self.reasons[f"{name}: {kind}"] = of["reasons"]
        if drained_after is None:
            self.broken.append(f"{name}: not drained")

    def told(self, name: str) -> int:
        say(table(ENDS, self.ends))
        say(f"acknowledged writes {self.proof['acknowledged']}, lost {len(self.proof['lost'])}")
        result = {
            "requests": [dict(zip(COLUMNS, row, strict=True)) for row in self.rows],
            "ends": [dict(zip(ENDS, row, strict=True)) for row in self.ends],
            "reasons": self.reasons,
            "proof": self.proof,
        }
        return told(name, result, self.broken)


def _wanted(scene: Scene) -> bool:
    """Tell whether `DRILL_ONLY` names this scene, by a part of its name; without it all are played."""
    only = os.environ.get("DRILL_ONLY", "").split(",")
    return any(part.strip() in f"{scene.server} {scene.fault}" for part in only)


def stopping() -> Iterator[Scene]:
    """Each server frozen, and each killed and started again."""
    for server in NAMES:
        yield Scene(server, "frozen", lambda server=server: freeze(server), lambda server=server: thaw(server))
        yield Scene(server, "killed", lambda server=server: kill(server), start_again)


def spoiling(proxies: dict[str, TcpProxy]) -> Iterator[Scene]:
    """The line to each server late, resetting, and answering by halves."""
    for fault in (lines.LATE, lines.RESETS, lines.HALVES):
        limit = LATE_LIMIT_SECONDS if fault == lines.LATE else LIMIT_SECONDS
        yield from (_on_the_line(server, proxy, fault, limit) for server, proxy in proxies.items())


def gone(proxies: dict[str, TcpProxy]) -> Iterator[Scene]:
    """Each server gone for a moment, as its line shows it: the short form, which leaves the servers alone."""
    return (_on_the_line(server, proxy, lines.GONE, LIMIT_SECONDS) for server, proxy in proxies.items())


def _on_the_line(server: str, proxy: TcpProxy, fault: str, limit: float) -> Scene:
    def put(line: str) -> None:
        proxy.line = line

    return Scene(server, fault, lambda: put(fault), lambda: put(lines.PASSES), limit)


@contextmanager
def _proxy_before(url: str) -> Iterator[TcpProxy]:
    parts = urlsplit(url)
    with tcp_proxy(parts.hostname or "", parts.port or 0) as proxy:
        yield proxy


def _behind(urls: dict[str, str], proxies: dict[str, TcpProxy]) -> dict[str, str]:
    """Return the URLs with each server's port that of its proxy; Redis is behind the queue and the counters."""
    told = dict(urls)
    for name, proxy in proxies.items():
        port = urlsplit(urls[VARIABLES[name]]).port
        told = {key: url.replace(f":{port}/", f":{proxy.port}/") for key, url in told.items()}
    return told
