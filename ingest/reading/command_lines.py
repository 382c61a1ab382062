"""What `extract` and `describe` print of a file, read in children like any upload."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.describing.describe import describe
from ingest.formats.base import Extracted, ReadFailure
from ingest.pool import ReaderPool
from ingest.reading.document import storable
from ingest.reading.task import read_file


@dataclass(frozen=True, slots=True)
class Limits:
    """How many children read, and what each may use."""

    children: int
    memory_bytes: int
    wall_seconds: int


def extract_line(path: str, name: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `extract` tells of a file, but for its path. Runs in a child."""
    return extracted_line(read_file(Path(path), name, options), name)


def extracted_line(found: Extracted, name: str) -> dict[str, Any]:
    """Return what was extracted, in the shape of `extract`."""
    return {
        "format": found.format,
        "language": found.language,
        "pages": [
            {
                "number": page.number,
                "text": storable(page.text),
                "source": page.source,
                "quality": page.quality,
                "width": page.width,
                "height": page.height,
                "decision": page.decision,
                "signals": page.signals,
                "label": storable(page.label),
                "language": page.language,
                "rotation": page.rotation,
                "furniture": page.furniture,
                "part": storable(page.part),
            }
            for page in found.pages
        ],
        "metadata": found.metadata | ({"front_matter": found.front_matter} if found.front_matter else {}),
        "warnings": found.warnings,
        "error": asdict(found.error) if found.error else None,
        "parts": [{"name": part.name} | extracted_line(part, part.name) for part in found.parts],
    }


def describe_line(path: str, name: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `describe` tells of a file, but for its path. Runs in a child."""
    return described_line(read_file(Path(path), name, options), name)


def described_line(found: Extracted, name: str) -> dict[str, Any]:
    """Return what was described, in the shape of `describe`."""
    told = dict(describe(found, name=name, manifest={}).as_json())
    told["error"] = asdict(found.error) if found.error else None
    return told


Tell = Callable[[Extracted, str], dict[str, Any]]
_IN_CHILDREN: dict[Tell, str] = {extracted_line: extract_line.__name__, described_line: describe_line.__name__}


def lines_of(files: Iterable[str], tell: Tell, limits: Limits) -> Iterator[dict[str, Any]]:
    """Yield a line for each file, in the order given; a file that ends its child is a failure of its own."""
    given = list(files)
    with ReaderPool(
        limits.children,
        memory_bytes=limits.memory_bytes,
        wall_seconds=limits.wall_seconds,
        task=f"{__name__}:{_IN_CHILDREN[tell]}",
        readable={Path(path).resolve().parent for path in given},
    ) as pool:
        waiting: dict[int, str] = {}
        ready: dict[int, dict[str, Any]] = {}
        queue = iter(enumerate(given))
        told = 0
        more = True
        while more or waiting or ready:
            while more and len(waiting) < limits.children * 8:
                at, path = next(queue, (-1, ""))
                if at < 0:
                    more = False
                else:
                    waiting[at] = path
                    pool.submit(at, path, Path(path).name)
            for at, result in pool.results(0.5) if waiting else ():
                path = waiting.pop(at)
                ready[at] = {"path": path} | _told(result, Path(path).name, tell)
            while told in ready:
                yield ready.pop(told)
                told += 1


def _told(result: Any, name: str, tell: Tell) -> dict[str, Any]:
    """Return a child's answer; a file that ended its child has a line of the same shape, with nothing but the error."""
    if isinstance(result, ReadFailure):
        return tell(Extracted(format="", media_type="", error=result), name)
    return dict(result)
