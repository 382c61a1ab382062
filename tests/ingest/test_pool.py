"""The pool of reading children: limits hold, one poison file costs only itself, nobody outlives the parent."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from ingest.formats.base import Extracted, ReadFailure
from ingest.pool import ReaderPool, ReaderPoolBroken

ROOT = Path(__file__).resolve().parents[2]
TASK = "tests.ingest.pool_tasks:act"
MakePool = Callable[..., ReaderPool]


@pytest.fixture
def make_pool() -> Iterator[MakePool]:
    pools: list[ReaderPool] = []

    def make(size: int = 1, **options: Any) -> ReaderPool:
        pools.append(ReaderPool(size, **{"task": TASK, **options}))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "acta.txt"
    path.write_text("acta")
    return path


def all_of(pool: ReaderPool) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    while pool.outstanding:
        found.update(pool.results(60))
    return found


def one(pool: ReaderPool, file: Path, **options: Any) -> Any:
    pool.submit("it", file, file.name, **options)
    return all_of(pool)["it"]


def code_of(answer: Any) -> str:
    assert isinstance(answer, ReadFailure)
    return answer.code


def test_every_file_is_answered_once(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool(2)
    for number in range(300):
        path = tmp_path / str(number)
        path.write_bytes(b"x" * number)
        pool.submit(number, path, path.name)
    assert all_of(pool) == {number: number for number in range(300)}
    assert pool.results(5) == []


def test_the_own_task_reads(make_pool: MakePool, file: Path) -> None:
    file.write_text("El Congreso de la República ha dado la ley que regula las sesiones de la comisión.")
    answer = one(make_pool(task="ingest.reading.task:read_file"), file)
    assert isinstance(answer, Extracted)
    assert (answer.format, answer.language, answer.error) == ("text", "es", None)


@pytest.mark.fault("F32")
def test_a_child_holds_no_secret_no_django_and_little(
    make_pool: MakePool, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://user:secret@host/db")
    monkeypatch.setenv("LEGAJO_HOME", "/srv")
    pool = make_pool(memory_bytes=700 * 2**20)
    assert set(one(pool, file, do="environment")) <= {
        "PATH",
        "LANG",
        "TZ",
        "OMP_THREAD_LIMIT",
        "MALLOC_ARENA_MAX",
        "LC_CTYPE",
    }
    modules = one(pool, file, do="modules")
    assert not [
        name for name in modules if name.partition(".")[0] in {"django", "deploy", "storage", "sqlite3", "structlog"}
    ]
    assert one(pool, file, do="limits") == [700 * 2**20, 0]
    assert one(pool, file, do="write", target=str(file.parent / "new")) == "PermissionError"


@pytest.mark.fault("F28")
@pytest.mark.parametrize(
    ("do", "code"),
    [
        ("raise", "reader_crashed"),
        ("abort", "reader_crashed"),
        ("leave", "reader_crashed"),
        ("lambda", "reader_crashed"),
        ("hostile", "reader_crashed"),
        ("eat", "memory_limit"),
        ("eat_in_c", "memory_limit"),
    ],
)
def test_a_poison_file_costs_only_itself(make_pool: MakePool, file: Path, do: str, code: str) -> None:
    # A child inherits the peak of this process, so the limit must stand clear of it to tell memory from a crash.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    pool = make_pool(memory_bytes=max(300 * 2**20, 3 * peak))
    for number in range(6):
        pool.submit(number, file, file.name, do=do if number == 2 else "size")
    answers = all_of(pool)
    assert code_of(answers.pop(2)) == code
    assert set(answers.values()) == {4}


@pytest.mark.fault("F31")
@pytest.mark.parametrize("do", ["sleep", "stop"])
def test_a_hanging_file_ends_at_the_limit(make_pool: MakePool, file: Path, do: str) -> None:
    pool = make_pool(wall_seconds=0.3)
    pool.submit("bad", file, file.name, do=do)
    pool.submit("good", file, file.name)
    answers = all_of(pool)
    assert code_of(answers["bad"]) == "time_limit"
    assert answers["good"] == 4


def test_a_file_gets_one_more_try_in_a_fresh_child(make_pool: MakePool, file: Path, tmp_path: Path) -> None:
    assert one(make_pool(confined=False), file, do="twice", marker=str(tmp_path / "tried")) == "read"


def test_too_much_text_and_too_large_a_file_are_named(
    make_pool: MakePool, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert code_of(one(make_pool(largest_file=3), file)) == "too_large"
    monkeypatch.setattr("ingest.pool._LARGEST_ANSWER", 2**20)
    pool = make_pool()
    pool.submit("much", file, file.name, do="much")
    pool.submit("good", file, file.name)
    answers = all_of(pool)
    assert code_of(answers["much"]) == "output_limit"
    assert answers["good"] == 4


def test_children_are_replaced_after_some_files(make_pool: MakePool, file: Path) -> None:
    pool = make_pool(most_files=10)
    for number in range(35):
        pool.submit(number, file, file.name, do="pid")
    answers = all_of(pool)
    assert len(answers) == 35
    assert len(set(answers.values())) == 4


@pytest.mark.fault("F30")
def test_a_child_above_its_memory_is_replaced(make_pool: MakePool, file: Path) -> None:
    pool = make_pool(retire_bytes=1)
    assert one(pool, file, do="pid") != one(pool, file, do="pid")


def test_what_is_not_there_is_a_failure(make_pool: MakePool, tmp_path: Path) -> None:
    assert code_of(one(make_pool(), tmp_path / "none")) == "file_missing"


def test_a_task_that_cannot_be_imported_is_no_files_fault(make_pool: MakePool, file: Path) -> None:
    pool = make_pool(task="ingest.no_such:thing")
    pool.submit(1, file, file.name)
    with pytest.raises(ReaderPoolBroken, match="no_such"):
        pool.results(60)


def test_close_ends_children_and_their_children(make_pool: MakePool, file: Path) -> None:
    mark = f"mark-{os.getpid()}-{time.monotonic_ns()}"
    pool = make_pool(confined=False)
    pool.submit(1, file, file.name, do="grandchild", mark=mark)
    while not marked(mark):
        assert pool.results(0.05) == []
    pool.close()
    wait_until(lambda: not marked(mark))


@pytest.mark.fault("F31")
def test_no_child_outlives_a_killed_parent(file: Path) -> None:
    program = (
        "import sys, time\n"
        "from ingest.pool import ReaderPool\n"
        f"pool = ReaderPool(2, task={TASK!r})\n"
        "for number in range(2):\n"
        "    pool.submit(number, sys.argv[1], 'x', do='pid')\n"
        "pids = [pid for _ in range(2) for _, pid in pool.results(60)]\n"
        "pool.submit('a', sys.argv[1], 'x', do='sleep')\n"
        "pool.submit('b', sys.argv[1], 'x', do='size')\n"
        "pool.results(0.2)\n"
        "print(*[seat.child.process.pid for seat in pool._seats], flush=True)\n"
        "time.sleep(300)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(file)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert children
        parent.send_signal(signal.SIGKILL)
        parent.wait(30)
    wait_until(lambda: not any(alive(pid) for pid in children))


def marked(mark: str) -> bool:
    found = False
    for process in psutil.process_iter():
        try:
            found = found or any(part.endswith(f"# {mark}") for part in process.cmdline())
        except psutil.Error:
            continue
    return found


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_long_file_tells_how_far_it_is_and_gets_time_for_its_pages(
    make_pool: MakePool, file: Path, tmp_path: Path
) -> None:
    pool = make_pool(wall_seconds=0.5)
    marker = tmp_path / "seen"
    pool.submit("long", file, file.name, do="long", marker=str(marker))
    while not pool.progress:
        assert pool.results(0.2) == []
    for _ in range(5):
        assert pool.results(0.2) == []
    # What counts backwards or beyond its own end is not believed.
    assert pool.progress == {"long": (50, 100)}
    marker.touch()
    assert all_of(pool) == {"long": "read"}
    assert pool.progress == {}
