"""Synonyms over the API: kept by archivists and editors; for all others there is no such address."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db
Client = Callable[[str], APIClient]
LIST = "/api/v1/synonyms/"


def test_an_archivist_adds_changes_removes_and_puts_back(client_of: Client) -> None:
    api = client_of("archivist")
    made = api.post(LIST, {"words": ["zqxsenda", "trocha"], "note": "acta 3"}, format="json")
    assert made.status_code == 201
    entry = made.json()
    assert set(entry) == {"key", "kind", "words", "means", "off", "removed", "shipped", "changed", "note"}
    one = f"{LIST}{entry['key']}/"
    changed = api.patch(one, {"kind": "one_way", "means": ["camino"], "words": ["zqxsenda"]}, format="json").json()
    assert (changed["kind"], changed["words"], changed["means"]) == ("one_way", ["zqxsenda"], ["camino"])
    assert api.patch(one, {"off": True}, format="json").json()["off"]
    assert api.delete(one).status_code == 204
    assert api.get(LIST, {"q": "zqxsenda"}).json() == {"results": [], "total": 0}
    assert api.get(LIST, {"q": "ZQXSENDA", "state": "removed"}).json()["total"] == 1
    back = api.patch(one, {"removed": False, "off": False}, format="json").json()
    assert (back["removed"], back["off"], back["note"]) == (False, False, "acta 3")


def test_the_list_is_searched_and_paged(client_of: Client) -> None:
    api = client_of("secretary")
    whole = api.get(LIST, {"size": "200"}).json()
    assert len(whole["results"]) == 200 < whole["total"]
    pages = [api.get(LIST, {"size": "3", "page": str(page)}).json()["results"] for page in (1, 2)]
    assert pages[0] + pages[1] == whole["results"][:6]
    found = api.get(LIST, {"q": "policía nacional", "origin": "shipped"}).json()
    assert [entry["words"][0] for entry in found["results"]] == ["PNP"]
    assert api.get(LIST, {"origin": "site"}).json()["total"] == 0


@pytest.mark.parametrize("who", ["", "counsel", "member", "auditor", "operator_user"])
@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
def test_others_get_what_an_address_gets_that_never_was(client_of: Client, who: str, method: str) -> None:
    api = client_of(who)
    never = getattr(api, method)("/api/v1/synonymsx/", {}, format="json")
    for address in (LIST, f"{LIST}remuneracion/"):
        if method in ("patch", "delete") and address == LIST:
            continue
        if method == "post" and address != LIST:
            continue
        told = getattr(api, method)(address, {}, format="json")
        assert (told.status_code, told.json()) == (404, never.json())


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"words": ["casa"]}, "words"),
        ({"words": ["casa", "hogar"], "kind": "both"}, "kind"),
        ({"words": "casa"}, "words"),
        ({"words": ["casa", "hogar"], "weight": 2}, "weight"),
        ({"words": ["casa"], "kind": "one_way"}, "means"),
    ],
)
def test_what_cannot_be_is_named(client_of: Client, body: dict[str, object], attr: str) -> None:
    answer = client_of("archivist").post(LIST, body, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"].startswith(attr)
