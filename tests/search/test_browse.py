"""Browsing: what there is by kind, year and issuer, as far as the reader may see, and in as many queries for more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db
DECREE = {"access": "public", "kind": "decreto supremo", "issuer": "Ministerio de Faros", "date": "1998-05-04"}


def test_a_stranger_goes_from_kind_to_year_to_the_list(
    make_record: Callable[..., Any], settle: Callable[[], None]
) -> None:
    make_record("Decreto de los faros", number="004-98-MF", **DECREE)
    make_record("Decreto de las balizas", number="005-98-MF", **DECREE)
    make_record("Ley de puertos", access="public", kind="ley", number="30001", date="2013-01-02", issuer="Congreso")
    settle()
    client = Client()
    whole = client.get("/browse/").content.decode()
    assert '<a href="/browse/?kind=decreto_supremo">Decreto Supremo</a> <span class="count">2</span>' in whole
    assert '<summary>1990–1999 <span class="count">2</span></summary>' in whole
    decrees = client.get("/browse/?kind=decreto_supremo").content.decode()
    assert "Ley de puertos" not in decrees
    assert '<a href="/browse/?kind=decreto_supremo&amp;issuer=Ministerio+de+Faros">Ministerio de Faros</a>' in decrees
    listed = '/search/?kind=decreto_supremo&amp;year=1998&amp;sort=number">1998</a> <span class="count">2</span>'
    assert listed in decrees
    found = client.get("/search/?kind=decreto_supremo&year=1998&sort=number").content.decode()
    assert found.index("Decreto de los faros") < found.index("Decreto de las balizas")


def test_what_is_reserved_is_counted_for_nobody_else(
    make_record: Callable[..., Any], settle: Callable[[], None]
) -> None:
    make_record("Decreto de los faros", number="004-98-MF", **DECREE)
    settle()
    before = [
        Client().get(path).content for path in ("/browse/", "/browse/issuers/", "/browse/?issuer=Oficina+Reservada")
    ]
    make_record("Informe", access="reserved", kind="informe", issuer="Oficina Reservada", date="1955")
    settle()
    after = [
        Client().get(path).content for path in ("/browse/", "/browse/issuers/", "/browse/?issuer=Oficina+Reservada")
    ]
    assert [_without_token(page) for page in after] == [_without_token(page) for page in before]


def test_issuers_stand_by_the_alphabet_with_accents_and_enye(
    make_record: Callable[..., Any], settle: Callable[[], None]
) -> None:
    for issuer in ("Ñande Consejo", "Órgano de Control", "Oficina de Archivo", "Ministerio de Faros", "Nueva Junta"):
        make_record("Acuerdo", access="public", issuer=issuer)
    settle()
    page = Client().get("/browse/issuers/").content.decode()
    names = ("Ministerio de Faros", "Nueva Junta", "Ñande Consejo", "Oficina de Archivo", "Órgano de Control")
    places = [page.index(f">{name}</a>") for name in names]
    assert places == sorted(places)


def test_an_empty_site_says_so_and_a_wrong_parameter_is_named() -> None:
    assert "Todavía no hay documentos abiertos para usted." in Client().get("/browse/").content.decode()
    assert Client().get("/browse/?colour=red").status_code == 400


def test_ten_more_records_ask_the_database_nothing_more(
    make_record: Callable[..., Any], settle: Callable[[], None]
) -> None:
    make_record("Decreto de los faros", number="004-98-MF", **DECREE)
    settle()
    Client().get("/browse/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        Client().get("/browse/")
    for at in range(10):
        make_record(f"Decreto {at}", number=f"{at + 10:03}-9{at % 9}-MF", **(DECREE | {"issuer": f"Junta {at}"}))
    settle()
    with CaptureQueriesContext(connection) as many:
        Client().get("/browse/")
    assert len(many) == len(few)


def _without_token(page: bytes) -> bytes:
    return b"\n".join(line for line in page.split(b"\n") if b"csrfmiddlewaretoken" not in line)
