"""Units: cut at sections; a file inside a file has its own, and never the article its outer text ended with."""

from __future__ import annotations

from search.units import Part, units_of

ARTICLE = Part(1, 0, "art_2", "Artículo 2")


def test_an_article_runs_on_over_pages_but_not_into_an_attached_file() -> None:
    pages = [(1, "Artículo 2.- Se adjunta."), (2, "Sigue."), (3, "Informe de dragado."), (4, "Segunda hoja.")]
    units = list(units_of(pages, [ARTICLE], {3: "informe.pdf", 4: "informe.pdf"}))
    assert [(unit.page, unit.anchor) for unit in units] == [(1, "art_2"), (2, "art_2"), (3, ""), (4, "")]


def test_without_inner_files_it_runs_to_the_end() -> None:
    units = list(units_of([(1, "Artículo 2.- Uno."), (2, "Dos.")], [ARTICLE]))
    assert [unit.label for unit in units] == ["Artículo 2", "Artículo 2"]
