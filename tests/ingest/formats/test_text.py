"""Plain text, Markdown and front matter: encodings, pages, prose without marks, headings at their places."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.formats.base import Extracted
from ingest.formats.decoding import decoded
from ingest.formats.front_matter import split_front_matter
from ingest.formats.markdown import as_prose
from ingest.reading.language import language_of
from ingest.reading.task import read_file

Read = Callable[..., Extracted]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def make(content: str | bytes, name: str = "a.txt") -> Extracted:
        path = tmp_path / "stored"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_file(path, name, {})

    return make


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-32", "latin-1"])
def test_encodings(read: Read, encoding: str) -> None:
    assert read("Sesión N° 1\r\naño".encode(encoding)).pages[0].text == "Sesión N° 1\naño"


@given(st.binary())
def test_any_bytes_become_text_without_controls(data: bytes) -> None:
    text, _ = decoded(data)
    assert not any(char in text for char in "\r\x00\x1b\x7f")
    text.encode()


def test_form_feeds_part_pages(read: Read) -> None:
    pages = read("uno\fdos\f\fcuatro\f\n").pages
    assert [(page.number, page.text, page.source) for page in pages] == [
        (1, "uno", "layer"),
        (2, "dos", "layer"),
        (3, "", "none"),
        (4, "cuatro", "layer"),
    ]


def test_a_norm_of_the_national_corpus(read: Read) -> None:
    found = read(
        "---\ntitle: >-\n  Aprueban la atenci&oacute;n\n  de solicitudes\nidentifier: 0012\n"
        "publication_date: 2016-04-19\nsource: 'https://x.pe/?a=1&sect=2'\n---\n"
        "# Aprueban la atención  \n\n**CONCORDANCIAS:   [R.N° 011-2016](/spij/H1162203)**\n\n"
        "     **Artículo 1.-** Vista la Ley\\_1, de *oficio*.\n\n## Anexo\n",
        "pe/norma.md",
    )
    page = found.pages[0]
    assert found.front_matter == {
        "title": "Aprueban la atención de solicitudes",
        "identifier": "0012",
        "publication_date": "2016-04-19",
        "source": "https://x.pe/?a=1&sect=2",
    }
    assert page.text.split("\n\n") == [
        "Aprueban la atención",
        "CONCORDANCIAS:   R.N° 011-2016",
        "Artículo 1.- Vista la Ley_1, de oficio.",
        "Anexo",
    ]
    assert [(one.level, page.text[one.start : one.end]) for one in found.headings] == [
        (1, "Aprueban la atención"),
        (2, "Anexo"),
    ]
    assert found.metadata["title"] == "Aprueban la atención de solicitudes"


@pytest.mark.parametrize(
    ("markdown", "prose"),
    [
        ("snake_case_name y 5 * 3 * 2", "snake_case_name y 5 * 3 * 2"),
        ("_a_ __b__ *c* **d** ***e***", "a b c d e"),
        ("Firma: ______ de ____", "Firma: ______ de ____"),
        ("**negrita\nen dos líneas**", "negrita\nen dos líneas"),
        ("![plano](a_(1).png) y [x **y**](b 'título')", "plano y x y"),
        ("[sin destino] (entre paréntesis)", "[sin destino] (entre paréntesis)"),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", "a | b\n1 | 2"),
        ("> cita\n> larga", "cita\nlarga"),
        ("a<br/>b<sup>2</sup> 3 < 4 &lt; 5 <!-- no -->", "a\nb2 3 < 4 < 5"),
        ("```\n# no **es** título\n```", "# no **es** título"),
        ("- uno\n    - dos", "- uno\n- dos"),
        ("\\# no es título", "# no es título"),
        ("<https://gob.pe/a_b_c>", "https://gob.pe/a_b_c"),
    ],
)
def test_marks_go_and_words_stay(markdown: str, prose: str) -> None:
    assert as_prose(markdown)[0] == prose


@given(st.text("#*_[]()`|>\\&;<! \nab~", max_size=200))
def test_headings_always_name_their_text(markdown: str) -> None:
    prose, headings = as_prose(markdown)
    assert all(prose[one.start : one.end] == one.text for one in headings)


@pytest.mark.parametrize("mark", ["[", "*a", "_a ", "<!--", "[a](", "](", "![", "**", "```\n", "|-", "<b "])
def test_many_marks_without_end_are_read_in_time(mark: str) -> None:
    assert as_prose(mark * 20_000)[0] is not None


def test_a_rule_at_the_start_is_no_front_matter() -> None:
    assert split_front_matter("---\nActa de la sesión\n---\ntexto")[1] == "---\nActa de la sesión\n---\ntexto"
    assert split_front_matter("texto\n---\na: b\n---\n")[0] == {}


@pytest.mark.parametrize(
    "block",
    ["a: [b", "a: *no", "\t- a: b"],
)
def test_front_matter_that_is_no_yaml_is_kept_as_text(block: str) -> None:
    text = f"---\n{block}\n---\ncuerpo"
    fields, body, warnings = split_front_matter(text)
    assert (fields, body) == ({}, text)
    assert warnings[0].startswith("front_matter: ")


def test_front_matter_makes_no_objects() -> None:
    assert split_front_matter("---\na: !!python/object/apply:os.system [x]\n---\n")[0] == {"a": ["x"]}


def test_front_matter_that_multiplies_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    fields, _, warnings = split_front_matter("---\n" + "\n".join(lines) + "\n---\n")
    assert fields == {}
    assert "too many" in warnings[0]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("El Presidente de la República ha dado el decreto que regula las sesiones de la comisión.", "es"),
        ("The board of the city shall approve the minutes of each meeting that was held.", "en"),
        ("N° 123", ""),
        ("xxxx yyyy zzzz " * 20, ""),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of([text]) == language


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "cp850", "mac-roman", "cp1252", "latin-1", "utf-8"])
def test_spanish_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    text = "Acta de la sesión décima: el año pasó, según así se acordó. ¿Sí? Todos aprobaron también la adquisición."
    path = tmp_path / "acta.txt"
    path.write_bytes(text.encode(encoding))
    assert read_file(path, path.name, {}).pages[0].text == text
