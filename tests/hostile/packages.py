"""Office files, mails and archives that swell, loop, nest or lead elsewhere; pictures and texts too."""

from __future__ import annotations

import base64
import struct
import zipfile
import zlib
from collections.abc import Iterator
from email.message import EmailMessage
from io import BytesIO

from tests.hostile.samples import TEXT, Hostile, paragraph, picture, word
from tests.ingest.archive_samples import seven_zip
from tests.ingest.formats.office_samples import compound, old_word, opendocument, package
from tests.ingest.formats.test_sheets_and_slides import workbook


def hostile_office(port: int, secret: str) -> Iterator[Hostile]:
    """Word, OpenDocument, workbooks, RTF and compound files."""
    address = f"http://127.0.0.1:{port}/"
    yield from _entities(address, secret)
    yield from _swollen()
    yield from _odd_compound()
    for target in (address, f"file://{secret}", f"//127.0.0.1/{port}"):
        leads = {"a": f'attachedTemplate:{target}" TargetMode="External'}
        yield Hostile("acta.docx", word(paragraph(TEXT), leads=leads), "leads elsewhere")
    leads = {"a": f"header:../../../..{secret}", "b": "footnotes:document.xml", "c": "numbering:document.xml"}
    yield Hostile("acta.docx", word(paragraph(TEXT), leads=leads), "parts that are no parts")


def _entities(address: str, secret: str) -> Iterator[Hostile]:
    laughs = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10 if at else "ja"}">' for at in range(10))
    heads = {
        "reads a file": f'<!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}">]>',
        "asks an address": f'<!DOCTYPE x [<!ENTITY a SYSTEM "{address}">]>',
        "asks for its rules": f'<!DOCTYPE x SYSTEM "{address}x.dtd">',
        "asks for rules within rules": f'<!DOCTYPE x [<!ENTITY % b SYSTEM "{address}"> %b;]>',
        "laughs a thousand million times": f"<!DOCTYPE x [{laughs}]>",
        "swells one word": f'<!DOCTYPE x [<!ENTITY a "{"x" * 50_000}">]>',
    }
    for how, head in heads.items():
        yield Hostile("acta.docx", word(paragraph("&l9;&a;"), head=head), how)
        body = (
            f"{head}<office:document-content xmlns:office='o'><office:body>&a;</office:body></office:document-content>"
        )
        kind = "application/vnd.oasis.opendocument.text"
        yield Hostile("acta.odt", package({"mimetype": kind, "content.xml": body}), how)
        yield Hostile("acta.docx", word(paragraph(TEXT), parts={"docProps/core.xml": f"{head}<a>&a;</a>"}), how)
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{address}" parse="text"/>'
    yield Hostile("acta.docx", word(include + paragraph(TEXT)), "includes an address")


def _swollen() -> Iterator[Hostile]:
    yield Hostile("acta.docx", word(paragraph("a" * 60_000_000)), "60 MB in a few")
    yield Hostile("acta.docx", word(paragraph("") * 1_000_000), "a million empty paragraphs")
    yield Hostile("acta.docx", word("<w:tbl>" * 50_000), "tables 50,000 deep")
    nested = "<w:p><w:r><w:txbxContent>" * 3_000 + paragraph("x") + "</w:txbxContent></w:r></w:p>" * 3_000
    yield Hostile("acta.docx", word(nested), "boxes within boxes")
    attributes = " ".join(f'a{at}="x"' for at in range(200_000))
    yield Hostile("acta.docx", word(f"<w:p {attributes}/>"), "200,000 attributes")
    data = bytearray(word(paragraph("a" * 50_000)))
    for place in _places(bytes(data), b"PK\x01\x02"):
        struct.pack_into("<I", data, place + 24, 100)
    yield Hostile("acta.docx", bytes(data), "lies about its size")
    yield Hostile(
        "acta.docx", package({"[Content_Types].xml": "", **{f"word/{n}.xml": "" for n in range(5_000)}}), "5,000 parts"
    )
    yield Hostile(
        "acta.odt", opendocument("text", '<text:p><text:s text:c="999999999"/></text:p>'), "a thousand million spaces"
    )
    yield Hostile("acta.odt", opendocument("text", "<text:list><text:list-item>" * 20_000), "lists 20,000 deep")
    wide = '<table:table-cell table:number-columns-repeated="999999999"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="999999999">{wide}</table:table-row>'
    yield Hostile("padron.ods", opendocument("spreadsheet", f"<table:table>{row}</table:table>"), "endless cells")
    far = '<row><c r="A1"><v>1</v></c><c r="XFD1048576"><v>2</v></c><c t="s" r="ZZZ9"><v>999999999999</v></c></row>'
    yield Hostile("padron.xlsx", workbook(far), "cells far apart")
    yield Hostile(
        "padron.xlsx", workbook('<row><c r="A1" s="99999999"><v>1e999</v></c></row>'), "numbers beyond numbers"
    )
    rtf = {
        "groups 100,000 deep": "{" * 100_000,
        "groups that close what was not opened": "}" * 100_000,
        "binary data without end": "\\bin2147483647 x",
        "numbers beyond numbers": "\\u99999999999 \\uc999999 \\f-99999 \\ansicpg99999 \\'ff",
        "two million cells": "\\cell" * 2_000_000,
        "notes within notes": "{\\footnote " * 1_900,
    }
    for how, body in rtf.items():
        yield Hostile("acta.rtf", ("{\\rtf1" + body).encode(), how)


