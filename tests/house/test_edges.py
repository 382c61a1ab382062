"""The edges stay thin: API and pages reach rows only through `visible_to`."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.tree import sources

MANAGERS = {"objects", "_default_manager", "_base_manager"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404"}
LONGEST_VIEW = 15


def is_edge(path: Path) -> bool:
    return bool({"api", "web"} & set(path.parts[:-1])) or path.name.endswith(("api.py", "web.py"))


def naked_managers(tree: ast.Module) -> list[int]:
    """Return the lines where a manager is touched otherwise than as `.objects.visible_to`."""
    clothed = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "visible_to"
    }
    lines = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and id(node) not in clothed
    ]
    lines += [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in SHORTCUTS
        and isinstance(node.args[0], ast.Name)
    ]
    return lines


def test_edges_touch_managers_only_through_visible_to() -> None:
    naked = [f"{path}:{line}" for path, tree in sources(tests=False) if is_edge(path) for line in naked_managers(tree)]
    assert naked == []


def test_the_rule_sees_what_it_must() -> None:
    assert naked_managers(ast.parse("Record.objects.visible_to(person).first()")) == []
    for wrong in (
        "Record.objects.all()",
        "rows = Record.objects",
        "Record._default_manager.get()",
        "get_object_or_404(Record, pk=1)",
    ):
        assert naked_managers(ast.parse(wrong)) == [1]


def test_views_only_parse_call_and_render() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in sources(tests=False)
        if is_edge(path)
        for holder in ast.walk(tree)
        if isinstance(holder, ast.ClassDef) and any("View" in ast.unparse(base) for base in holder.bases)
        for node in holder.body
        if isinstance(node, ast.FunctionDef)
        and node.name in {"get", "post", "put", "patch", "delete", "list", "retrieve", "create"}
        and (node.end_lineno or 0) - node.lineno > LONGEST_VIEW
    ]
    assert long == []
