"""What a PDF holds beside its drawn text: filled fields, notes, an outline, labels of pages, attached files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest.formats.base import Extracted
from ingest.reading.task import read_file
from records.words import unpack_words

Change = Callable[[pikepdf.Pdf], None]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Extracted]:
    def make(*drawings: Callable[[Canvas], None], change: Change = lambda pdf: None) -> Extracted:
        path = tmp_path / "formulario.pdf"
        canvas = Canvas(str(path), pagesize=(595, 842))
        for draw in drawings:
            draw(canvas)
            canvas.showPage()
        canvas.save()
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            change(pdf)
            pdf.save(path)
        return read_file(path, path.name, {})

    return make


def test_what_was_filled_into_a_form_is_text_with_boxes(read: Callable[..., Extracted]) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 742, "Solicitud de acceso a la información")
        canvas.acroForm.textfield(name="entidad", x=72, y=680, width=300, height=20, value="Ministerio de Cultura")
        canvas.acroForm.textfield(name="vacio", x=72, y=640, width=300, height=20, value="")

    page = read(draw).pages[0]
    assert page.text == "Solicitud de acceso a la información\nMinisterio de Cultura"
    box = next(box for box in unpack_words(page.words) if page.text[box.start : box.end] == "Ministerio")
    assert box.x0 == pytest.approx(72, abs=2)
    assert 842 - 702 <= box.y0 < box.y1 <= 842 - 678


def test_a_note_typed_on_the_page_is_text(read: Callable[..., Extracted]) -> None:
    def note(pdf: pikepdf.Pdf) -> None:
        kinds = {"/FreeText": "Recibido el 14 de marzo", "/Text": "Comentario de quien revisa"}
        pdf.pages[0].Annots = pdf.make_indirect(
            [
                pdf.make_indirect(
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Annot,
                        Subtype=pikepdf.Name(kind),
                        Rect=[100, 100, 300, 130],
                        Contents=pikepdf.String(text),
                    )
                )
                for kind, text in kinds.items()
            ]
        )

    page = read(lambda canvas: canvas.drawString(72, 742, "Oficio"), change=note).pages[0]
    assert page.text == "Oficio\nRecibido el 14 de marzo"


def test_bookmarks_are_headings_where_their_words_stand_on_the_page(read: Callable[..., Extracted]) -> None:
    def draw(title: str, level: int) -> Callable[[Canvas], None]:
        def drawing(canvas: Canvas) -> None:
            canvas.bookmarkPage(title)
            canvas.addOutlineEntry(title, title, level)
            canvas.drawString(72, 742, "preámbulo")
            if title != "_Toc123":
                canvas.drawString(72, 720, title[:9])
                canvas.drawString(72, 706, title[9:].strip())

        return drawing

    found = read(draw("Capítulo I Objeto", 0), draw("_Toc123", 0), draw("Artículo 1 Ámbito", 1))
    assert [(one.page, one.level, one.text) for one in found.headings] == [
        (1, 1, "Capítulo I Objeto"),
        (3, 2, "Artículo 1 Ámbito"),
    ]
    heading = found.headings[0]
    assert found.pages[0].text[heading.start : heading.end] == "Capítulo\nI Objeto"


def test_the_labels_of_pages(read: Callable[..., Extracted]) -> None:
    def label(pdf: pikepdf.Pdf) -> None:
        pdf.Root.PageLabels = pikepdf.Dictionary(
            Nums=[0, pikepdf.Dictionary(S=pikepdf.Name.r), 1, pikepdf.Dictionary(S=pikepdf.Name.D, St=417)]
        )

    drawings = [lambda canvas: canvas.drawString(72, 742, "texto")] * 3
    assert [page.label for page in read(*drawings, change=label).pages] == ["i", "417", "418"]


def test_attached_files_are_parts(read: Callable[..., Extracted]) -> None:
    def attach(pdf: pikepdf.Pdf) -> None:
        for name, data in {"lista.txt": b"Rosa Quispe\nLuis Paredes", "../nada.bin": bytes(range(256)) * 4}.items():
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)

    parts = read(lambda canvas: canvas.drawString(72, 742, "Acta"), change=attach).parts
    assert {part.name: [page.text for page in part.pages] for part in parts} == {
        "lista.txt": ["Rosa Quispe\nLuis Paredes"],
        "nada.bin": [],
    }


def test_an_outline_that_bites_its_tail_ends(read: Callable[..., Extracted]) -> None:
    def loop(pdf: pikepdf.Pdf) -> None:
        item = pdf.make_indirect(
            pikepdf.Dictionary(Title=pikepdf.String("Acta"), Dest=[pdf.pages[0].obj, pikepdf.Name.Fit])
        )
        item.Next = item
        item.First = item
        pdf.Root.Outlines = pdf.make_indirect(pikepdf.Dictionary(First=item, Last=item, Count=2))

    found = read(lambda canvas: canvas.drawString(72, 742, "Acta"), change=loop)
    assert [one.text for one in found.headings] == ["Acta"]
