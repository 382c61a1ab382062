"""How long a search takes for readers who see all, much and little, beside what the engine alone takes for the same.

`python -m tests.benchmarks.finding QUERIES.jsonl [ROUNDS]`, in the environment of a site, asks a mix of 200 questions:
80 of one to four words, 40 phrases, 70 filtered ones, 10 long ones of many words, any of which will do; all with three
facets. Every question is asked in turn by each reader and of the bare engine, three times (or ROUNDS) after once to
warm; the middle one counts.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from unittest.mock import patch

FACETS = ("kind", "issuer", "year")
Wanted = Mapping[str, Any]


def main(queries: str, rounds: str = "3") -> None:
    """Ask all, and print one JSON document of milliseconds and of queries to the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
    import django

    django.setup()
    asked = [json.loads(line) for line in Path(queries).read_text(encoding="utf-8").splitlines()]
    mix = list(questions(asked))
    told = {"questions": len(mix), "readers": by_reader(mix, int(rounds)), "api": through_the_api(mix, int(rounds))}
    json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def questions(asked: list[dict[str, Any]]) -> Iterator[Wanted]:
    """Yield the mix, made of the questions of a collection: the same for every run."""
    of = {name: [one["query"] for one in asked if one["class"] == name] for name in ("short", "quote", "title")}
    of["quote"] = [text for text in of["quote"] if text.startswith('"')] or [f'"{text}"' for text in of["title"]]
    short = cycle(of["short"])
    for at, text in zip(range(80), short, strict=False):
        yield {"q": " ".join(text.split()[: 1 + at % 4])}
    for text in islice(cycle(of["quote"]), 40):
        yield {"q": text}
    narrowed = cycle([{"kind": ("ley",)}, {"kind": ("decreto_supremo",)}, {"year": ("2008", "2009", "2010")}])
    for text, filters in zip(islice(short, 70), narrowed, strict=False):
        yield {"q": text, "filters": filters}
    for text in islice(cycle(of["title"]), 10):
        yield {"q": " OR ".join(text.replace('"', " ").split()[:12])}


@dataclass(frozen=True)
class Measured:
    """What one reader waited for a question, what the engine alone took for it, in milliseconds."""

    whole: float
    bare: float


def by_reader(mix: list[Wanted], rounds: int) -> dict[str, Any]:
    """Return percentiles of each reader, and how the medians of all stand to those of who sees all."""
    from search.params import SearchParams
    from search.service import answer

    people = readers()
    taken: dict[str, list[Measured]] = {name: [] for name in people}
    for wanted in mix:
        params = SearchParams(size=10, facets=FACETS, **wanted)
        asks = {name: partial(answer, params, person=person) for name, person in people.items()}
        bare = {name: engine_calls(ask) for name, ask in asks.items()}
        times_of: dict[str, list[tuple[float, float]]] = {name: [] for name in asks}
        for _ in range(rounds):
            for name, ask in asks.items():
                times_of[name].append((timed(ask), timed(bare[name])))
        for name, times in times_of.items():
            taken[name].append(Measured(median(one for one, _ in times), median(other for _, other in times)))
    told = {name: summary(times) for name, times in taken.items()}
    everything = told["operator"]["p50"]
    return {name: {**values, "p50_to_operator": round(values["p50"] / everything, 3)} for name, values in told.items()}


def readers() -> dict[str, Any]:
    """Return who asks: nobody in particular, members by what they hold, and who sees all."""
    from records.persons import operator, stranger

    nobody = stranger()
    seats = {f"body:B{at}" for at in range(3)} | {f"session:B{at}-{number}" for at in range(3) for number in range(12)}
    groups = {f"group:g{at:02}" for at in range(50)}
    signed_in = {"public", "internal", "user:somebody"}
    return {
        "anonymous": nobody,
        "member of 3 bodies": replace(nobody, tokens=frozenset(signed_in | seats)),
        "member of 50 groups": replace(nobody, tokens=frozenset(signed_in | groups)),
        "operator": operator(),
    }


def engine_calls(ask: Callable[[], Any]) -> Callable[[], None]:
    """Answer once, and return a function that asks the engine alone all that this asked of it."""
    import search.service as service
    from search.engines import engine as the_engine

    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
    engine = the_engine()

    class Noting:
        def __getattr__(self, name: str) -> Any:
            def noted(*given: Any, **named: Any) -> Any:
                calls.append((name, given, named))
                return getattr(engine, name)(*given, **named)

            return noted

    with patch.object(service, "engine", Noting):
        ask()

    def replayed() -> None:
        for name, given, named in calls:
            getattr(engine, name)(*given, **named)

    return replayed


def timed(ask: Callable[[], Any]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def summary(times: list[Measured]) -> dict[str, Any]:
    over = {"whole": percentiles([one.whole for one in times]), "bare": percentiles([one.bare for one in times])}
    return {
        **over["whole"],
        "bare": over["bare"],
        "p95_over_bare": round(over["whole"]["p95"] - over["bare"]["p95"], 1),
    }


def percentiles(times: list[float]) -> dict[str, float]:
    hundred = quantiles(times, n=100)
    return {name: round(hundred[at], 1) for name, at in (("p50", 49), ("p95", 94), ("p99", 98))}


def through_the_api(mix: list[Wanted], rounds: int) -> dict[str, Any]:
    """Ask over the API, signed in, in this process; return percentiles and how many queries each took."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times, queries = [], set()
    with signed_in() as client:
        for wanted in mix:
            given = {"q": wanted["q"], "size": 10, "facets": ",".join(FACETS)}
            given |= {name: list(values) for name, values in wanted.get("filters", {}).items()}

            def ask(given: Wanted = given) -> None:
                assert client.get("/api/v1/search", given).status_code == 200, given

            ask()
            times.append(median(timed(ask) for _ in range(rounds)))
            with CaptureQueriesContext(connection) as seen:
                ask()
            queries.add(len(seen))
    return {**percentiles(times), "database_queries": {"least": min(queries), "most": max(queries)}}


@contextmanager
def signed_in() -> Iterator[Any]:
    """Give a client that is signed in as somebody who is forgotten afterwards."""
    from django.conf import settings
    from django.db import transaction
    from django.test import Client

    from records.models import User

    with transaction.atomic():
        client = Client(headers={"host": settings.ALLOWED_HOSTS[0].strip("*.") or "localhost"})
        client.force_login(User.objects.create(username="benchmark-somebody"))
        yield client
        transaction.set_rollback(True)


if __name__ == "__main__":
    main(*sys.argv[1:])
