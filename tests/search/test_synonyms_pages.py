"""The pages of those who keep synonyms: list, form, undo, trial, and the table out and in."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from records.errors import InvalidValue, NotAllowed
from records.persons import Person, person_for
from search.synonyms.kept import entries
from search.synonyms.listing import Wanted, chosen
from search.synonyms.sheets import COLUMNS, import_synonyms, written

pytestmark = pytest.mark.django_db
LIST = "/synonyms/"


@pytest.fixture
def archivist(people: dict[str, Any]) -> Person:
    return person_for(people["archivist"])


@pytest.fixture
def browser(client: Client, people: dict[str, Any]) -> Client:
    """An archivist's, in English."""
    client.force_login(people["archivist"])
    client.cookies["django_language"] = "en"
    return client


def test_an_archivist_adds_an_entry_and_takes_its_removal_back(browser: Client) -> None:
    said = {"kind": "equal", "words": "zqxsenda\ntrocha", "means": "", "note": "acta 3"}
    assert browser.post(f"{LIST}new/", said).status_code == 302
    [entry] = chosen(Wanted(origin="site"))
    assert (entry.words, entry.note) == (("zqxsenda", "trocha"), "acta 3")
    shown = browser.get(LIST, {"q": "zqx"}).content.decode()
    assert "zqxsenda" in shown
    removed = browser.post(f"{LIST}{entry.key}/remove/", follow=True).content.decode()
    assert f"{LIST}{entry.key}/restore/" in removed
    assert chosen(Wanted(origin="site")) == []
    browser.post(f"{LIST}{entry.key}/restore/")
    assert [one.words for one in chosen(Wanted(origin="site"))] == [entry.words]


def test_a_shipped_entry_is_switched_off_and_changed(browser: Client) -> None:
    browser.post(f"{LIST}remuneracion/switch/", {"off": "yes"})
    assert [entry.key for entry in chosen(Wanted(state="off"))] == ["remuneracion"]
    form = browser.get(f"{LIST}remuneracion/").content.decode()
    assert "sueldo" in form
    browser.post(f"{LIST}remuneracion/", {"kind": "equal", "words": "remuneración; dieta"})
    [entry] = [one for one in entries() if one.key == "remuneracion"]
    assert (entry.words, entry.off, entry.changed) == (("remuneración", "dieta"), False, True)


def test_what_cannot_be_an_entry_is_said_at_its_field(browser: Client) -> None:
    shown = browser.post(f"{LIST}new/", {"kind": "equal", "words": "casa"})
    assert shown.status_code == 200
    assert list(shown.context["form"].errors) == ["words"]


def test_a_question_is_tried_with_the_list_and_without_it(
    browser: Client, archivist: Person, make_record: Callable[..., Any], settle: Callable[[], None]
) -> None:
    make_record("Reglamento de trochas", "Artículo 1.", access="public")
    make_record("Reglamento de trochas ocultas", "Artículo 1.", access="reserved")
    settle()
    browser.post(f"{LIST}new/", {"kind": "equal", "words": "zqxsenda;trocha"})
    tried = browser.get(LIST, {"try": "zqxsenda"}).context["tried"]
    assert [(result.record.title, is_new) for result, is_new in tried["with"]] == [("Reglamento de trochas", True)]
    assert (tried["more"], tried["fewer"], tried["without"]) == (1, 0, [])


def test_the_table_goes_out_and_comes_back_the_same(browser: Client) -> None:
    browser.post(f"{LIST}new/", {"kind": "one_way", "words": "zqxsenda", "means": "trocha", "note": "=1+1"})
    answer = browser.get(f"{LIST}export/")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["note"] == "'=1+1"
    before = entries()
    taken = browser.post(f"{LIST}import/", {"file": SimpleUploadedFile("a.csv", answer.content)}, follow=True)
    assert "0 entries were added and 0 changed" in taken.content.decode()
    assert entries() == before


def test_a_table_of_ones_own_is_added_once(archivist: Person) -> None:
    table = "words;means;kind\nzqxsenda, trocha;;equal\n"
    with pytest.raises(InvalidValue) as refused:
        import_synonyms(text=table, by=archivist)
    assert refused.value.attr == "row 2"
    table = "words,means,kind\nzqxsenda; trocha,,equal\nzqxcarro,vehículo,one_way\n"
    assert import_synonyms(text=table, by=archivist) == (2, 0)
    assert import_synonyms(text=table, by=archivist) == (0, 0)
    text = written(chosen(Wanted(origin="site"))).replace("trocha", "camino")
    assert import_synonyms(text=text, by=archivist) == (0, 1)


def test_a_table_with_one_wrong_row_changes_nothing(browser: Client) -> None:
    table = b"words,kind\nzqxsenda;trocha,equal\nsola,equal\n"
    taken = browser.post(f"{LIST}import/", {"file": SimpleUploadedFile("a.csv", table)}, follow=True)
    assert "row 3" in taken.content.decode()
    assert chosen(Wanted(origin="site")) == []
    latin = SimpleUploadedFile("a.csv", "words\naño;ejercicio\n".encode("latin-1"))
    assert "UTF-8" in browser.post(f"{LIST}import/", {"file": latin}, follow=True).content.decode()


@pytest.mark.parametrize("who", ["", "counsel", "auditor", "operator_user"])
def test_for_all_others_there_is_no_such_page(client: Client, people: dict[str, Any], who: str) -> None:
    if who:
        client.force_login(people[who])
        with pytest.raises(NotAllowed):
            import_synonyms(text="words\n", by=person_for(people[who]))
    for address in (LIST, f"{LIST}new/", f"{LIST}export/", f"{LIST}remuneracion/", f"{LIST}nunca/"):
        assert client.get(address).status_code == 404
    assert client.post(f"{LIST}remuneracion/remove/").status_code == 404
    assert "Sinónimos" not in client.get("/").content.decode()
