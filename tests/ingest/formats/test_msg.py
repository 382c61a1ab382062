"""Outlook messages: body in its three forms, attachments, messages within messages; damage ends by name."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.formats.base import Extracted
from ingest.formats.packed_rtf import unpacked_rtf
from ingest.reading.task import read_file
from tests.ingest.formats.office_samples import compound

Read = Callable[[dict[str, bytes]], Extracted]
# The example of MS-OXRTFCP, 4.1.1.
PACKED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def message(streams: dict[str, bytes]) -> Extracted:
        path = tmp_path / "correo.msg"
        path.write_bytes(compound(streams))
        return read_file(path, path.name, {})

    return message


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def properties(head: int = 32, **numbers: int) -> bytes:
    lines = (struct.pack("<HHIQ", 3, int(code[1:], 16), 0, value) for code, value in numbers.items())
    return bytes(head) + b"".join(lines)


def test_a_message_with_attachments(read: Read) -> None:
    first, second = "__attach_version1.0_#00000000/", "__attach_version1.0_#00000001/"
    inner = f"{second}__substg1.0_3701000D/"
    found = read(
        {
            "__properties_version1.0": properties(p0039=133_540_000_000_000_000),
            "__substg1.0_0037001F": wide("Convocatoria"),
            "__substg1.0_0C1A001F": wide("Secretaría"),
            "__substg1.0_1000001F": wide("Se convoca a sesión.\r\n"),
            f"{first}__substg1.0_3707001F": wide("acta.txt"),
            f"{first}__substg1.0_37010102": "Acta de la sesión".encode(),
            f"{second}__substg1.0_3001001F": wide("Reenviado"),
            f"{inner}__substg1.0_1000001F": wide("Lo anterior."),
            f"{inner}__attach_version1.0_#00000000/__substg1.0_37010102": b"nota de la comision",
        }
    )
    assert found.error is None
    assert found.pages[0].text == "Se convoca a sesión."
    assert found.metadata == {"title": "Convocatoria", "author": "Secretaría", "created": "2024-03-04T04:26:40+00:00"}
    assert [(part.name, part.pages[0].text) for part in found.parts] == [
        ("acta.txt", "Acta de la sesión"),
        ("Reenviado", "Lo anterior."),
    ]
    assert [part.pages[0].text for part in found.parts[1].parts] == ["nota de la comision"]


def test_bodies_of_other_forms(read: Read) -> None:
    head = {"__properties_version1.0": properties(p3FDE=65001, p3FFD=1252)}
    html = read(head | {"__substg1.0_10130102": "<h1>Sesión</h1>".encode()})
    assert (html.pages[0].text, html.headings[0].text) == ("Sesión", "Sesión")
    assert read(head | {"__substg1.0_10090102": PACKED}).pages[0].text == "hello world"
    assert read(head | {"__substg1.0_1000001E": "Sesión".encode("cp1252")}).pages[0].text == "Sesión"


@given(st.binary(max_size=200))
def test_packed_rtf_ends_whatever_it_holds(body: bytes) -> None:
    head = struct.pack("<II4sI", len(body) + 12, 5_000, b"LZFu", 0)
    assert len(unpacked_rtf(head + body)) <= 5_000 + 17


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 4000), st.binary(min_size=1, max_size=4)), min_size=1, max_size=8))
def test_whatever_is_changed_it_ends_by_name(tmp_path: Path, changes: list[tuple[int, bytes]]) -> None:
    attached = "__attach_version1.0_#00000000/__substg1.0_3701000D/"
    streams = {"__properties_version1.0": properties(), f"{attached}__substg1.0_1000001F": wide("x" * 99)}
    data = bytearray(compound(streams))
    for place, new in changes:
        data[place : place + len(new)] = new
    path = tmp_path / "a.msg"
    path.write_bytes(data)
    found = read_file(path, path.name, {})
    assert found.error is None or found.error.code in ("damaged", "no_reader", "unknown_format")
