"""Every way of writing has its points at which the fault harness ends a process (docs/faults.md)."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.faults.points import points_in
from tests.house.tree import PARTS, sources

CHANGES_FILES = {"unlink", "write_bytes", "write_text", "rmtree", "rename", "put", "copytree", "copyfile", "truncate"}
CHANGES_STORES = {"delete", "join"}

WITHOUT = {
    "deploy/backups/folder.py::write_whole": "beside and renamed; `backup.written` follows",
    "deploy/backups/folder.py::clear_partial": "what it leaves is partial, and cleared by the next",
    "deploy/backups/listing.py::write_listing": "inside a generation without a name; `backup.rows_written` follows",
    "deploy/backups/written_rows.py::write_table": "inside a generation without a name; `backup.rows_written` follows",
    "deploy/demo/loading.py::_write_marker": "the sample site, which is loaded again",
    "deploy/figures.py::_write": "counters of a process, which may be lost",
    "deploy/health.py::forget": "a cache of answers",
    "deploy/health.py::_keep": "a cache of answers",
    "deploy/import_graph.py::write": "a page of the documentation",
    "deploy/moving/destination.py::carry_key": "`tests/services/test_move.py` kills it at every step",
    "deploy/moving/files.py::_carry_one": "`tests/services/test_move.py` kills it at every step",
    "deploy/secret_key.py::kept_secret": "linked whole under its name; a key beside it is never read",
    "ingest/direct_parts.py::forget_direct": "a part that a browser put is swept once nobody goes on with it",
    "ingest/direct_parts.py::forget_all_direct": "a part that a browser put is swept once nobody goes on with it",
    "ingest/lexicon/build.py::keep": "a word list of the source tree",
    "ingest/rehearsal.py::report": "a list of faults, written anew each time",
    "ingest/uploads.py::_join": "`upload.joined` follows",
    "records/static/legajo/legajo-send.py::_go": "on another machine; the receipt can be fetched again",
    "search/backends/tantivy_store.py::discard": "nothing points to it; the next rebuild clears it",
    "storage/local.py::put": "`_written` and `_placed` have the points",
    "storage/local.py::join": "`put` has the points",
}
"""Why a function that writes has no point of its own. Locks do not count, nor do the test servers."""


def writers() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield each function of ours that changes files or a store by itself, with its name."""
    for path, tree in sources(tests=False):
        if path.parts[0] not in PARTS or path.parts[:2] == ("deploy", "services"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and any(_writes(call) for call in _calls(node)):
                yield f"{path}::{node.name}", node


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (one for one in ast.walk(node) if isinstance(one, ast.Call))


def _writes(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    name, of = call.func.attr, ast.unparse(call.func.value)
    if name in CHANGES_STORES:
        return of.endswith(("store", "documents()", "staging()"))
    if name == "open" and any(_mode(one)[:1] in ("w", "x") for one in call.args):
        return True
    return name in CHANGES_FILES or (of == "os" and name in {"replace", "link", "remove"})


def _mode(argument: ast.expr) -> str:
    said = argument.value if isinstance(argument, ast.Constant) else ""
    return said if isinstance(said, str) and len(said) <= 3 else ""


def test_whatever_writes_says_so_at_a_point() -> None:
    without = {name for name, node in writers() if not points_in(node)}
    assert without - WITHOUT.keys() == set(), "give it a `reached(...)`, or say above why it needs none"
    assert WITHOUT.keys() - without == set(), "these have a point by now, or write no more"


def test_each_point_is_named_once() -> None:
    named = Counter(point for _, tree in sources(tests=False) for point in points_in(tree))
    assert len(named) >= 40
    assert [point for point, times in named.items() if times > 1] == []


@pytest.mark.parametrize(
    ("source", "writes"),
    [
        ("def f(p):\n    p.write_text('x')", True),
        ("def f():\n    documents().put('k', [])", True),
        ("def f():\n    staging().delete('k')", True),
        ("def f(rows):\n    rows.delete()\n    ', '.join([])\n    'a'.replace('a', 'b')", False),
        ("def f(p):\n    p.open('wb')", True),
        ("def f(p):\n    p.open('rb')", False),
        ("def f(a, b):\n    os.replace(a, b)", True),
    ],
)
def test_what_counts_as_writing(source: str, writes: bool) -> None:
    assert any(_writes(call) for call in _calls(ast.parse(source))) == writes
