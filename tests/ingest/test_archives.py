"""ZIP archives: bombs refuse the archive, a bad member is its own failure, names come out as they were meant."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import archives
from ingest.archives import (
    ArchiveError,
    DamagedArchive,
    DuplicateMember,
    EncryptedMember,
    NestedArchive,
    UnsafeArchive,
    opened_archive,
)

Build = Callable[[dict[str, bytes]], Path]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def make(members: dict[str, bytes]) -> Path:
        path = tmp_path / "archive.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        return path

    return make


def outcomes(path: Path) -> dict[str, bytes | type[ArchiveError]]:
    found: dict[str, bytes | type[ArchiveError]] = {}
    with opened_archive(path) as members:
        for member in members:
            try:
                with member.open() as copy:
                    found[member.path] = copy.read_bytes()
                assert not copy.exists()
            except ArchiveError as error:
                found[member.path] = type(error)
    return found


def test_members_come_with_their_paths_and_bytes(build: Build) -> None:
    path = build({"2019/": b"", "2019/acta.txt": b"uno", "año/ñandú.md": b"dos", "vacío.txt": b""})
    assert outcomes(path) == {"2019/acta.txt": b"uno", "año/ñandú.md": b"dos", "vacío.txt": b""}


def test_what_systems_leave_behind_is_left_out(build: Build) -> None:
    assert outcomes(build({"__MACOSX/._a": b"x", "a/.DS_Store": b"x", "a/b": b"c"})) == {"a/b": b"c"}


@pytest.mark.parametrize(
    ("raw", "meant"),
    [("resolución.txt".encode(), "resolución.txt"), ("año Á.txt".encode("cp850"), "año Á.txt")],
)
def test_names_without_the_utf8_flag(tmp_path: Path, raw: bytes, meant: str) -> None:
    path = tmp_path / "old.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("N" * len(raw), b"x")
    path.write_bytes(path.read_bytes().replace(b"N" * len(raw), raw))
    assert outcomes(path) == {meant: b"x"}


@pytest.mark.parametrize(
    "name", ["../up", "a/../../up", "/etc/passwd", "C:/windows", "..\\up", "\\\\host\\share", "a/.."]
)
def test_a_name_that_leads_outside_is_refused_and_the_others_go_on(build: Build, name: str) -> None:
    found = outcomes(build({"good.txt": b"good", name: b"bad"}))
    assert found.pop("good.txt") == b"good"
    assert list(found.values()) == [UnsafeArchive]


def test_a_name_with_nul_is_refused(tmp_path: Path, build: Build) -> None:
    path = build({"aXb.txt": b"x"})
    path.write_bytes(path.read_bytes().replace(b"aXb.txt", b"a\0b.txt"))
    assert list(outcomes(path).values()) == [UnsafeArchive]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_a_link_or_device_is_refused(tmp_path: Path, kind: int) -> None:
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = (kind | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert outcomes(path) == {"link": UnsafeArchive}


def test_an_archive_inside_is_refused_by_its_bytes(build: Build, tmp_path: Path) -> None:
    inner = build({"a": b"b"}).read_bytes()
    assert outcomes(build({"inner.pdf": inner, "c": b"d"})) == {"inner.pdf": NestedArchive, "c": b"d"}


def test_an_encrypted_member_is_named(build: Build) -> None:
    path = build({"secret.txt": b"x"})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert outcomes(path) == {"secret.txt": EncryptedMember}


def test_a_second_member_of_the_same_name_is_named(tmp_path: Path) -> None:
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", b"1")
        archive.writestr("b", b"2")
    path.write_bytes(path.read_bytes().replace(b"b", b"a"))
    with opened_archive(path) as members, members[0].open() as first:
        assert first.read_bytes() == b"1"
        with pytest.raises(DuplicateMember), members[1].open():
            pass


def test_a_damaged_member_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    path = tmp_path / "flip.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a", b"A" * 100)
        archive.writestr("b", b"B" * 100)
    path.write_bytes(path.read_bytes().replace(b"A" * 100, b"A" * 99 + b"Z"))
    assert outcomes(path) == {"a": DamagedArchive, "b": b"B" * 100}


def test_no_archive_at_all(tmp_path: Path, build: Build) -> None:
    path = build({"a": os.urandom(1000)})
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(DamagedArchive), opened_archive(path):
        pass


@pytest.mark.fault("F29")
def test_a_bomb_is_refused_before_it_unpacks(build: Build) -> None:
    with pytest.raises(UnsafeArchive, match="bomb"), opened_archive(build({"zeros": bytes(30_000_000)})):
        pass


@pytest.mark.fault("F29")
def test_a_header_that_lies_about_the_size_is_not_believed(build: Build) -> None:
    path = build({"zeros": bytes(30_000_000)})
    data = path.read_bytes()
    path.write_bytes(data.replace((30_000_000).to_bytes(4, "little"), (5_000).to_bytes(4, "little")))
    assert outcomes(path) == {"zeros": DamagedArchive}


def test_too_many_members_or_bytes(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    path = build({"a": b"x" * 100, "b": b"y" * 100})
    monkeypatch.setattr(archives, "MOST_BYTES", 150)
    with pytest.raises(UnsafeArchive), opened_archive(path):
        pass
    monkeypatch.setattr(archives, "MOST_MEMBERS", 1)
    with pytest.raises(UnsafeArchive, match="2 members"), opened_archive(path):
        pass


@pytest.mark.fault("F29")
def test_members_that_share_bytes_are_a_bomb(build: Build) -> None:
    path = build({"a": b"x" * 100, "b": b"x" * 100})
    data = bytearray(path.read_bytes())
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = bytes(4)
    path.write_bytes(data)
    with pytest.raises(UnsafeArchive, match="share"), opened_archive(path):
        pass
