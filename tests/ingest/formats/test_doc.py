"""Old Word documents: pieces, rows, headings, running heads, deletions; loops and damage end by name."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.formats.base import Extracted
from ingest.formats.compound import CompoundFile
from ingest.reading.task import read_file
from tests.ingest.formats.office_samples import compound, old_word

IN_TABLE, ROW_END = struct.pack("<HB", 0x2416, 1), struct.pack("<HBHB", 0x2416, 1, 0x2417, 1)
HEADING = struct.pack("<HB", 0x2640, 0)
Read = Callable[[bytes], Extracted]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def document(data: bytes) -> Extracted:
        path = tmp_path / "acta.doc"
        path.write_bytes(data)
        return read_file(path, path.name, {})

    return document


def test_text_rows_headings_and_running_heads(read: Read) -> None:
    running = ["", "", "", "", "", "", "", "Ministerio de Cultura", "", "Página 1"]
    found = read(
        old_word(
            [
                ("Resolución N.º 12", HEADING),
                ("Se aprueba \x13 HYPERLINK x \x14el reglamento\x15.", b""),
                ("Entidad\x07", IN_TABLE),
                ("\x07", IN_TABLE),
                ("Voto\x07", IN_TABLE),
                ("\x07", ROW_END),
                ("Firma\x0bAna\x1e", b""),
            ],
            running=running,
        )
    )
    page = found.pages[0]
    assert found.error is None
    assert page.text.split("\n") == [
        "Ministerio de Cultura",
        "Resolución N.º 12",
        "Se aprueba el reglamento.",
        "Entidad |  | Voto",
        "Firma",
        "Ana-",
        "Página 1",
    ]
    assert [page.text[start:end] for start, end, _ in page.furniture] == ["Ministerio de Cultura", "Página 1"]
    assert [page.text[one.start : one.end] for one in found.headings] == ["Resolución N.º 12"]


def test_what_was_deleted_is_left_out_and_said(read: Read) -> None:
    found = read(old_word([("son tres votos", b"")], deleted=(4, 9)))
    assert found.pages[0].text == "son votos"
    assert found.warnings == ["tracked_changes: 1 deleted passages were left out"]


def test_a_document_with_password_is_named(read: Read) -> None:
    data = bytearray(old_word([("secreto", b"")]))
    at = data.index(struct.pack("<HH", 0xA5EC, 0xC1))
    struct.pack_into("<H", data, at + 10, 0x0100)
    found = read(bytes(data))
    assert found.error is not None
    assert found.error.code == "encrypted"


def test_streams_of_any_size_come_back(tmp_path: Path) -> None:
    streams = {"a": b"", "b": b"x" * 63, "c": b"y" * 4095, "d": b"z" * 4096, "s/e": b"w" * 100_000, "s/f": b"v"}
    file = CompoundFile(compound(streams))
    assert {name: file.read(name) for name in file.streams} == streams


def test_a_loop_of_sectors_ends(read: Read) -> None:
    data = bytearray(old_word([("acta de la sesión " * 500, b"")]))
    for place in range(len(data) - 512, len(data), 4):
        struct.pack_into("<I", data, place, 0)
    found = read(bytes(data))
    assert found.error is None or found.error.code in ("damaged", "unknown_format")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 5000), st.binary(min_size=1, max_size=4)), min_size=1, max_size=8))
def test_whatever_is_changed_it_ends_by_name(read: Read, changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(old_word([("Acta", HEADING), ("a\x07", IN_TABLE), ("\x07", ROW_END)], running=["x"] * 9))
    for place, new in changes:
        data[place : place + len(new)] = new
    found = read(bytes(data))
    assert found.error is None or found.error.code in (
        "damaged",
        "encrypted",
        "empty_text",
        "no_reader",
        "unknown_format",
    )
