"""7z archives: members with their bytes in any order of asking; lies, links and bombs are refused by name."""

from __future__ import annotations

import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.archives import ArchiveError, DamagedArchive, DuplicateMember, UnsafeArchive, opened_archive
from ingest.reading.task import read_file
from ingest.sources import gathered
from tests.ingest.archive_samples import seven_zip
from tests.ingest.formats.office_samples import package

Stored = Callable[[bytes], Path]


@pytest.fixture
def stored(tmp_path: Path) -> Stored:
    def store(data: bytes) -> Path:
        path = tmp_path / "actas.7z"
        path.write_bytes(data)
        return path

    return store


def outcomes(path: Path) -> list[tuple[str, bytes | type[ArchiveError]]]:
    found: list[tuple[str, bytes | type[ArchiveError]]] = []
    with opened_archive(path) as members:
        for member in members:
            try:
                with member.open() as copy:
                    found.append((member.path, copy.read_bytes()))
            except ArchiveError as error:
                found.append((member.path, type(error)))
    return found


def test_members_come_back_in_any_order(stored: Stored) -> None:
    members = [("2019/acta.txt", b"uno " * 1000), ("año/ñ.md", b"dos"), ("c.bin", bytes(range(256)) * 20)]
    path = stored(seven_zip(members))
    assert outcomes(path) == members
    with opened_archive(path) as opened:
        assert [b"".join(one.chunks()) for one in opened[::-1]] == [data for _, data in members[::-1]]


def test_bad_members_are_named_and_the_others_go_on(stored: Stored) -> None:
    members = [("../up", b"x"), ("a", b"y"), ("a", b"z"), ("l", b"/etc/passwd"), ("C:\\x", b"w"), ("b", b"v")]
    link = (stat.S_IFLNK | 0o777) << 16 | 0x8000
    path = stored(seven_zip(members, attributes=[0, 0, 0, link, 0, 0]))
    assert [result for _, result in outcomes(path)] == [
        UnsafeArchive,
        b"y",
        DuplicateMember,
        UnsafeArchive,
        UnsafeArchive,
        b"v",
    ]


def test_lies_about_sizes_and_settings_are_not_believed(stored: Stored) -> None:
    assert [result for _, result in outcomes(stored(seven_zip([("a", b"x" * 100)], sizes=[5_000])))] == [DamagedArchive]
    huge = seven_zip([("a", b"x")], settings=b"\x28")
    assert [result for _, result in outcomes(stored(huge))] == [UnsafeArchive]
    unknown = seven_zip([("a", b"x")], method=b"\x03\x04\x01", settings=b"")
    with opened_archive(stored(unknown)) as members, pytest.raises(ArchiveError, match="pack it anew"):
        b"".join(members[0].chunks())
    with pytest.raises(UnsafeArchive, match="bomb"), opened_archive(stored(seven_zip([("a", bytes(30_000_000))]))):
        pass


def test_an_import_takes_its_members_as_files(stored: Stored) -> None:
    path = stored(seven_zip([("acta.txt", b"uno"), ("b.txt", b"dos")]))
    with gathered([str(path)]) as files:
        assert [(file.member, file.size) for file in files] == [("acta.txt", 3), ("b.txt", 3)]


def test_an_archive_uploaded_whole_has_its_members_as_parts(tmp_path: Path) -> None:
    inner = seven_zip([("nota.txt", b"Nota de la sesion")])
    deep = package({"e.zip": package({"d.zip": package({"c.zip": package({"b.txt": "no"})})})})
    path = tmp_path / "actas.zip"
    path.write_bytes(package({"acta.txt": "Acta de la sesión", "../x.txt": "fuera", "i.7z": inner, "f.zip": deep}))
    found = read_file(path, path.name, {})
    assert (found.format, found.error, found.pages) == ("zip", None, [])
    acta, outside, seven, nest = found.parts
    assert acta.pages[0].text == "Acta de la sesión"
    assert outside.error is not None
    assert (outside.name, outside.error.code) == ("x.txt", "unsafe_archive")
    assert [(part.name, part.pages[0].text) for part in seven.parts] == [("nota.txt", "Nota de la sesion")]
    deepest = nest.parts[0].parts[0]
    assert deepest.name == "d.zip"
    assert [part.error.code for part in deepest.parts if part.error] == ["too_deep"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=8)), min_size=1, max_size=6))
def test_whatever_is_changed_it_ends_by_name(stored: Stored, changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(seven_zip([("acta.txt", b"uno " * 9), ("b", b"x"), ("c", b"y")], attributes=[0, 0, 0]))
    for place, new in changes:
        data[place % len(data) : place % len(data) + len(new)] = new
    path = stored(bytes(data))
    with suppress(ArchiveError):
        outcomes(path)
