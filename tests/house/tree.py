"""The files of this project, as git knows them, and what several gates ask of Python source."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
PARTS = ("storage", "records", "ingest", "search", "deploy")


def files(*suffixes: str) -> list[Path]:
    """Return the files git tracks or would track, without those it ignores; migrations are nobody's prose."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = sorted(PROJECT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes)]


def sources(*, tests: bool = True) -> Iterator[tuple[Path, ast.Module]]:
    """Yield each Python file, relative to the project, with its syntax tree; migrations are left out."""
    for relative, tree in _parsed():
        if tests or relative.parts[0] != "tests":
            yield relative, tree


@cache
def _parsed() -> list[tuple[Path, ast.Module]]:
    """Read and parse every file once for all gates of a process."""
    paths = [(path, path.relative_to(PROJECT)) for path in files(".py")]
    return [
        (relative, ast.parse(path.read_text(encoding="utf-8")))
        for path, relative in paths
        if "migrations" not in relative.parts
    ]


def project() -> dict[str, Any]:
    with (PROJECT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


def normal(name: str) -> str:
    """Return a package's name in the one form of PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> dict[str, str]:
    """Return the declared dependencies, of extras and groups too: normal name to requirement."""
    table, groups = project()["project"], project()["dependency-groups"]
    more = [*table["optional-dependencies"].values(), *groups.values()]
    lines = [*table["dependencies"], *(line for lines in more for line in lines)]
    return {normal(re.split(r"[\[<>=~! ;]", line, maxsplit=1)[0]): line for line in lines}


def docs(name: str) -> str:
    return (PROJECT / "docs" / name).read_text(encoding="utf-8")
