"""What is asked is counted without making anybody wait, without persons, and shown to archivists alone."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from search.models import AskedQuestion
from search.questions.keeping import Count, Key, forget_questions, keep_counts
from search.questions.tally import TALLY, Tally
from search.questions.wording import LONGEST, OTHER, counted_as

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counting(settings: Any) -> Any:
    """Count, and write down when told to."""
    settings.LEGAJO_SEARCH_LOG = {"kept": "counts", "days": 180, "seconds": 0}
    yield
    TALLY._counts.clear()


@pytest.fixture
def archive(make_record: Callable[..., Any], settle: Callable[[], None]) -> None:
    make_record("Reglamento de trochas", "Artículo 1. De las trochas.", access="public")
    settle()


def kept() -> dict[str, tuple[int, int]]:
    TALLY.flush()
    return {row.text: (row.asked, row.empty) for row in AskedQuestion.objects.all()}


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("  Gestión   MIGRATORIA ", "gestion migratoria"),
        ("ds 067-2011-PCM", "ds 067-2011-pcm"),
        ("resolución 000481-1998", "resolucion 000481-1998"),
        ("ley 27.594", "ley 27.594"),
        ("pérez 44556677", "perez #"),
        ("ruc 20100047218 deuda", "ruc # deuda"),
        ("12.345.678", "#"),
        ("987 654 321", "#"),
        ("de ana@correo.example", "de @"),
        ("a" * (LONGEST + 1), OTHER),
    ],
)
def test_a_question_is_counted_without_what_points_at_a_person(text: str, counted: str) -> None:
    assert counted_as(text) == counted


def test_pages_and_api_are_counted_alike_and_what_finds_nothing_apart(client: Client, archive: None) -> None:
    client.get("/search/", {"q": "Trochas"})
    client.get("/api/v1/search", {"q": "trochas"})
    client.get("/api/v1/search", {"q": "zqxnada"})
    client.get("/api/v1/search", {"q": "trochas", "year": "1900"})
    client.get("/api/v1/search", {"q": ""})
    client.get("/api/v1/search", {"q": "trochas", "scope": "none"})
    assert kept() == {"trochas": (3, 0), "zqxnada": (1, 1)}
    assert {row.person for row in AskedQuestion.objects.all()} == {""}


def test_a_search_writes_nothing_itself(client: Client, archive: None) -> None:
    client.get("/api/v1/search", {"q": "trochas"})
    with CaptureQueriesContext(connection) as asked:
        client.get("/api/v1/search", {"q": "trochas"})
    assert [one["sql"] for one in asked if "asked" in one["sql"] or not one["sql"].startswith("SELECT")] == []
    assert kept() == {"trochas": (2, 0)}


def test_who_asked_is_kept_only_where_the_site_says_so(
    client: Client, people: dict[str, Any], settings: Any, archive: None
) -> None:
    client.force_login(people["counsel"])
    client.get("/search/", {"q": "trochas"})
    settings.LEGAJO_SEARCH_LOG = settings.LEGAJO_SEARCH_LOG | {"kept": "persons"}
    client.get("/search/", {"q": "trochas"})
    settings.LEGAJO_SEARCH_LOG = settings.LEGAJO_SEARCH_LOG | {"kept": "no"}
    client.get("/search/", {"q": "trochas"})
    TALLY.flush()
    rows = AskedQuestion.objects.order_by("person").values_list("person", "asked")
    assert list(rows) == [("", 1), ("counsel", 1)]


def test_counts_of_many_are_added_up(settings: Any) -> None:
    tally, now = Tally(), timezone.now()
    key = Key(now.date(), "trochas", "", 1)

    def ask(number: int) -> None:
        tally.add(key, empty=number % 4 == 0, milliseconds=number, now=now)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ask, range(100)))
    tally.flush()
    keep_counts({key: Count(1, 0, now)})
    [row] = AskedQuestion.objects.all()
    assert (row.asked, row.empty, row.last_at) == (101, 25, now)
    assert sum(row.times.values()) == 100


def test_a_day_holds_only_so_many_different_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.questions.keeping.MOST_A_DAY", 3)
    now = timezone.now()
    for number in range(6):
        keep_counts({Key(now.date(), f"pregunta {number}", "", 1): Count(1, 0, now)})
    keep_counts({Key(now.date(), "pregunta 1", "", 1): Count(1, 0, now)})
    assert kept() == {"pregunta 0": (1, 0), "pregunta 1": (2, 0), "pregunta 2": (1, 0), OTHER: (3, 0)}


def test_counts_are_forgotten_after_the_days_the_site_says() -> None:
    today = timezone.localdate()
    for days in (0, 180, 181):
        keep_counts({Key(today - dt.timedelta(days=days), f"de {days}", "", 1): Count(1, 0, timezone.now())})
    assert forget_questions(today=today) == 1
    assert set(kept()) == {"de 0", "de 180"}


def test_an_archivist_sees_what_was_asked_and_what_in_vain(
    client: Client, people: dict[str, Any], archive: None
) -> None:
    for question in ("trochas", "trochas", "zqxnada", "zqxotra", "zqxotra", "=1+1"):
        client.get("/api/v1/search", {"q": question})
    TALLY.flush()
    client.force_login(people["archivist"])
    rows = client.get("/questions/").context["rows"]
    assert [(row.text, row.asked) for row in rows[:2]] == [("zqxotra", 2), ("trochas", 2)]
    assert all(row.median for row in rows)
    in_vain = client.get("/questions/", {"order": "empty"})
    assert [row.text for row in in_vain.context["rows"]][:2] == ["zqxotra", "zqxnada"]
    assert "/synonyms/new/?words=zqxotra" in in_vain.content.decode()
    assert "zqxotra</textarea>" in client.get("/synonyms/new/?words=zqxotra").content.decode()
    assert [row.text for row in client.get("/questions/", {"q": "TROCH"}).context["rows"]] == ["trochas"]
    table = list(csv.DictReader(io.StringIO(client.get("/questions/export/").content.decode())))
    assert {row["question"]: row["asked"] for row in table} == {
        "zqxotra": "2",
        "trochas": "2",
        "zqxnada": "1",
        "'=1+1": "1",
    }


def test_the_page_asks_as_much_for_many_questions_as_for_one(client: Client, people: dict[str, Any]) -> None:
    client.force_login(people["archivist"])
    now = timezone.now()

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/questions/")
        return len(asked)

    keep_counts({Key(timezone.localdate(), "una", "", 1): Count(1, 0, now)})
    one = queries()
    keep_counts({Key(timezone.localdate(), f"otra {n}", "", 1): Count(1, 0, now) for n in range(20)})
    assert queries() == one


@pytest.mark.parametrize("who", ["", "counsel", "member", "secretary", "auditor", "operator_user"])
def test_nobody_else_sees_what_others_ask(client: Client, people: dict[str, Any], who: str) -> None:
    client.get("/api/v1/search", {"q": "zqxsecreto"})
    TALLY.flush()
    if who:
        client.force_login(people[who])
    for address in ("/questions/", "/questions/export/", "/questions/?q=zqx"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "zqxsecreto" not in answer.content.decode()
    assert "zqxsecreto" not in client.get("/api/v1/suggest", {"q": "zqxsec"}).content.decode()