def _odd_compound() -> Iterator[Hostile]:
    good = old_word([(TEXT * 10, b"")] * 20)
    for how, place, value in (
        ("chains that lead to themselves", len(good) - 512, 0),
        ("a directory that is not there", 48, 99_999_999),
        ("sectors without size", 30, 0),
        ("endless tables", 68, 0),
        ("a small stream that leads to itself", 60, 1),
    ):
        data = bytearray(good)
        struct.pack_into("<I", data, place, value)
        yield Hostile("acta.doc", bytes(data), how)
    pieces = bytearray(good)
    at = pieces.index(struct.pack("<BI", 2, 16))
    struct.pack_into("<III", pieces, at + 5, 0, 0x7FFFFFFF, 0)
    yield Hostile("acta.doc", bytes(pieces), "pieces without end")
    deep = "/".join("__attach_version1.0_#00000000/__substg1.0_3701000D" for _ in range(30))
    yield Hostile(
        "correo.msg", compound({"__properties_version1.0": b"", f"{deep}/__substg1.0_1000001F": b"x"}), "mails 30 deep"
    )
    packed = struct.pack("<II4sI", 99, 0x7FFFFFFF, b"LZFu", 0) + b"\xff\xff\xff" * 50_000
    yield Hostile(
        "correo.msg", compound({"__properties_version1.0": b"", "__substg1.0_10090102": packed}), "packed without end"
    )


def _places(data: bytes, mark: bytes) -> Iterator[int]:
    place = data.find(mark)
    while place >= 0:
        yield place
        place = data.find(mark, place + 1)


def hostile_mails() -> Iterator[Hostile]:
    """Mails within mails, parts without end, names that bite."""
    head = b"MIME-Version: 1.0\nMessage-ID: <1@x>\nSubject: a\nContent-Type: message/rfc822\n\n"
    for depth in (50, 500, 5_000):
        yield Hostile("correo.eml", head * depth + b"Subject: fin\n\nfin\n", f"mails {depth} deep")
    nest = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(3_000))
    yield Hostile("correo.eml", b"MIME-Version: 1.0\nMessage-ID: <1@x>\nSubject: a\n" + nest, "parts 3,000 deep")
    start = b"MIME-Version: 1.0\nMessage-ID: <1@x>\nSubject: a\nContent-Type: multipart/mixed; boundary=b\n\n"
    part = b"--b\nContent-Disposition: attachment; filename=%d.txt\n\nacta\n"
    yield Hostile("correo.eml", start + b"".join(part % at for at in range(5_000)), "5,000 attachments")
    bomb = base64.encodebytes(package({"a.txt": bytes(110_000_000)}))
    coded = b"--b\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\n\n" + bomb + b"--b--"
    yield Hostile("correo.eml", start + coded, "an archive of 110 MB")
    yield Hostile(
        "correo.eml",
        b"Message-ID: <1@x>\nMIME-Version: 1.0\nSubject: " + b"=?utf-8?q?=C3?=\n " * 200_000,
        "an endless subject",
    )
    for name in ("../../x", "a\r\nb", "\u202etxt.exe", "a\0b", "n" * 9_000):
        message = EmailMessage()
        message["Message-ID"], message["Subject"] = "<1@x>", "a"
        message.set_content(TEXT)
        message.add_attachment(
            b"acta", maintype="text", subtype="plain", filename=name.replace("\r\n", " ").replace("\0", "")
        )
        yield Hostile("correo.eml", message.as_bytes().replace(b"a b", b"a\0b"), "an attachment with a name that bites")


