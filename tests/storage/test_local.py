"""What is particular to the local store: durability order, temporary files, disk full."""

from __future__ import annotations

import io
import os
import resource
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from storage.errors import StoreFull, StoreUnavailable
from storage.local import LocalStore

ROOT = Path(__file__).resolve().parents[2]


def test_list_does_not_show_what_is_being_written(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    (tmp_path / ".incoming" / "half").write_bytes(b"half")
    store.put("a", io.BytesIO(b"x"))
    assert [one.key for one in store.list()] == ["a"]


def test_sweep_takes_only_old_leftovers(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    for name, age in (("old", 7200), ("new", 0)):
        leftover = tmp_path / ".incoming" / name
        leftover.write_bytes(b"half")
        os.utime(leftover, (leftover.stat().st_mtime - age,) * 2)
    assert store.sweep_temporary(timedelta(hours=1)) == 1
    assert [entry.name for entry in (tmp_path / ".incoming").iterdir()] == ["new"]


def test_no_temporary_file_stays_after_put(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    store.put("a", io.BytesIO(b"x"))
    store.put("a", io.BytesIO(b"x"))
    assert list((tmp_path / ".incoming").iterdir()) == []


def test_no_room_has_a_name(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
        with pytest.raises(StoreFull):
            store.put("big", io.BytesIO(b"x" * 2_000_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert store.stat("big") is None
    assert list((tmp_path / ".incoming").iterdir()) == []


def test_a_folder_that_cannot_be_used_has_a_name(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    (tmp_path / "a").symlink_to("a")
    with pytest.raises(StoreUnavailable):
        store.put("a/b", io.BytesIO(b"x"))


def test_a_killed_writer_leaves_no_object(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "from storage.local import LocalStore\n"
        "def source():\n"
        "    yield b'half'\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "LocalStore(sys.argv[1]).put('a', source())\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    store = LocalStore(tmp_path)
    assert list(store.list()) == []
    assert store.sweep_temporary(timedelta(seconds=-5)) == 1
