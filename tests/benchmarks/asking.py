"""Thousands of questions of any kind asked of both engines: `make fuzz-search`.

None may end in an error of ours, none may take longer than a second. The site has the 2,000 norms of the development
data; `FUZZ="5000 norms HOME"` uses one that has all. Asked is the API in one process, in both scopes in turn.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.benchmarks.embedded import PROJECT
from tests.benchmarks.parity import rebuilt, services, site
from tests.search.anything_asked import anything
from tests.search_server import address, fresh_index

LONGEST_SECONDS = 1.0
SHOWN = 20


def main(count: str = "5000", corpus: str = "norms-2000", home: str = "") -> int:
    """Ask both engines, print one JSON document for each, and return 1 where a question failed or was too slow."""
    with site(corpus, home) as (embedded, _), fresh_index(services()["SEARCH_URL"]) as options:
        full = embedded | {"SEARCH_URL": address(options)}
        rebuilt(full)
        command = [sys.executable, "-m", "tests.benchmarks.asking", "here", count]
        ended = [subprocess.run(command, env=environ, cwd=PROJECT, check=False) for environ in (embedded, full)]
    return max(run.returncode for run in ended)


def here(count: str) -> int:
    """Ask the site of this environment."""
    os.environ.update(DJANGO_SETTINGS_MODULE="deploy.settings", LEGAJO_SEARCH_LOG="no")
    import django

    django.setup()
    told = asked(int(count))
    json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    answered = told["statuses"].get(200, 0) > told["questions"] // 2
    return 0 if answered and not (told["failed"] or told["slow"]) else 1


@dataclass
class Asking:
    """Asks one question after the other, and keeps what became of them."""

    client: Any
    statuses: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)
    slow: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Ask; one that was slow is asked once more, for the machine has others to serve."""
        seconds = self._once(question)
        if seconds > LONGEST_SECONDS:
            seconds = min(seconds, self._once(question))
        if seconds > LONGEST_SECONDS:
            self.slow.append({"seconds": round(seconds, 2), "length": len(question), "question": question[:300]})
        self.milliseconds.append(seconds * 1000)

    def _once(self, question: str) -> float:
        scope = "text" if len(self.milliseconds) % 2 else "documents"
        asked: dict[str, str | bytes] = {"q": question.encode(errors="surrogatepass"), "scope": scope}
        began = time.perf_counter()
        status = self.client.get("/api/v1/search", {**asked, "facets": "kind,issuer,year"}).status_code
        seconds = time.perf_counter() - began
        self.statuses[status] += 1
        if status >= 500:
            self.failed.append({"status": status, "question": question[:300]})
        return seconds


def asked(count: int) -> dict[str, Any]:
    """Ask so many questions, the same in every run; return what became of them."""
    from django.conf import settings as of_site
    from django.test import Client

    host = of_site.ALLOWED_HOSTS[0].strip("*.") or "localhost"
    asking = Asking(Client(raise_request_exception=False, headers={"host": host}))
    how = settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    seed(7)(how(given(anything)(asking.ask)))()
    hundred = quantiles(asking.milliseconds, n=100)
    return {
        "engine": os.environ.get("SEARCH_URL", "tantivy").partition(":")[0],
        "questions": len(asking.milliseconds),
        "statuses": dict(sorted(asking.statuses.items())),
        "milliseconds": {
            "p50": round(hundred[49], 1),
            "p99": round(hundred[98], 1),
            "most": round(max(asking.milliseconds), 1),
        },
        "failed": asking.failed[:SHOWN],
        "slow": sorted(asking.slow, key=lambda one: -one["seconds"])[:SHOWN],
    }


if __name__ == "__main__":
    sys.exit(here(sys.argv[2]) if sys.argv[1:2] == ["here"] else main(*sys.argv[1:]))
