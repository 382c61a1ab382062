"""Where nothing is found, the page leads on: to each word by itself, and to what there is."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def links(client: Client, question: str) -> str:
    return client.get("/search/", {"q": question, "year": "2011"}).content.decode().partition('class="nothing"')[2]


def test_each_word_that_counts_can_be_asked_for_by_itself(client: Client) -> None:
    told = links(client, "el visado de Migracoin, visados")
    assert '<a href="?year=2011&amp;q=Migracoin">Migracoin</a>' in told
    assert told.count('">visado') == 1
    assert 'q=el"' not in told


def test_of_one_word_or_none_there_is_nothing_to_lead_to(client: Client) -> None:
    for question in ("visado", '"de"', "067-2011-PCM"):
        assert "q=" not in links(client, question).partition("</ul>")[0]
