"""What a drill tells: a table for people, a file for programs, and an exit status."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any

from deploy.env import PROJECT

KEPT = PROJECT / "var" / "drills"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows in columns, as Markdown shows them too."""
    texts = [[str(cell) for cell in row] for row in [columns, *rows]]
    widths = [max(len(row[at]) for row in texts) for at in range(len(columns))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in texts
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def told(name: str, result: dict[str, Any], broken: Sequence[str]) -> int:
    """Keep the result as `var/drills/NAME.json`, say which promises were broken, and return the exit status."""
    KEPT.mkdir(parents=True, exist_ok=True)
    at = time.strftime("%Y-%m-%d %H:%M")
    load = [round(one, 1) for one in os.getloadavg()]
    whole = {"drill": name, "at": at, "load": load, **result, "broken": list(broken)}
    (KEPT / f"{name}.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for one in broken:
        say(f"BROKEN {one}")
    say(f"{name}: {'every promise was kept' if not broken else f'{len(broken)} promises broken'} (load {load})")
    return 1 if broken else 0
