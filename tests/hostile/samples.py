"""Good files of every format, small, from which bad ones are made; and what a bad one is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from io import BytesIO

from PIL import Image, ImageDraw

from tests.ingest.archive_samples import seven_zip
from tests.ingest.formats.office_samples import RELATIONS, compound, office, old_word, opendocument, package
from tests.ingest.formats.test_sheets_and_slides import presentation
from tests.ingest.formats.test_sheets_and_slides import workbook as new_workbook
from tests.ingest.formats.test_xls import workbook as old_workbook

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TEXT = "Acta de la sesión ordinaria de la comisión: se aprueba el reglamento."


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file by the name it claims, and what of it harms."""

    name: str
    data: bytes
    how: str


def word(
    body: str, *, head: str = "", parts: Mapping[str, str] | None = None, leads: Mapping[str, str] | None = None
) -> bytes:
    """A Word document with this body; `head` stands before its root."""
    main = f"{head}<w:document {W} xmlns:r='{RELATIONS}'><w:body>{body}</w:body></w:document>"
    return office(
        "word", "document.xml", {"word/document.xml": main, **(parts or {})}, {"word/document.xml": leads or {}}
    )


def paragraph(text: str) -> str:
    """A paragraph of a Word document."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf(objects: Mapping[int, bytes] | list[bytes], *, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A PDF of these objects, numbered from 1, with a table of where they lie."""
    numbered = objects if isinstance(objects, Mapping) else dict(enumerate(objects, 1))
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in numbered.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    size = max(numbered) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    return bytes(out + b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, table))


def stream(data: bytes, marks: bytes = b"", *, length: int | None = None) -> bytes:
    """A stream object; `length` may lie."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data) if length is None else length, marks, data)


def one_page(content: bytes, *, page: bytes = b"", more: Mapping[int, bytes] | None = None, root: bytes = b"") -> bytes:
    """A PDF of one page whose content is this stream object."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % root,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F 5 0 R >> /XObject << /X 6 0 R >> >> %s >>" % page,
        4: content,
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        **(more or {}),
    }
    return pdf(objects)


SHOWN = stream(b"BT /F 12 Tf 72 700 Td (Acta de la sesion) Tj ET")


def picture(kind: str, size: tuple[int, int] = (200, 60)) -> bytes:
    """A small picture with a word on it."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text((10, 20), "Acta", fill="black")
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


def mail() -> bytes:
    """A mail with an attachment."""
    message = EmailMessage()
    message["Subject"], message["Message-ID"] = "Convocatoria", "<1@comision.example>"
    message.set_content(TEXT)
    message.add_attachment(word(paragraph(TEXT)), maintype="application", subtype="octet-stream", filename="acta.docx")
    return message.as_bytes()


def outlook() -> bytes:
    """An Outlook message with an attachment."""
    attached = "__attach_version1.0_#00000000/__substg1.0_37010102"
    body = TEXT.encode("utf-16-le")
    return compound(
        {"__properties_version1.0": bytes(32), "__substg1.0_1000001F": body, attached: b"nota de la comision"}
    )


def good_files() -> dict[str, bytes]:
    """A sound file of each format that is read or shown."""
    return {
        "acta.pdf": one_page(SHOWN),
        "acta.docx": word(paragraph(TEXT) * 20),
        "acta.odt": opendocument("text", f"<text:p>{TEXT}</text:p>" * 20),
        "padron.xlsx": new_workbook('<row><c r="A1"><v>1</v></c></row>' * 20),
        "padron.ods": opendocument("spreadsheet", "<table:table/>"),
        "plan.pptx": presentation(),
        "acta.rtf": (r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}" + rf"\pard {TEXT}\par " * 20 + "}").encode("cp1252"),
        "acta.doc": old_word([(TEXT, b"")] * 20, running=[""] * 7 + ["Folio"]),
        "padron.xls": compound({"Workbook": old_workbook()}),
        "correo.eml": mail(),
        "correo.msg": outlook(),
        "actas.zip": package({"a.txt": TEXT, "b.docx": word(paragraph(TEXT))}),
        "actas.7z": seven_zip([("a.txt", TEXT.encode()), ("b.txt", b"dos" * 50)]),
        "acta.html": f"<!doctype html><html><body><h1>Acta</h1><p>{TEXT}</p></body></html>".encode() * 3,
        "acta.md": f"---\ntitle: Acta\n---\n# Acta\n\n{TEXT}\n".encode() * 5,
        "sello.png": picture("PNG"),
        "foto.jpg": picture("JPEG"),
        "folio.tif": picture("TIFF"),
    }