def hostile_archives(secret: str) -> Iterator[Hostile]:
    """Archives that reach outside, swell, nest and lie."""
    for name in ("../../../../tmp/x", secret, "C:\\x", "a\0b", "a\r\nb", "\u202etxt.exe", "a/" * 3_000 + "b"):
        yield Hostile("actas.zip", package({"acta.txt": TEXT, name: "x"}), "a member with a name that bites")
    link = BytesIO()
    with zipfile.ZipFile(link, "w") as archive:
        entry = zipfile.ZipInfo("enlace.txt")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, secret)
    yield Hostile("actas.zip", link.getvalue(), "a link")
    inner = package({"a.txt": TEXT})
    for _ in range(12):
        inner = package({f"{at}.zip": inner for at in range(3)})
    yield Hostile("actas.zip", inner, "archives within archives")
    zeros = package({f"{at}.txt": bytes(2_000_000) for at in range(40)})
    yield Hostile("actas.zip", zeros, "swells")
    yield Hostile("actas.zip", package({"a.zip": package({"b.zip": zeros})}), "swells within")
    yield Hostile("actas.zip", package({f"{at}.txt": "" for at in range(30_000)}), "30,000 members")
    shared = bytearray(package({"a.txt": "x" * 100, "b.txt": "y" * 100}))
    second = bytes(shared).rindex(b"PK\x01\x02")
    shared[second + 42 : second + 46] = bytes(4)
    yield Hostile("actas.zip", bytes(shared), "members that share their bytes")
    locked = bytearray(package({"a.txt": "x"}))
    locked[6] |= 1
    locked[bytes(locked).index(b"PK\x01\x02") + 8] |= 1
    yield Hostile("actas.zip", bytes(locked), "asks for a password")
    yield Hostile("actas.7z", seven_zip([("a.txt", b"x" * 100)], sizes=[99_999_999]), "lies about its size")
    yield Hostile("actas.7z", seven_zip([("a.txt", b"x")], settings=b"\x28"), "asks for 4 GB")
    yield Hostile("actas.7z", seven_zip([("../../x", b"x"), ("a", bytes(50_000_000))]), "swells and reaches outside")
    yield Hostile("actas.7z", seven_zip([("a", b"x")], method=b"\x06\xf1\x07\x01", settings=b""), "asks for a password")


def hostile_pictures() -> Iterator[Hostile]:
    """Pictures that say they are huge, and tables of pictures that lead to themselves."""
    for width, height in ((100_000, 100_000), (2**31 - 1, 2**31 - 1), (0, 0), (1, 2**31 - 1)):
        head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        body = zlib.compress(bytes(50_000_000), 9)
        chunks = b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
        )
        yield Hostile("sello.png", b"\x89PNG\r\n\x1a\n" + chunks, f"{width} by {height} points")
    jpeg = bytearray(picture("JPEG"))
    at = jpeg.index(b"\xff\xc0")
    struct.pack_into(">HH", jpeg, at + 5, 65_535, 65_535)
    yield Hostile("foto.jpg", bytes(jpeg), "65,535 by 65,535 points")
    tiff = bytearray(picture("TIFF"))
    start = struct.unpack_from("<I", tiff, 4)[0]
    count = struct.unpack_from("<H", tiff, start)[0]
    struct.pack_into("<I", tiff, start + 2 + 12 * count, start)
    yield Hostile("folio.tif", bytes(tiff), "pages that lead to themselves")
    yield Hostile(
        "sello.bmp",
        b"BM" + struct.pack("<IIIIiiHHI", 99, 0, 54, 40, 2**31 - 1, 2**31 - 1, 1, 24, 0) + bytes(99),
        "huge",
    )
    yield Hostile("sello.gif", b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + bytes(500), "huge")


def hostile_texts(port: int) -> Iterator[Hostile]:
    """Texts, pages and front matter that make a reader work without end."""
    aliases = "a0: &a0 [x]\n" + "".join(f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]\n" for at in range(1, 10))
    yield Hostile("acta.md", f"---\n{aliases}---\n{TEXT}".encode(), "front matter that multiplies")
    yield Hostile("acta.md", b"---\n" + b"[" * 50_000 + b"\n---\n", "front matter 50,000 deep")
    for mark in ("*", "_", "[", "`", "<", "&", "\\", "|", "> ", "#", "![](", "<!--", "**a", "~~~\n", "---\n"):
        yield Hostile("acta.md", (mark * 100_000).encode(), f"100,000 times {mark.strip()}")
    yield Hostile("acta.html", b"<div>" * 200_000, "200,000 deep")
    yield Hostile("acta.html", b"<table><tr><td>" * 50_000, "tables 50,000 deep")
    yield Hostile("acta.html", b"<html>" + b"&amp" * 500_000, "entities without end")
    yield Hostile("acta.html", f'<html><img src="http://127.0.0.1:{port}/"><p>{TEXT}'.encode(), "asks an address")
    yield Hostile("acta.txt", b"a" * 30_000_000, "one line of 30 MB")
    yield Hostile("acta.txt", b"\f" * 300_000, "300,000 pages")
    yield Hostile("acta.txt", ("Articulo 1.- " * 400_000).encode(), "400,000 articles on a line")
    yield Hostile("acta.txt", ("Decreto Supremo N° 001-2001-PCM " * 150_000).encode(), "150,000 citations")
