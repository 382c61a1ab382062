"""Mails: the message is the text, attachments are parts, however deep they hide and whatever they are called."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest.formats.base import Extracted
from ingest.reading.document import read_document
from ingest.reading.task import read_file

Read = Callable[[EmailMessage | bytes], Extracted]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def mail(message: EmailMessage | bytes) -> Extracted:
        path = tmp_path / "convocatoria.eml"
        path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
        return read_file(path, path.name, {})

    return mail


@pytest.fixture
def invitation() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Secretaría Técnica <secretaria@comision.example>"
    message["To"] = "miembros@comision.example"
    message["Subject"] = "Convocatoria a la sesión ordinaria N.º 7"
    message["Date"] = "Mon, 04 Mar 2024 10:30:00 -0500"
    message.set_content("Se convoca a los miembros titulares y alternos.\n")
    message.add_alternative("<html><body><p>Se convoca <b>otra vez</b></p></body></html>", subtype="html")
    return message


def test_a_message_told_twice_is_read_once(read: Read, invitation: EmailMessage) -> None:
    found = read(invitation)
    assert [page.text for page in found.pages] == ["Se convoca a los miembros titulares y alternos."]
    assert (found.metadata["title"], found.metadata["created"]) == (
        "Convocatoria a la sesión ordinaria N.º 7",
        "2024-03-04T10:30:00-05:00",
    )
    assert found.parts == []


def test_attachments_are_parts_with_texts_of_their_own(read: Read, invitation: EmailMessage, tmp_path: Path) -> None:
    invitation.add_attachment(
        "Acta de la sesión anterior".encode(), maintype="text", subtype="plain", filename="acta.txt"
    )
    invitation.add_attachment(b"\x00\x01\x02", maintype="application", subtype="octet-stream", filename="raro.bin")
    found = read(invitation)
    assert [(part.name, part.format) for part in found.parts] == [("acta.txt", "text"), ("raro.bin", "")]
    assert found.parts[0].pages[0].text == "Acta de la sesión anterior"
    assert found.parts[1].error is not None
    document = read_document(str(tmp_path / "convocatoria.eml"), "convocatoria.eml", {})
    assert [(page[0], page[1], page[-1]) for page in document.pages] == [
        (1, "Se convoca a los miembros titulares y alternos.", ""),
        (2, "Acta de la sesión anterior", "acta.txt"),
    ]
    assert any(warning["text"].startswith("part_unread: raro.bin") for warning in document.warnings)


def test_an_attached_pdf_is_read_and_a_broken_one_has_its_reason(read: Read, invitation: EmailMessage) -> None:
    report = BytesIO()
    canvas = Canvas(report, invariant=1)
    canvas.drawString(72, 700, "La comisión recomienda adquirir una draga.")
    canvas.save()
    for name, held in (("informe.pdf", report.getvalue()), ("roto.pdf", b"%PDF-1.7 nada")):
        invitation.add_attachment(held, maintype="application", subtype="pdf", filename=name)
    whole, broken = read(invitation).parts
    assert [page.text for page in whole.pages] == ["La comisión recomienda adquirir una draga."]
    assert broken.error is not None
    assert broken.error.code == "damaged"


def test_a_forwarded_message_is_a_part_with_its_own_parts(read: Read, invitation: EmailMessage) -> None:
    invitation.add_attachment(b"hola a todos los miembros", maintype="text", subtype="plain", filename="nota.txt")
    outer = EmailMessage()
    outer["Subject"] = "Reenvío"
    outer["Message-ID"] = "<1@comision.example>"
    outer.set_content("Reenvío lo recibido.")
    outer.add_attachment(invitation)
    found = read(outer)
    assert [part.format for part in found.parts] == ["eml"]
    assert [part.name for part in found.parts[0].parts] == ["nota.txt"]


def test_a_page_without_plain_text_is_read_as_html(read: Read) -> None:
    found = read(
        "Subject: =?iso-8859-1?q?Sesi=F3n?=\nMIME-Version: 1.0\nContent-Type: text/html; charset=iso-8859-1\n\n"
        "<h1>Sesión</h1><p>Año</p>".encode("latin-1")
    )
    assert (found.pages[0].text, found.metadata["title"]) == ("Sesión\nAño", "Sesión")
    assert found.headings[0].text == "Sesión"


def test_names_of_attachments_are_for_people_only(read: Read, invitation: EmailMessage) -> None:
    for name in ("../../etc/passwd", "a\u202egnp.txt", "C:\\x\\y.txt", "n" * 5000):
        invitation.add_attachment(b"texto de prueba", maintype="text", subtype="plain", filename=name)
    names = [part.name for part in read(invitation).parts]
    assert names[:3] == ["etc/passwd", "a gnp.txt", "C:/x/y.txt"]
    assert len(names[3]) <= 240


@pytest.mark.parametrize("depth", [50, 3000])
def test_mails_within_mails_end_somewhere(read: Read, depth: int) -> None:
    head = b"MIME-Version: 1.0\nMessage-ID: <1@x>\nSubject: a\nContent-Type: message/rfc822\n\n"
    found = read(head * depth + b"Subject: fin\n\nfin\n")
    deepest = found
    while deepest.parts:
        deepest = deepest.parts[0]
    assert deepest.error is not None
    assert deepest.error.code in ("too_deep", "damaged")


def test_multiparts_within_multiparts_end_somewhere(read: Read) -> None:
    heads = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number) for number in range(200)
    )
    found = read(b"MIME-Version: 1.0\nMessage-ID: <1@x>\nSubject: a\n" + heads + b"\nfin")
    assert found.error is not None
    assert found.error.code == "too_deep"
