"""HTML: blocks become lines, menus and scripts go, the declared charset counts, depth does no harm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.formats.base import Extracted
from ingest.reading.task import read_file

Read = Callable[[str | bytes], Extracted]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def page(content: str | bytes) -> Extracted:
        path = tmp_path / "page.html"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_file(path, path.name, {})

    return page


def test_blocks_cells_and_headings(read: Read) -> None:
    found = read(
        "<!DOCTYPE html><html lang=es><head><title> Ley  N° 1 </title><style>x{}</style>"
        "<meta name=author content='Congreso'></head><body><nav>menú</nav><h1>Ley de la\n Comisión</h1>"
        "<p>Artículo <b>1</b>.- El <i>objeto</i>,<br>y fin.</p><script>var a = '<p>no</p>'</script>"
        "<ul><li>uno</li><li>dos</li></ul><table><tr><th>a</th><th>b</th></tr><tr><td>1</td> <td>2</td></tr></table>"
        "<h2>Anexo</h2><pre>x\n  y</pre></body></html>"
    )
    page = found.pages[0]
    assert page.text.split("\n") == [
        "Ley de la Comisión",
        "Artículo 1.- El objeto,",
        "y fin.",
        "uno",
        "dos",
        "a | b",
        "1 | 2",
        "Anexo",
        "x",
        "  y",
    ]
    assert [(one.level, page.text[one.start : one.end]) for one in found.headings] == [
        (1, "Ley de la Comisión"),
        (2, "Anexo"),
    ]
    assert (found.metadata["title"], found.metadata["author"], found.metadata["language"]) == (
        "Ley N° 1",
        "Congreso",
        "es",
    )


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", "<html><meta charset=utf-8>"),
        ("latin-1", "<html><meta charset=iso-8859-1>"),
        ("cp1252", "<html>"),
        ("utf-16", "<html>"),
        ("mac-roman", '<html><meta http-equiv="Content-Type" content="text/html; charset=macintosh">'),
        ("cp1252", "<html><meta charset=no-such-thing>"),
    ],
)
def test_charsets(read: Read, encoding: str, head: str) -> None:
    assert read(f"{head}<p>Resolución Ñandú</p>".encode(encoding)).pages[0].text == "Resolución Ñandú"


def test_deep_nesting_does_no_harm(read: Read) -> None:
    found = read("<html><body>" + "<div>" * 20_000 + "fondo")
    assert found.error is None
    assert found.pages[0].text == "fondo"


def test_a_page_without_text_says_so(read: Read) -> None:
    found = read("<html><body><script>1</script></body></html>")
    assert [page.source for page in found.pages] == ["none"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<h1>",
                "</h2>",
                "<td>",
                "<table>",
                "<pre>",
                "</pre>",
                "<li>",
                "a",
                " b ",
                "\n",
                "<!--",
                "-->",
                "&nbsp;",
                "<svg>",
                "<?x?>",
            ]
        )
    )
)
def test_headings_always_name_their_text(read: Read, parts: list[str]) -> None:
    found = read("<html><body>" + "".join(parts))
    assert found.error is None
    text = found.pages[0].text
    for heading in found.headings:
        assert " ".join(text[heading.start : heading.end].split()) == heading.text


def test_lists_have_their_numbers(read: Read) -> None:
    found = read(
        "<html><ol start=3><li>tres<ul><li>punto</ul><li>cuatro</ol><ol type=a><li>uno</ol><ol start=x><li>otro</ol>"
    )
    assert found.pages[0].text.split("\n") == ["3. tres", "punto", "4. cuatro", "a. uno", "1. otro"]
