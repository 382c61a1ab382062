"""Synonyms as staff keep them: effective at once, by whom they may be kept, and what questions make of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.errors import InvalidValue, NotAllowed, NotFound
from records.models import Event
from records.persons import Person, person_for
from search.params import SearchParams
from search.query import Other, read_text
from search.service import answer
from search.synonyms.applying import compiled
from search.synonyms.kept import entries, synonyms
from search.synonyms.services import add_synonym, change_synonym, remove_synonym, restore_synonym
from search.synonyms.shipped import shipped
from search.synonyms.terms import EQUAL, ONE_WAY, Entry, checked_terms

pytestmark = pytest.mark.django_db


@pytest.fixture
def archivist(people: dict[str, Any]) -> Person:
    return person_for(people["archivist"])


def stands_for(word: str) -> set[str]:
    """Return the single words that may stand for a word on this site now."""
    others = synonyms().others(read_text(word).words)
    return {other.words[0][1] for found in others.values() for other in found if len(other.words) == 1}


def test_every_shipped_entry_is_one_that_staff_could_have_made() -> None:
    strange = [entry.key for entry in shipped() if as_checked(entry) != (entry.words, entry.means)]
    assert strange == []


def as_checked(entry: Entry) -> tuple[tuple[str, ...], tuple[str, ...]]:
    equal = entry.kind == EQUAL
    words = checked_terms(entry.words, "words", least=2 if equal else 1)
    return words, () if equal else checked_terms(entry.means, "means", least=1)


def test_the_shipped_list_covers_the_field() -> None:
    assert len(shipped()) > 300
    assert len({entry.key for entry in shipped()}) == len(shipped())
    assert "remuner" in stands_for("sueldo")
    assert stands_for("ministerio de transportes y comunicaciones") == {"mtc"}


def test_a_longer_term_is_taken_as_one() -> None:
    kept = compiled([Entry("a", EQUAL, ("seguro social", "essalud")), Entry("b", EQUAL, ("seguro", "póliza"))])
    assert set(kept.others(read_text("seguro social de salud").words)) == {"segur", "social"}
    assert kept.others(read_text("seguro agrario").words)["segur"][0].words == ((0, "poliz"),)
    [other] = kept.others(read_text("essalud").words)["essalud"]
    assert other == Other(((0, "segur"), (1, "social")), pytest.approx(0.4))


def test_a_short_word_is_not_taken_for_another_of_its_stem() -> None:
    kept = compiled([Entry("a", ONE_WAY, ("casa",), ("vivienda",)), Entry("b", ONE_WAY, ("CAS",), ("contrato",))])
    assert kept.others(read_text("casas").words)["cas"][0].words == ((0, "viviend"),)
    assert kept.others(read_text("cas").words)["cas"][0].words == ((0, "contrat"),)
    assert kept.others(read_text("caso").words) == {}


def test_a_change_is_effective_with_the_next_search(
    make_record: Callable[..., Any], settle: Callable[[], None], archivist: Person, stranger_person: Person
) -> None:
    made = make_record("Reglamento de trochas", "Artículo 1. De las trochas.", access="public")
    settle()

    def found(text: str) -> list[Any]:
        return [result.record.pk for result in answer(SearchParams(q=text), person=stranger_person).results]

    assert found("zqxsenda") == []
    entry = add_synonym(kind=EQUAL, words=["zqxsenda", "trocha"], by=archivist)
    assert found("zqxsenda") == [made.pk]
    said = {"kind": EQUAL, "words": entry.words, "note": ""}
    change_synonym(key=entry.key, by=archivist, off=True, **said)
    assert found("zqxsenda") == []
    change_synonym(key=entry.key, by=archivist, off=False, **said)
    assert found("zqxsenda reglamento") == [made.pk]
    remove_synonym(key=entry.key, by=archivist)
    assert found("zqxsenda") == []
    restore_synonym(key=entry.key, by=archivist)
    assert found("zqxsenda") == [made.pk]
    assert found('"zqxsenda"') == []


def test_the_words_that_stand_in_are_marked(
    make_record: Callable[..., Any], settle: Callable[[], None], archivist: Person, stranger_person: Person
) -> None:
    make_record("Informe", "Artículo 1. De las trochas.", access="public")
    settle()
    add_synonym(kind=ONE_WAY, words=["zqxsenda"], means=["trocha"], by=archivist)
    [result] = answer(SearchParams(q="zqxsenda"), person=stranger_person).results
    assert "<mark>trochas</mark>" in result.hits[0].snippet


def test_a_shipped_entry_is_said_otherwise_and_put_back(archivist: Person) -> None:
    before = next(entry for entry in entries() if entry.key == "remuneracion")
    change_synonym(key=before.key, by=archivist, kind=EQUAL, words=["remuneración", "dieta"], off=False)
    [now] = [entry for entry in entries() if entry.key == before.key]
    assert (now.words, now.shipped, now.changed) == (("remuneración", "dieta"), True, True)
    assert "diet" in stands_for("remuneración")
    assert "sueld" not in stands_for("remuneración")
    remove_synonym(key=before.key, by=archivist)
    assert stands_for("remuneración") == set()
    restore_synonym(key=before.key, by=archivist)
    change_synonym(key=before.key, by=archivist, kind=before.kind, words=before.words, off=False)
    assert not next(entry for entry in entries() if entry.key == before.key).changed


def test_each_change_is_told_once(archivist: Person) -> None:
    entry = add_synonym(kind=EQUAL, words=["a1", "b1"], by=archivist, note="acta 3")
    again = {"key": entry.key, "kind": EQUAL, "words": ["a1", "b1"], "off": False, "note": "acta 3"}
    change_synonym(by=archivist, **again)  # type: ignore[arg-type]
    change_synonym(by=archivist, **(again | {"off": True}))  # type: ignore[arg-type]
    remove_synonym(key=entry.key, by=archivist)
    with pytest.raises(NotFound):
        remove_synonym(key=entry.key, by=archivist)
    told = Event.objects.filter(subject=entry.key).order_by("pk")
    assert [event.name for event in told] == ["synonym.added", "synonym.changed", "synonym.removed"]
    assert told[1].details == {
        "off": True,
        "before": {"kind": EQUAL, "words": ["a1", "b1"], "means": [], "off": False, "note": "acta 3"},
    }


@pytest.mark.parametrize("who", ["counsel", "member", "auditor", "operator_user"])
def test_who_does_not_describe_documents_keeps_no_synonyms(people: dict[str, Any], who: str) -> None:
    with pytest.raises(NotAllowed):
        add_synonym(kind=EQUAL, words=["a1", "b1"], by=person_for(people[who]))
    with pytest.raises(NotAllowed):
        remove_synonym(key="remuneracion", by=person_for(people[who]))


@pytest.mark.parametrize(
    ("said", "attr"),
    [
        ({"kind": "both", "words": ["a1", "b1"]}, "kind"),
        ({"kind": EQUAL, "words": ["casa"]}, "words"),
        ({"kind": EQUAL, "words": ["casa", "Casas"]}, "words"),
        ({"kind": EQUAL, "words": ["casa", "de la"]}, "words"),
        ({"kind": EQUAL, "words": ["casa", "=cmd"]}, "words"),
        ({"kind": EQUAL, "words": ["casa", "a;b"]}, "words"),
        ({"kind": EQUAL, "words": ["casa", "x" * 121]}, "words"),
        ({"kind": EQUAL, "words": [f"w{n}" for n in range(21)]}, "words"),
        ({"kind": ONE_WAY, "words": ["casa"]}, "means"),
    ],
)
def test_what_cannot_be_an_entry_is_named(archivist: Person, said: dict[str, Any], attr: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        add_synonym(by=archivist, **said)
    assert refused.value.attr == attr


def test_a_search_asks_once_for_synonyms_however_many_there_are(archivist: Person) -> None:
    read = read_text("sueldo mensual docentes").words

    def asked() -> int:
        synonyms()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            synonyms().others(read)
        return len(captured)

    assert asked() == 1
    for number in range(5):
        add_synonym(kind=EQUAL, words=[f"uno{number}", f"dos{number}"], by=archivist)
    assert asked() == 1
