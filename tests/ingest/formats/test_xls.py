"""Old workbooks: shared texts over several records, numbers of every packing, days, formulas; damage ends by name."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.formats.base import Extracted
from ingest.reading.task import read_file
from tests.ingest.formats.office_samples import compound

Read = Callable[[bytes], Extracted]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def workbook(stream: bytes) -> Extracted:
        path = tmp_path / "padron.xls"
        path.write_bytes(compound({"Workbook": stream}))
        return read_file(path, path.name, {})

    return workbook


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def cell(kind: int, row: int, column: int, look: int, body: bytes) -> bytes:
    return record(kind, struct.pack("<HHH", row, column, look) + body)


def workbook() -> bytes:
    begin, end = record(0x0809, struct.pack("<HH", 0x0600, 5)), record(0x000A)
    # "Entidad" in letters of one byte; "Votación" is cut after its fourth letter and goes on in letters of two.
    texts = struct.pack("<II", 2, 2) + struct.pack("<HB", 7, 0) + b"Entidad" + struct.pack("<HB", 8, 0) + b"Vota"
    table = record(0x00FC, texts) + record(0x003C, b"\x01" + "ción".encode("utf-16-le"))
    looks = record(0x00E0, struct.pack("<HH", 0, 0)) + record(0x00E0, struct.pack("<HH", 0, 164))
    formats = record(0x041E, struct.pack("<HH", 164, 10) + b"\0dd/mm/yyyy")
    name = b"Padr\xf3n"
    head = formats + looks + table
    place = len(begin) + len(record(0x0085, bytes(8) + name)) + len(head) + len(end)
    sheet = record(0x0085, struct.pack("<IBBB", place, 0, 0, len(name)) + b"\0" + name)
    rows = [
        cell(0x00FD, 0, 0, 0, struct.pack("<I", 0)),
        cell(0x00FD, 0, 2, 0, struct.pack("<I", 1)),
        cell(0x0203, 1, 0, 1, struct.pack("<d", 45351)),
        record(0x0809, struct.pack("<HH", 0x0600, 0x20)) + cell(0x0203, 1, 1, 0, struct.pack("<d", 7)) + end,
        cell(0x027E, 1, 1, 0, struct.pack("<I", 1250 << 2 | 3)),
        record(0x00BD, struct.pack("<HH", 1, 2) + struct.pack("<HIHI", 0, 5 << 2 | 2, 0, 0x3FF80000) + b"\x03\0"),
        cell(0x0006, 1, 4, 0, b"\0" * 6 + b"\xff\xff" + bytes(8)),
        record(0x0207, struct.pack("<H", 4) + b"\0suma"),
        cell(0x0205, 1, 5, 0, b"\x01\0"),
        cell(0x0205, 1, 6, 0, b"\x07\x01"),
    ]
    return begin + sheet + head + end + begin + b"".join(rows) + end


def test_cells_as_people_see_them(read: Read) -> None:
    found = read(workbook())
    assert found.error is None
    assert [(page.part, page.text.split("\n")) for page in found.pages] == [
        ("Padrón", ["Entidad |  | Votación", "2024-02-29 | 12.5 | 5 | 1.5 | suma | TRUE | #DIV/0!"])
    ]


def test_what_is_locked_or_older_is_named(read: Read) -> None:
    begin = record(0x0809, struct.pack("<HH", 0x0600, 5))
    for stream, code in (
        (begin + record(0x002F, bytes(6)), "encrypted"),
        (record(0x0809, struct.pack("<HH", 0x0500, 5)), "no_reader"),
    ):
        found = read(stream)
        assert found.error is not None
        assert found.error.code == code


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 500), st.binary(min_size=1, max_size=4)), min_size=1, max_size=8))
def test_whatever_is_changed_it_ends_by_name(read: Read, changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(workbook())
    for place, new in changes:
        data[place % len(data) : place % len(data) + len(new)] = new
    found = read(bytes(data))
    assert found.error is None or found.error.code in ("damaged", "encrypted", "no_reader", "too_large")
