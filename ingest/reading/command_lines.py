"""What `extract` and `describe` print of a file, read in children like any upload."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ingest.describing.describe import describe
from ingest.formats.base import Extracted, ReadFailure
from ingest.pool import ReaderPool
from ingest.reading.document import storable
from ingest.reading.task import read_file
from ingest.recognition.merging import merged, unsure_pages
from ingest.recognition.recognised import Recognised, failed_pages
from ingest.recognition.task import SECONDS_A_PAGE, recognise_pages


@dataclass(frozen=True, slots=True)
class Limits:
    """How many children read, and what each may use."""

    children: int
    memory_bytes: int
    wall_seconds: int


@dataclass(frozen=True, slots=True)
class Recognition:
    """Whether pictures of text are recognised, and with which language data; without data none is.

    `always` recognises every drawn page and keeps what was recognised.
    """

    data: str = ""
    always: bool = False


NO_RECOGNITION = Recognition()


def extract_line(path: str, name: str, options: Mapping[str, Any]) -> Any:
    """Return what `extract` tells of a file, but for its path. Runs in a child."""
    return _answer(extracted_line, path, name, options)


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


def describe_line(path: str, name: str, options: Mapping[str, Any]) -> Any:
    """Return what `describe` tells of a file, but for its path. Runs in a child."""
    return _answer(described_line, path, name, options)


def described_line(found: Extracted, name: str) -> dict[str, Any]:
    """Return what was described, in the shape of `describe`."""
    told = dict(describe(found, name=name, manifest={}).as_json())
    told["error"] = asdict(found.error) if found.error else None
    return told


Tell = Callable[[Extracted, str], dict[str, Any]]
_IN_CHILDREN: dict[Tell, str] = {extracted_line: extract_line.__name__, described_line: describe_line.__name__}


def _answer(tell: Tell, path: str, name: str, options: Mapping[str, Any]) -> Any:
    """Return some pages recognised, where `options` ask for them; else the line, and which pages ask for it yet."""
    if "recognise" in options:
        return recognise_pages(path, name, options)
    read = read_file(Path(path), name, options)
    found = merged(read, options.get("recognised", {}), always=options["every"])
    return tell(found, name), {} if "recognised" in options else unsure_pages(read, every=options["every"])


def lines_of(
    files: Iterable[str], tell: Tell, limits: Limits, recognition: Recognition = NO_RECOGNITION
) -> Iterator[dict[str, Any]]:
    """Yield a line for each file, in the order given; a file that ends its child is a failure of its own."""
    given = list(files)
    with ReaderPool(
        limits.children,
        memory_bytes=limits.memory_bytes,
        wall_seconds=limits.wall_seconds,
        task=f"{__name__}:{_IN_CHILDREN[tell]}",
        readable={Path(path).resolve().parent for path in given} | {Path(recognition.data)},
    ) as pool:
        reading = _Reading(pool, tell, recognition)
        queue = iter(enumerate(given))
        told = 0
        more = True
        while more or reading.open or reading.ready:
            while more and len(reading.open) < limits.children * 8:
                at, path = next(queue, (-1, ""))
                if at < 0:
                    more = False
                else:
                    reading.begin(at, path)
            reading.collect()
            while told in reading.ready:
                yield reading.ready.pop(told)
                told += 1


@dataclass(slots=True)
class _Open:
    """A file that is being read, and its pages that are being recognised."""

    path: str
    waiting: set[int] = field(default_factory=set)
    seen: dict[int, Recognised] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return Path(self.path).name


@dataclass(slots=True)
class _Reading:
    """Files on their way through a pool: read, their pictures recognised page by page, read again with those."""

    pool: ReaderPool
    tell: Tell
    recognition: Recognition
    open: dict[int, _Open] = field(default_factory=dict)
    ready: dict[int, dict[str, Any]] = field(default_factory=dict)

    def begin(self, at: int, path: str) -> None:
        self.open[at] = _Open(path)
        self.pool.submit((at, 0), path, self.open[at].name, every=self.recognition.always)

    def collect(self) -> None:
        for (at, number), result in self.pool.results(0.5) if self.open else ():
            if number:
                self._page(at, number, result)
            elif isinstance(result, ReadFailure):
                # A file that ended its child has a line of the same shape, with nothing but the error.
                self._end(at, self.tell(Extracted(format="", media_type="", error=result), self.open[at].name))
            else:
                line, unsure = result
                if unsure and self.recognition.data:
                    self._recognise(at, unsure)
                else:
                    self._end(at, line)

    def _recognise(self, at: int, unsure: dict[int, str]) -> None:
        file = self.open[at]
        file.waiting = set(unsure)
        for number, place in unsure.items():
            self.pool.submit(
                (at, number),
                file.path,
                file.name,
                seconds=SECONDS_A_PAGE,
                recognise={number: place},
                data=self.recognition.data,
            )

    def _page(self, at: int, number: int, result: Any) -> None:
        file = self.open[at]
        file.waiting.discard(number)
        pages = failed_pages([number], result) if isinstance(result, ReadFailure) else result
        file.seen |= {page.number: page for page in pages}
        if not file.waiting:
            seen = dict(sorted(file.seen.items()))
            self.pool.submit((at, 0), file.path, file.name, every=self.recognition.always, recognised=seen)

    def _end(self, at: int, line: dict[str, Any]) -> None:
        self.ready[at] = {"path": self.open.pop(at).path} | line
