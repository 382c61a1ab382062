"""The faults that are played (guide, F1 to F44) and the tests that play them; writes the table of docs/faults.md.

`python -m tests.faults.catalogue --write`. A test says by `@pytest.mark.fault("F5")` which rows it shows.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house.tree import PROJECT, sources

PAGE = PROJECT / "docs" / "faults.md"
BEGIN, END = "<!-- rows -->\n", "<!-- end of rows -->"

# `make test-full` runs these suites on all the servers too, and these on PostgreSQL.
ON_ALL_SERVERS = ("tests/api/", "tests/ingest/", "tests/leaks/")
ON_POSTGRESQL = ("tests/records/", "tests/search/", "tests/deploy/")
ON_BOTH_ENGINES = "tests/contract/"


@dataclass(frozen=True, slots=True)
class Row:
    """One fault. A profile without a test says why, in its place."""

    name: str
    fault: str
    promised: str
    embedded: str = ""
    servers: str = ""


NO_SERVER = "no such server in this profile"
THE_SAME = "the same code, and nothing in it that knows the profile"
ROWS = [
    Row("F1", "killed while an upload comes in", "goes on where it was, or anew; nothing shows"),
    Row("F2", "killed after the temporary file, before the bytes are stored", "asked again, stored once"),
    Row("F3", "killed after the bytes, before the rows", "asked again, the same key; else named by the audit"),
    Row("F4", "killed in the transaction, or after it and before the answer", "nothing, or the same answer again"),
    Row("F5", "killed after the rows, before anybody reads them", "found and read"),
    Row("F6", "killed while reading or recognising", "read again, at most a few times; then kept with the reason"),
    Row("F7", "killed while indexing", "indexed again, each once"),
    Row("F8", "killed while the index is built anew", "the one in use stays in use"),
    Row(
        "F9",
        "killed while records are destroyed",
        "goes on to the end; the certificate comes last",
        "no disposal yet",
        "no disposal yet",
    ),
    Row("F10", "killed while tables are made ready, or in a backup or restore", "asked again, it ends"),
    Row("F11", "no room left: files, parts, database, index", "507, reading goes on, then on by itself"),
    Row("F12", "the files' disk takes no writes", "503 to writes, reading goes on"),
    Row("F13", "S3 says 500 or 503, is silent, resets", "asked again a few times, then 503", NO_SERVER),
    Row("F14", "S3 stored it and the answer was lost", "stored once", NO_SERVER),
    Row("F15", "S3 in parts: some missing, or 200 with an error", "refused, nothing left", NO_SERVER),
    Row("F16", "the store gives other bytes, or too few", "never served as good"),
    Row("F17", "the store lacks the object", "named, no 500"),
    Row("F18", "Elasticsearch away", "uploads go on; searches say so; caught up by itself", NO_SERVER),
    Row("F19", "Elasticsearch busy, or takes a part of a batch", "each item again; no row lost", NO_SERVER),
    Row("F20", "Elasticsearch refuses a value", "set aside with its field; the rest indexed", NO_SERVER),
    Row("F21", "the index is told old after new", "new stays"),
    Row("F22", "Elasticsearch answers for some shards only", "503, never a part as the whole", NO_SERVER),
    Row("F23", "the index takes no writes (flood stage)", "no row lost, goes on", NO_SERVER),
    Row("F24", "the index still says what was taken from a reader", "the database decides, at once"),
    Row("F25", "the database lost in a transaction, busy, without connections", "all or nothing, else 503"),
    Row("F26", "the clock an hour back, a year on", "order by sequence, nothing disappears", servers=THE_SAME),
    Row("F27", "one job given twice, or to two workers", "one effect"),
    Row("F28", "a file that ends whoever reads it", "given up by name, the rest read"),
    Row("F29", "a file that unpacks without end", "cut off, refused or marked"),
    Row("F30", "a file that needs more memory than there is", "its reader ends, nobody else"),
    Row("F31", "a file that hangs its reader", "ended with all its children"),
    Row("F32", "a file that wants the network or the secrets", "there are none where it is read"),
    Row("F33", "no recognition engine", "found by its description; says why", servers=THE_SAME),
    Row("F34", "the rest of an upload is of another file", "refused; the digest decides"),
    Row("F35", "two editors of one state", "one is told"),
    Row("F36", "access changes between two pages of results", "the next page obeys"),
    Row("F37", "an index older than the database", "named and mended by the audit"),
    Row("F38", "the database restored, the store newer", "nothing removed, named"),
    Row("F39", "the store restored, the database newer", "what is missing is named, the rest served"),
    Row("F40", "the secret key changed", "signed out, old cursors refused, serving", servers=THE_SAME),
    Row("F41", "a hundred thousand jobs before a fresh upload", "the fresh one does not wait"),
    Row("F42", "clients that hold the line", "everybody else is served", servers="the same web server"),
    Row("F43", "an older release on newer tables", "goes on, and says so"),
    Row("F44", "nowhere to write figures", "no request fails"),
]


@dataclass(frozen=True, slots=True)
class Shown:
    """A test that shows rows: where, and in which profiles it runs."""

    name: str
    rows: tuple[str, ...]
    profiles: frozenset[str]


def shown() -> Iterator[Shown]:
    """Yield the tests that say which rows they show, read from their source."""
    for path, tree in sources():
        if path.parts[0] != "tests" or not path.name.startswith("test_"):
            continue
        of_all = [mark for node in tree.body if isinstance(node, ast.Assign) for mark in _marks(node)]
        full = any(ast.unparse(node.value).find("mark.full") >= 0 for node in tree.body if _is_pytestmark(node))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = [mark for one in node.decorator_list for mark in _marks(one)]
                if rows := tuple(dict.fromkeys([*of_all, *marks])):
                    yield Shown(f"{path}::{node.name}", rows, _profiles(path, node, full=full))


def _is_pytestmark(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"


def _marks(node: ast.AST) -> list[str]:
    calls = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
    named = [call for call in calls if ast.unparse(call.func) == "pytest.mark.fault"]
    return [str(ast.literal_eval(argument)) for call in named for argument in call.args]


def _profiles(path: Path, node: ast.FunctionDef, *, full: bool) -> frozenset[str]:
    where = path.as_posix()
    marked = " ".join(ast.unparse(one) for one in node.decorator_list)
    if full or "mark.full" in marked:
        return frozenset({"servers"})
    if where.startswith((*ON_ALL_SERVERS, ON_BOTH_ENGINES)):
        return frozenset({"embedded", "servers"})
    on_postgresql = where.startswith(ON_POSTGRESQL) and "commands" not in path.parts
    return frozenset({"embedded", "servers"} if on_postgresql else {"embedded"})


def table() -> str:
    """Return the rows as Markdown: the number of tests and where, or why there is none."""
    by_row: dict[str, list[Shown]] = {row.name: [] for row in ROWS}
    for one in shown():
        for name in one.rows:
            by_row[name].append(one)
    lines = ["| row | fault | promised | embedded | on the servers |", "|---|---|---|---|---|"]
    for row in ROWS:
        cells = [_cell(by_row[row.name], profile, getattr(row, profile)) for profile in ("embedded", "servers")]
        lines.append(f"| {row.name} | {row.fault} | {row.promised} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines) + "\n"


def _cell(tests: list[Shown], profile: str, why: str) -> str:
    mine = sorted({one.name.partition("::")[0] for one in tests if profile in one.profiles})
    linked = [f"[{Path(name).stem.removeprefix('test_')}](../{name})" for name in mine]
    return ", ".join(linked) or why or "**nothing yet**"


def page_with_table() -> str:
    """Return docs/faults.md with the table as it should be now."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return before + BEGIN + table() + END + rest.partition(END)[2]


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(page_with_table(), encoding="utf-8")
    sys.stdout.write(table())
