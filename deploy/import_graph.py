"""The import graph of `docs/architecture.md`, drawn from the code: `python -m deploy.import_graph --write`."""

from __future__ import annotations

import ast
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "docs" / "architecture.md"
OPEN, CLOSE = "<!-- import graph: made by `make graph` -->", "<!-- end of import graph -->"
PARTS = ("deploy", "ingest", "search", "records", "storage")


def drawn() -> str:
    """Return the graph as Markdown: a picture of the five parts, and what each piece takes from other pieces."""
    edges = list(_edges())
    between = Counter((_part(here), _part(there)) for here, there in edges if _part(here) != _part(there))
    lines = ["```mermaid", "graph TD"]
    lines += [f"    {here} -->|{count}| {there}" for (here, there), count in sorted(between.items())]
    lines += ["```", "", "The numbers count import statements. Piece by piece:", ""]
    for part in PARTS:
        lines += ["", f"| `{part}` | takes from |", "|---|---|"]
        pieces = defaultdict(set)
        for here, there in edges:
            if _part(here) == part and here != there:
                pieces[here].add(there)
        lines += [f"| `{here}` | {_listed(there)} |" for here, there in sorted(pieces.items())]
    return "\n".join(lines).replace("\n\n\n", "\n\n")


def present() -> str:
    """Return the graph that the page holds now."""
    return PAGE.read_text(encoding="utf-8").split(OPEN)[1].split(CLOSE)[0].strip()


def write() -> None:
    """Put the graph of today into the page."""
    before, rest = PAGE.read_text(encoding="utf-8").split(OPEN)
    PAGE.write_text(f"{before}{OPEN}\n\n{drawn()}\n\n{CLOSE}{rest.split(CLOSE)[1]}", encoding="utf-8")


def _edges() -> Iterator[tuple[str, str]]:
    """Yield (importing piece, imported piece) for each import statement between our own modules."""
    for part in PARTS:
        for path in sorted((PROJECT / part).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            here = _piece(".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__"))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for name in _imported(node):
                    if _part(name) in PARTS:
                        yield here, _piece(name)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        if "." in node.module:
            return [node.module]
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def _piece(module: str) -> str:
    """Return the piece a module belongs to: a folder or a file right below its part."""
    return ".".join(module.split(".")[:2])


def _part(name: str) -> str:
    return name.split(".", maxsplit=1)[0]


def _listed(names: set[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
    else:
        print(drawn())  # noqa: T201 - this is the answer
