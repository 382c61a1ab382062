"""The page for pasted citations: links into the records one may see, everything else as it was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from search.lookups import LONGEST_TEXT

pytestmark = pytest.mark.django_db
TEXT = "Artículo 1. Objeto\nLa mesa coordina.\nArtículo 2. Sesiones\nSe reúne cada mes."


def test_a_pasted_text_comes_back_with_links(make_record: Callable[..., Any], settle: Callable[[], None]) -> None:
    made = make_record("Decreto que crea la mesa", TEXT, access="public", kind="decreto supremo", number="067-2011-PCM")
    settle()
    said = "<script>alert(1)</script>\r\nSegún el artículo 2 del D.S. 067-2011-PCM y la Ley 30414."
    answer = Client().post("/lookup/", {"text": said})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert f'<a href="/records/{made.pk}/?section=art_2#art_2">D.S. 067-2011-PCM</a>' in html
    assert '<span class="unresolved">Ley 30414</span>' in html
    assert "<script>alert" not in html
    assert html.count("Decreto que crea la mesa") == 1
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_form_is_there_without_a_text_and_refuses_one_too_long() -> None:
    assert "<textarea" in Client().get("/lookup/").content.decode()
    answer = Client().post("/lookup/", {"text": "Ley 28094 " * LONGEST_TEXT})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
