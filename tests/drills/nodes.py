"""Three Elasticsearch nodes, the one with the primary shard killed under searches and writes, and started again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.drills.archivist import Archivist
from tests.drills.people import Crowd, Reader
from tests.drills.proof import broken_promises, drained, proved
from tests.drills.report import say, table, told
from tests.drills.requests import Line, summed
from tests.drills.site import Site, new_site, own_names, services
from tests.drills.three_nodes import Cluster, three_nodes

PAPERS = 40
MOST_SECONDS = 30.0
"""So long, at most, may people see that a node has gone."""


def main(*, short: bool = False) -> int:
    """Play it; return the exit status. Three servers take too long to start for a shorter form than this."""
    before, after = (5.0, 20.0) if short else (20.0, 60.0)
    urls = own_names(services())
    prefix = urls["SEARCH_URL"].rpartition("/")[2]
    with three_nodes() as cluster, new_site({**urls, "SEARCH_URL": cluster.url(prefix)}) as site:
        site.prepare(PAPERS)
        cluster.wait_until_green()
        site.up()
        line = Line()
        archivist = Archivist(site, line, site.token("archivist"))
        with _people(site, line, archivist):
            time.sleep(before)
            killed = cluster.holder_of_primary(prefix)
            at = time.monotonic()
            cluster.kill(killed)
            time.sleep(after)
        archivist.finish()
        seen = line.since(at)
        bad = [one for one in seen if not one.well]
        lasted = round(max((one.ended for one in bad), default=at) - at, 1)
        result: dict[str, Any] = {"killed": killed, "errors_lasted": lasted, "drained_after": drained(site)}
        result["proof"] = proved(site, archivist)
        result["green_after_return"] = _started_again(cluster, killed)
        result["requests"] = summed(seen)
        _say(result)
        broken = [] if lasted <= MOST_SECONDS else [f"errors for {lasted} s"]
        broken += [f"{one.kind}: {one.outcome}" for one in bad if not one.bearable]
        broken += broken_promises(result["proof"], expected_records=PAPERS + len(archivist.written))
        return told("nodes", result, broken)


@contextmanager
def _people(site: Site, line: Line, archivist: Archivist) -> Iterator[None]:
    """Readers who mostly search, and an archivist who uploads twice and corrects four times a second."""
    crowd = Crowd()
    for seed, pages in ((1, False), (2, False), (3, True)):
        crowd.every(0.3, Reader(site, line, pages=pages, seed=seed))
    crowd.every(0.2, Reader(site, line, seed=4).search)
    crowd.every(0.5, archivist.upload)
    crowd.every(0.25, archivist.correct)
    try:
        yield
    finally:
        crowd.end()


def _say(result: dict[str, Any]) -> None:
    parts = ("count", "ok", "503", "other", "longest")
    rows = [(kind, *(of[part] for part in parts)) for kind, of in result["requests"].items()]
    say(table(("request", "count", "ok", "503", "other", "longest s"), rows))
    proof = result["proof"]
    say(f"{result['killed']} held the primary; errors for {result['errors_lasted']} s")
    say(f"drained after {result['drained_after']} s; whole again {result['green_after_return']} s after its return")
    say(f"acknowledged writes {proof['acknowledged']}, lost {len(proof['lost'])}, audit {proof['audit']}")


def _started_again(cluster: Cluster, name: str) -> float:
    """Start the killed node again; return after how many seconds every copy was complete."""
    began = time.monotonic()
    cluster.start(name)
    cluster.wait_until_green()
    return round(time.monotonic() - began, 1)
