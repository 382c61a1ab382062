"""Office files as the tests invent them: packages of parts, compound files and old Word documents from scratch."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import pairwise

ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def package(parts: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file of these parts, in this order."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def opendocument(kind: str, body: str, **parts: str) -> bytes:
    """An OpenDocument file of a kind (text, spreadsheet, presentation); `styles` and `meta` are whole parts."""
    content = f"<office:document-content {ODF}>{parts.pop('automatic', '')}<office:body><office:{kind}>{body}"
    return package(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"{content}</office:{kind}></office:body></office:document-content>",
            **{f"{name}.xml": text for name, text in parts.items()},
        }
    )


def office(folder: str, main: str, parts: Mapping[str, str], relations: Mapping[str, Mapping[str, str]]) -> bytes:
    """An Office document: `relations` give for a part the ids it leads by, as `kind:target`."""
    found: dict[str, str] = {"[Content_Types].xml": "<Types/>"}
    leads = {"": {"r1": f"officeDocument:{folder}/{main}"}, **relations}
    for part, targets in leads.items():
        where, _, name = part.rpartition("/")
        lines = "".join(
            f'<Relationship Id="{identity}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
            for identity, (kind, _, target) in ((one, lead.partition(":")) for one, lead in targets.items())
        )
        found[f"{where}/_rels/{name}.rels".lstrip("/")] = f"<Relationships>{lines}</Relationships>"
    return package(found | dict(parts))


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (MS-CFB, version 3); `/` in a name puts a stream into a storage."""
    small, small_table, sectors = b"", [], []
    table: list[int] = []

    def placed(data: bytes) -> int:
        start, count = len(table), max(-(-len(data) // 512), 1)
        table.extend([*range(start + 1, start + count), _END])
        sectors.append(data.ljust(count * 512, b"\0"))
        return start

    lines: list[tuple[str, int, int, int, int, int]] = [("Root Entry", 5, 0, _FREE, 0, 0)]
    folders = {"": 0}
    for path, data in streams.items():
        folder, _, name = path.rpartition("/")
        for depth in range(1, folder.count("/") + 2 if folder else 1):
            place = "/".join(folder.split("/")[:depth])
            if place not in folders:
                above, _, last = place.rpartition("/")
                folders[place] = len(lines)
                lines.append((last, 1, folders[above], _FREE, 0, 0))
        if len(data) < 4096:
            start, count = len(small_table), -(-len(data) // 64)
            small_table.extend([*range(start + 1, start + count), _END] if count else [])
            small += data.ljust(count * 64, b"\0")
        else:
            start = placed(data)
        lines.append((name, 2, folders[folder], _FREE, start, len(data)))
    return _compound_bytes(lines, small, small_table, table, sectors, placed)


def _compound_bytes(lines, small, small_table, table, sectors, placed):  # type: ignore[no-untyped-def]
    """Directory, tables and header around the sectors. Children of a storage hang to the right of each other."""
    owner = [folder for _, _, folder, *_ in lines]
    children: dict[int, list[int]] = {}
    for number, above in list(enumerate(owner))[1:]:
        children.setdefault(above, []).append(number)
    right = {one: after for found in children.values() for one, after in pairwise(found)}
    small_start = placed(small) if small else _END
    directory = b""
    for number, (name, kind, _, _, start, size) in enumerate(lines):
        if kind == 5:
            start, size = small_start, len(small)
        coded = name.encode("utf-16-le")
        links = (_FREE, right.get(number, _FREE), children.get(number, [_FREE])[0])
        directory += coded.ljust(64, b"\0") + struct.pack("<HBB", len(coded) + 2, kind, 1)
        directory += struct.pack("<III", *links) + bytes(36) + struct.pack("<IQ", start, size)
    first = placed(directory)
    packed = struct.pack(f"<{len(small_table)}I", *small_table)
    small_first = placed(packed + b"\xff" * (-len(packed) % 512)) if small_table else _END
    count = 1
    while (len(table) + count) > count * 128:
        count += 1
    fat = [*table, *[_FAT] * count]
    fat += [_FREE] * (count * 128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    header += bytes(10) + struct.pack("<IIIIIIII", count, first, 0, 4096, small_first, 1, _END, 0)
    places = [len(table) + at for at in range(count)]
    header += struct.pack("<109I", *places, *[_FREE] * (109 - count))
    return header + b"".join(sectors) + struct.pack(f"<{len(fat)}I", *fat)


def old_word(
    paragraphs: Sequence[tuple[str, bytes]], *, running: Sequence[str] = (), deleted: tuple[int, int] | None = None
) -> bytes:
    """A document of Word 97: paragraphs with the modifiers of each, running heads in Word's order of stories.

    `deleted` is a stretch of the text, in letters.
    """
    text = "".join(one if one.endswith("\x07") else f"{one}\r" for one, _ in paragraphs)
    heads = "".join(f"{one}\r" if one else "" for one in running)
    start = 2048
    body = (text + heads).encode("utf-16-le")
    main = bytearray(start) + body
    main += bytes(-len(main) % 512)
    ends, place = [start], start
    for one, _ in paragraphs:
        place += 2 * (len(one) if one.endswith("\x07") else len(one) + 1)
        ends.append(place)
    papx_page = len(main) // 512
    main += _page(ends, [b"\0\0" + modifiers for _, modifiers in paragraphs], 13)
    chpx_page = len(main) // 512
    first, last = (start + 2 * at for at in deleted) if deleted else (start, start)
    main += _page([start, first, last, ends[-1]], [b"", struct.pack("<HB", 0x0800, 1), b""], 1)
    table = struct.pack("<BI", 2, 16) + struct.pack("<II", 0, len(text + heads)) + struct.pack("<HIH", 0, start, 0)
    slots = {33: (0, len(table))}
    for number, page in ((13, papx_page), (12, chpx_page)):
        slots[number] = (len(table), 12)
        table += struct.pack("<III", start, ends[-1], page)
    if running:
        places = [0]
        for one in running:
            places.append(places[-1] + (len(one) + 1 if one else 0))
        slots[11] = (len(table), 4 * len(places))
        table += struct.pack(f"<{len(places)}I", *places)
    struct.pack_into("<HH", main, 0, 0xA5EC, 0xC1)
    struct.pack_into("<7i", main, 0x4C, len(text), 0, len(heads), 0, 0, 0, 0)
    for number, slot in slots.items():
        struct.pack_into("<II", main, 0x9A + 8 * number, *slot)
    return compound({"WordDocument": bytes(main), "0Table": table})


def _page(places: Sequence[int], modifiers: Sequence[bytes], width: int) -> bytes:
    """A page of formatted runs: places, where each run's modifiers lie, and these from the end backwards."""
    page = bytearray(512)
    struct.pack_into(f"<{len(places)}I", page, 0, *places)
    place = 510
    for at, one in enumerate(modifiers):
        if not one:
            continue
        padded = one if len(one) % 2 else one + b"\0"
        data = bytes((len(one),)) + one if width == 1 else bytes((len(padded) // 2 + 1,)) + padded
        place = (place - len(data)) & ~1
        page[place : place + len(data)] = data
        page[4 * len(places) + at * width] = place // 2
    page[511] = len(modifiers)
    return bytes(page)
