"""The tree belongs to no machine: no registry's address, no path of who wrote it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.tree import PROJECT, files

REGISTRIES = (
    r"pypi\.org|files\.pythonhosted|test\.pypi|registry\.npmjs|registry\.yarnpkg|proxy\.golang|repo1\.maven"
    r"|index-url\s*[= ]\s*\S|--find-links\s*[= ]\s*\S"
)
# The folder this very clone lies in, the home of who runs this, and where people's and containers' homes lie.
HERE = [str(folder) for folder in (PROJECT.parent, Path.home()) if len(folder.parts) > 1]
PATHS = "|".join([*(re.escape(f"{folder}/") for folder in HERE), r"(?<![\w.])/(?:home|Users)/[a-z]", r"/root/\."])
SHOWN_WITH_THE_OPTION = "--no-emit-index-url"


def lines_with(pattern: str) -> list[str]:
    found = []
    for path in files():
        if path == Path(__file__):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if re.search(pattern, line.replace(SHOWN_WITH_THE_OPTION, "")):
                found.append(f"{path.relative_to(PROJECT)}:{number} {line.strip()[:120]}")
    return found


def test_no_registry_is_named() -> None:
    assert lines_with(REGISTRIES) == []


def test_no_path_of_a_machine_is_named() -> None:
    assert lines_with(PATHS) == []
