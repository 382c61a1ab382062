"""Questions about a number: which lead, what is tried, what is left; and the shared query sets."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.kinds import kind_like
from records.numbers import index_forms, parse_number, query_number

DATA = Path(__file__).resolve().parents[2] / "../shared/data"


@pytest.mark.parametrize(
    ("question", "first", "rest"),
    [
        ("DS 25 2006 vivienda", "DS:25-2006-VIVIENDA", ""),
        ("Ley N° 27594, Ley que regula la participación", "LEY:27594", ", Ley que regula la participación"),
        ("013-2024-IN", "13-2024-IN", ""),
        ("27594", "27594", ""),
        ("la ley 27444", "LEY:27444", "la"),
        ("ds067-2011-pcm", "DS:67-2011-PCM", ""),
        ("LEY30225 de contrataciones", "LEY:30225", "de contrataciones"),
        ("Ley 30 225", "LEY:30225", ""),
        ("pcm 067-2011", "67-2011-PCM", ""),
        ("minsa RM 123-2020", "RM:123-2020-MINSA", ""),
        (
            "Ordenanza Regional N.° ORDENANZA REGIONAL Nro 0014 - 2018-GRU-GR",
            "ORD:14-2018-GRU-GR",
            "Ordenanza Regional N.°",
        ),
    ],
)
def test_a_leading_number_is_what_is_asked_for(question: str, first: str, rest: str) -> None:
    asked = query_number(question)
    assert asked is not None
    assert asked.leads
    assert asked.forms[0] == first
    assert asked.rest == rest


@pytest.mark.parametrize(
    "question",
    [
        "Reglamento de la Ley N° 28612",
        "2018-2021 plan",
        "100 días de gobierno",
        "Artículo 77, sin perjuicio",
        "covid19 medidas",
    ],
)
def test_another_number_does_not_lead(question: str) -> None:
    asked = query_number(question)
    assert asked is None or not asked.leads


def test_spaced_suffixes_are_tried_from_the_longest() -> None:
    asked = query_number("R.J. 052 1998 rpu jef aprueba")
    assert asked is not None
    assert asked.forms == ("RJ:52-1998-RPU-JEF", "RJ:52-1998-RPUJEF", "RJ:52-1998-RPU", "RJ:52-1998")
    assert asked.rest_after("RJ:52-1998-RPU-JEF") == "aprueba"
    assert asked.rest_after("RJ:52-1998") == "rpu jef aprueba"


@pytest.mark.parametrize("question", ["art. 15 del DS 007-2017-IN", "DS 007-2017-IN, artículo 15"])
def test_the_article_asked_for_is_told(question: str) -> None:
    asked = query_number(question)
    assert asked is not None
    assert asked.leads
    assert (asked.forms[0], asked.pinpoint) == ("DS:7-2017-IN", "art_15")


@given(st.text(max_size=200))
def test_no_question_makes_it_raise(question: str) -> None:
    asked = query_number(question)
    assert asked is None or len(asked.forms) == len(asked.rests)


def shared_queries(name: str) -> list[dict[str, Any]]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"needs {name} of the shared data")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def identifiers(query: dict[str, Any]) -> set[str]:
    return {entry if isinstance(entry, str) else entry["identifier"] for entry in query["relevant"]}


@pytest.mark.parametrize("name", ["norms/queries-2000.jsonl", "search-queries-dev.jsonl"])
def test_every_shared_number_and_citation_leads_to_its_norms(name: str) -> None:
    known: dict[str, set[str]] = defaultdict(set)
    queries = shared_queries(name)
    for identifier in sorted({each for query in queries for each in identifiers(query)}):
        number = parse_number(identifier.split("/")[-1])
        for form in index_forms(number) if number else ():
            known[form.split(":")[-1]].add(identifier)
    missed = []
    for query in queries:
        if query["class"] not in ("number", "citation"):
            continue
        asked = query_number(query["query"])
        forms = [form.split(":")[-1] for form in asked.forms] if asked and asked.leads else []
        found = next((known[form] for form in forms if form in known), set())
        if not found & identifiers(query):
            missed.append(query["query"])
    assert missed == []


def test_kinds_of_the_corpus_are_known() -> None:
    assert kind_like("resolucion_ministerial") is not None
