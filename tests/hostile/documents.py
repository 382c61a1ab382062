"""PDFs that loop, grow, lie or lead elsewhere."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from tests.hostile.samples import SHOWN, Hostile, one_page, pdf, stream


def hostile_pdfs(port: int, secret: str) -> Iterator[Hostile]:
    """PDFs; those that lead elsewhere lead to this port, or to this file."""
    for how, data in (*_loops(), *_bombs(), *_lies(), *_elsewhere(port, secret.encode())):
        yield Hostile("acta.pdf", data, how)


def _loops() -> Iterator[tuple[str, bytes]]:
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    yield "page tree that holds itself", pdf([catalog, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"])
    page = b"<< /Type /Page /Parent 3 0 R >>"
    yield "page that is its own parent", pdf([catalog, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page])
    yield "table of places that leads to itself", pdf([catalog], trailer=b"/Root 1 0 R /Prev 9")
    outline = {7: b"<< /First 8 0 R /Last 8 0 R >>", 8: b"<< /Title (a) /Next 8 0 R /First 7 0 R /Parent 7 0 R >>"}
    yield "outline that leads to itself", one_page(SHOWN, more=outline, root=b"/Outlines 7 0 R")
    form = {
        6: stream(b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>")
    }
    yield "drawing that draws itself", one_page(stream(b"/X Do"), more=form)
    yield "length that is the stream itself", one_page(b"<< /Length 4 0 R >>\nstream\nx\nendstream")
    packed = stream(zlib.compress(b"7 0 << >>"), b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Extends 7 0 R")
    yield "objects packed in themselves", one_page(SHOWN, more={7: packed})
    names = {7: b"<< /Kids [7 0 R 7 0 R] >>"}
    yield "tree of names that holds itself", one_page(SHOWN, more=names, root=b"/Names << /EmbeddedFiles 7 0 R >>")
    labels = {7: b"<< /Kids [7 0 R] /Nums [0 7 0 R] >>"}
    yield "tree of labels that holds itself", one_page(SHOWN, more=labels, root=b"/PageLabels 7 0 R")
    fields = {7: b"<< /T (a) /Kids [7 0 R] /Parent 7 0 R /FT /Tx /V (x) >>"}
    yield "field that holds itself", one_page(SHOWN, more=fields, root=b"/AcroForm << /Fields [7 0 R] >>")


def _bombs() -> Iterator[tuple[str, bytes]]:
    zeros = zlib.compress(bytes(60_000_000), 9)
    flate = b"/Filter /FlateDecode"
    yield "content of 60 MB", one_page(stream(zeros, flate))
    twice = zlib.compress(zlib.compress(bytes(100_000_000), 1), 9)
    yield "content packed twice", one_page(stream(twice, b"/Filter [/FlateDecode /FlateDecode]"))
    image = b"/Type /XObject /Subtype /Image /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode"
    huge = {6: stream(zeros, image + b" /Width 100000 /Height 100000")}
    yield "image of ten thousand million points", one_page(stream(b"600 0 0 700 0 0 cm /X Do"), more=huge)
    masked = {6: stream(zeros, image + b" /Width 30000 /Height 30000 /SMask 6 0 R")}
    yield "image that masks itself", one_page(stream(b"600 0 0 700 0 0 cm /X Do"), more=masked)
    words = b"BT /F 1 Tf " + b"1 0 0 1 9 9 Tm (Acta de la sesion) Tj " * 200_000 + b"ET"
    yield "page of 200,000 phrases", one_page(stream(zlib.compress(words, 9), flate))
    yield "a million objects", pdf({1: b"<< /Type /Catalog >>", **dict.fromkeys(range(2, 1_000_000), b"1")})
    yield "brackets 100,000 deep", one_page(stream(b"[" * 100_000))
    yield "object 100,000 brackets deep", one_page(SHOWN, more={7: b"[" * 100_000}, root=b"/X 7 0 R")
    yield "states 100,000 deep", one_page(stream(b"q " * 100_000 + b"BT /F 9 Tf (x) Tj ET"))
    many = dict.fromkeys(range(10, 20010), b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>")
    kids = b" ".join(b"%d 0 R" % number for number in many)
    tree = b"<< /Type /Pages /Count 20000 /Kids [%s] >>" % kids
    yield "20,000 blank pages", pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: tree, **many})
    runs = stream(b"\x81A" * 2_000_000 + b"\x80", b"/Filter /RunLengthDecode")
    yield "runs of one letter", one_page(runs)
    ranges = b"1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfrange <0000> <ffff> <0041> endbfrange\n"
    fonts = {
        5: b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [7 0 R]"
        b" /ToUnicode 8 0 R >>",
        7: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /FontDescriptor 9 0 R /W [0 99999999 9] >>",
        8: stream(ranges * 20_000),
        9: b"<< /Type /FontDescriptor /FontName /A /Flags 4 >>",
    }
    yield "letters mapped over and over", one_page(stream(b"BT /F 9 Tf <00410042> Tj ET"), more=fonts)


def _lies() -> Iterator[tuple[str, bytes]]:
    for length in (0, 1, 10**9, -5):
        yield f"stream said to be {length} bytes long", one_page(stream(b"BT /F 9 Tf (a) Tj ET", length=length))
    for box in (b"0 0 1e9 1e9", b"0 0 -5 -5", b"0 0 0 0", b"(a) /b [] <<>>", b"0 0 1e39 1e-39", b"9e99 9e99 0 0"):
        yield f"page of {box.decode()}", one_page(SHOWN).replace(b"0 0 612 792", box)
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1000000 >>"
    yield "a million pages that are not there", one_page(SHOWN, more={2: pages})
    yield "a negative number of pages", one_page(SHOWN, more={2: pages.replace(b"1000000", b"-1")})
    yield "turned by 47 degrees", one_page(SHOWN, page=b"/Rotate 47 /UserUnit 99999")
    yield "no table of places", one_page(SHOWN).replace(b"startxref", b"starxtref")
    yield "places beyond the end", one_page(SHOWN).replace(b"00000 n", b"99999 n").replace(b"0000000", b"9999999")
    encrypted = b"/Root 1 0 R /ID [(a) (b)] /Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 /O (x) /U (y) /P -1 >>"
    yield "encrypted by nonsense", pdf([b"<< /Type /Catalog /Pages 2 0 R >>"], trailer=encrypted)
    for kind in (b"JBIG2Decode", b"JPXDecode", b"DCTDecode", b"CCITTFaxDecode", b"LZWDecode", b"Crypt", b"Nada"):
        marks = b"/Type /XObject /Subtype /Image /Width 999 /Height 999 /ColorSpace /DeviceGray"
        marks += b" /BitsPerComponent 8 /Filter /"
        image = {6: stream(b"\xff\x4f\xff\x51" + bytes(range(256)) * 20, marks + kind)}
        yield f"image of broken {kind.decode()}", one_page(stream(b"600 0 0 700 0 0 cm /X Do"), more=image)


def _elsewhere(port: int, secret: bytes) -> Iterator[tuple[str, bytes]]:
    address = b"http://127.0.0.1:%d/" % port
    act = b"/OpenAction << /S /URI /URI (%s) >>"
    yield "opens an address", one_page(SHOWN, root=act % address)
    yield "runs a program", one_page(SHOWN, root=b"/OpenAction << /S /Launch /F (/bin/sh) >>")
    script = b"/OpenAction << /S /JavaScript /JS (app.launchURL\\('%s'\\); while\\(1\\){}) >>" % address
    yield "runs a script", one_page(SHOWN, root=script)
    outside = b"<< /Length 0 /F (%s) /FFilter [] >>\nstream\n\nendstream"
    yield "content in another file", one_page(outside % secret)
    yield "content at an address", one_page(b"<< /Length 0 /F << /FS /URL /F (%s) >> >>\nstream\n\nendstream" % address)
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "%s">]><x>&a;</x>' % address
    form = {7: stream(entity)}
    yield "form of XML with an entity", one_page(SHOWN, more=form, root=b"/AcroForm << /Fields [] /XFA 7 0 R >>")
    yield "description of XML with an entity", one_page(SHOWN, more=form, root=b"/Metadata 7 0 R")
    bomb = {
        7: b"<< /Type /Filespec /F (../../x.zip) /UF (../../x.zip) /EF << /F 8 0 R >> >>",
        8: stream(zlib.compress(bytes(105_000_000), 9), b"/Type /EmbeddedFile /Filter /FlateDecode"),
    }
    names = b"/Names << /EmbeddedFiles << /Names [(a) 7 0 R] >> >>"
    yield "attached file of 105 MB", one_page(SHOWN, more=bomb, root=names)
