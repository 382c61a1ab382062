"""Pages, sections, comparison, citations and relations over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from records.models import Record, Rendition
from records.services.reading import ReadPage, ReadSection, ReadText, keep_readings
from records.words import WordBox, pack_words

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
Client = Callable[[str], APIClient]


def read(record: Record, pages: list[str], number: int = 1, **more: Any) -> None:
    """Keep these pages as the text of a version, as the readers do."""
    text = Rendition.objects.get(version__record=record, version__number=number, kind="text")
    words = pack_words([WordBox(0, 4, 10, 20, 50.25, 32)])
    judged: dict[str, Any] = {"decision": "good", "signals": {"words": 2, "known": 1.0}, "language": "es"}
    seen: dict[str, Any] = {"label": "417", "furniture": [[0, 4, "head"]], "part": "acta.txt"}
    kept = [ReadPage(at, page, "layer", 0.98, 595, 842, words, **judged, **seen) for at, page in enumerate(pages, 1)]
    keep_readings(readings=[ReadText(rendition=text.pk, reader="test", format="text", pages=kept, **more)])


def add_version(record: Record, by: Any, day: str) -> None:
    import io

    from ingest.accession import Incoming, take_in
    from ingest.intake import capture

    captured = capture(io.BytesIO(b"dos"), "dos.txt")
    take_in(incoming=[Incoming("dos.txt", captured, fields={"valid_from": day}, version_of=record)], by=by)


def test_a_page_with_its_words(client_of: Client, make_record: Make) -> None:
    record = make_record("Acta", access="public")
    read(record, ["Acta primera", "Segunda página"])
    page = client_of("").get(f"/api/v1/records/{record.pk}/pages/1/").json()
    assert page == {
        "number": 1,
        "version": 1,
        "pages": 2,
        "text": "Acta primera",
        "source": "layer",
        "quality": 0.98,
        "width": 595.0,
        "height": 842.0,
        "decision": "good",
        "signals": {"words": 2, "known": 1.0},
        "label": "417",
        "language": "es",
        "rotation": 0,
        "part": "acta.txt",
        "furniture": [{"start": 0, "end": 4, "place": "head"}],
        "words": [{"start": 0, "end": 4, "box": [10.0, 20.0, 50.25, 32.0], "confidence": None}],
    }
    for number in ("3", "0", "x", "9" * 30):
        assert client_of("").get(f"/api/v1/records/{record.pk}/pages/{number}/").status_code == 404


def test_the_version_in_force_is_meant_unless_another_is_asked_for(
    client_of: Client, make_record: Make, operator_person: Any
) -> None:
    record = make_record("Reglamento", access="public", valid_from="2020-01-01")
    add_version(record, operator_person, "2024-06-01")
    read(record, ["Texto primero"])
    read(record, ["Texto segundo"], number=2)
    client, address = client_of(""), f"/api/v1/records/{record.pk}/pages/1/"
    assert client.get(address).json()["version"] == 2
    assert client.get(address, {"as_of": "2024-05-31"}).json()["text"] == "Texto primero"
    assert client.get(address, {"as_of": "2019-01-01"}).json()["version"] == 1
    assert client.get(address, {"version": "1"}).json()["version"] == 1
    assert client.get(address, {"version": "3"}).status_code == 404
    assert client.get(address, {"as_of": "2024-02-30"}).json()["errors"][0]["attr"] == "as_of"
    shown = client.get(f"/api/v1/records/{record.pk}/", {"as_of": "2021-01-01"}).json()
    assert (shown["version"], shown["standing"], shown["shown"]["in_force"]) == (1, "in_force", True)
    assert shown["shown"]["valid_to"] == "2024-06-01"
    early = client.get(f"/api/v1/records/{record.pk}/", {"as_of": "2019-01-01"}).json()
    assert (early["version"], early["standing"], early["shown"]["in_force"]) == (1, "not_yet", False)


def test_sections(client_of: Client, make_record: Make) -> None:
    record = make_record("Reglamento", access="public")
    text = "Artículo 1. Objeto\nUno.\nArtículo 2. Fin\nDos."
    part = ReadSection("art_1", "Artículo 1", "Objeto", 1, 0, 23)
    read(record, [text], sections=[part])
    answer = client_of("").get(f"/api/v1/records/{record.pk}/sections/").json()
    assert answer["version"] == 1
    assert answer["results"] == [
        {"anchor": "art_1", "label": "Artículo 1", "heading": "Objeto", "page": 1, "start": 0, "end": 23}
    ]


def test_what_differs_between_two_versions(client_of: Client, make_record: Make, operator_person: Any) -> None:
    record = make_record("Reglamento", access="public", valid_from="2020-01-01")
    add_version(record, operator_person, "2024-06-01")
    parts = [ReadSection("art_1", "Artículo 1", "", 1, 0, 12), ReadSection("art_2", "Artículo 2", "", 1, 13, 30)]
    read(record, ["Art. 1 Igual\nArt. 2 Cada mes\nFin"], sections=parts)
    read(record, ["Art. 1 Igual\nArt. 2 Cada año", "Fin\nMás"], number=2, sections=parts)
    client, address = client_of(""), f"/api/v1/records/{record.pk}/diff"
    changed = client.get(address, {"from": "1", "to": "2"}).json()["results"]
    assert changed == [
        {
            "before": [{"page": 1, "anchor": "art_2", "text": "Art. 2 Cada mes"}],
            "after": [{"page": 1, "anchor": "art_2", "text": "Art. 2 Cada año"}],
        },
        {"before": [], "after": [{"page": 2, "anchor": "art_2", "text": "Más"}]},
    ]
    assert client.get(address, {"from": "1", "to": "1"}).json() == {"results": []}
    assert client.get(address, {"from": "1"}).json()["errors"][0]["attr"] == "to"
    assert client.get(address, {"from": "1", "to": "7"}).status_code == 404


def test_a_comparison_has_an_end() -> None:
    from records.comparison import MOST_LINES, Line, TooLongToCompare, differences

    one = [Line(1, "", f"a{number}") for number in range(MOST_LINES + 1)]
    other = [Line(1, "", f"b{number}") for number in range(MOST_LINES + 1)]
    with pytest.raises(TooLongToCompare):
        differences(one, other)
    assert differences(one, [*one[:-1], Line(1, "", "last")])[0].after[0].text == "last"


KEY = "pe/ds/67/2011/pcm"
CITATION = {"text": "D.S. 067-2011-PCM", "page": 1, "start": 4, "end": 21, "key": KEY, "pinpoint": None}
CHANGE = {"action": "amends", "target_key": KEY, "target_anchor": "art_3", "page": 1, "start": 0, "end": 30}


def test_citations_and_relations_name_only_what_one_may_see(client_of: Client, make_record: Make) -> None:
    target = make_record("Decreto que crea la mesa", access="internal", kind="decreto supremo", number="067-2011-PCM")
    Record.objects.filter(pk=target.pk).update(number_key=CITATION["key"])
    source = make_record("Resolución", access="public")
    read(source, ["Ver D.S. 067-2011-PCM"], described={"citations": [CITATION], "changes": [CHANGE]})
    for name, sees in (("", False), ("counsel", True)):
        client = client_of(name)
        [cited] = client.get(f"/api/v1/records/{source.pk}/citations/").json()["results"]
        assert (cited["text"], cited["key"]) == (CITATION["text"], CITATION["key"])
        assert (cited["record"] or {}).get("id") == (str(target.pk) if sees else None)
        [outward] = client.get(f"/api/v1/records/{source.pk}/relations/").json()["results"]
        assert (outward["action"], outward["direction"], outward["confirmed"]) == ("amends", "to", False)
        assert bool(outward["record"]) is sees
    client = client_of("counsel")
    [citing] = client.get(f"/api/v1/records/{target.pk}/cited-by/").json()["results"]
    assert citing["record"]["id"] == str(source.pk)
    assert citing["places"] == [{"page": 1, "start": 4, "end": 21, "pinpoint": None}]
    [inward] = client.get(f"/api/v1/records/{target.pk}/relations/").json()["results"]
    assert (inward["direction"], inward["record"]["id"], inward["anchor"]) == ("from", str(source.pk), "art_3")


def test_a_hidden_record_that_cites_is_not_told_of(client_of: Client, make_record: Make) -> None:
    target = make_record("Decreto", access="public")
    Record.objects.filter(pk=target.pk).update(number_key=CITATION["key"])
    hidden = make_record("Informe reservado", access="reserved")
    read(hidden, ["zqxsecreto"], described={"citations": [CITATION], "changes": [CHANGE]})
    for route in ("cited-by", "relations"):
        assert client_of("counsel").get(f"/api/v1/records/{target.pk}/{route}/").json() == {"results": []}
