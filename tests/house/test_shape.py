"""How the tree is built: layers, style, sizes, names, and what may not be left in it."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

from tests.house.tree import PARTS, PROJECT, files, sources

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base_mixin"}
FOR_LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|pragma: no cover")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)


def test_imports_go_down_the_layers_only() -> None:
    checked = run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("command", [["check", "--no-cache", "."], ["format", "--no-cache", "--check", "."]])
def test_ruff_has_nothing_to_say(command: list[str]) -> None:
    checked = run(sys.executable, "-m", "ruff", *command)
    assert checked.returncode == 0, checked.stdout


def test_no_file_is_longer_than_one_can_read_at_once() -> None:
    long = {
        str(path.relative_to(PROJECT)): lines
        for path in files(".py")
        if "migrations" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_function_is_long() -> None:
    long = {
        f"{path}:{node.lineno} {node.name}": length
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, FUNCTIONS) and (length := code_lines(node)) > LONGEST_FUNCTION
    }
    assert long == {}


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function from `def` on, without its docstring."""
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node) is None:
        return total
    first = node.body[0]
    return total - ((first.end_lineno or first.lineno) - first.lineno + 1)


def test_modules_and_classes_are_named_for_what_they_are() -> None:
    vague = [str(path) for path, _ in sources() if path.stem.lower() in VAGUE_NAMES]
    vague += [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and re.fullmatch(r"Base\w*Mixin|\w*(Helper|Util|Utils)", node.name)
    ]
    assert vague == []


def test_every_module_says_what_it_owns() -> None:
    silent = [
        str(path)
        for path, tree in sources()
        if path.name not in {"__init__.py", "apps.py"} and tree.body and ast.get_docstring(tree) is None
    ]
    assert silent == []


def test_nothing_is_left_for_later() -> None:
    left = []
    for path, tree in sources():
        text = (PROJECT / path).read_text(encoding="utf-8")
        left += [f"{path}:{line} {comment}" for line, comment in comments(text) if FOR_LATER.search(comment)]
        left += [f"{path}:{node.lineno}" for node in ast.walk(tree) if is_unbuilt(node) or is_excused(node)]
    assert left == []


def comments(text: str) -> list[tuple[int, str]]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]


def is_unbuilt(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) and node.exc is not None and "NotImplementedError" in ast.unparse(node.exc)


def is_excused(node: ast.AST) -> bool:
    """Tell a test that is marked as skipped or as failing; one that lacks its data skips itself, loudly."""
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Attribute):
        return False
    return node.attr in {"skip", "xfail"} and node.value.attr == "mark"


def test_no_function_is_a_stub() -> None:
    stubs = []
    for path, tree in sources(tests=False):
        promised = {
            id(member)
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in node.bases)
            for member in node.body
        }
        stubs += [
            f"{path}:{node.lineno} {node.name}"
            for node in ast.walk(tree)
            if isinstance(node, FUNCTIONS) and id(node) not in promised and is_empty(node)
        ]
    assert stubs == []


def is_empty(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    if any(ast.unparse(decorator).endswith(("overload", "abstractmethod")) for decorator in node.decorator_list):
        return False
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return all(
        isinstance(line, ast.Pass)
        or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) and line.value.value is ...)
        for line in body
    )


def test_every_part_of_the_layers_is_there() -> None:
    assert [part for part in PARTS if not (PROJECT / part / "__init__.py").is_file()] == []
