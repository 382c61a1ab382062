"""What becomes of the real files: read or refused with a named reason, scans recognised, good layers left alone.

Their manifest says which are scanned, and what kind of text layer each PDF has: `none`, `native`, `ocr` (made by others
from a scan), or `ocr-poor`.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from ingest.lexicon import known_share

MOST_NATIVE_RECOGNISED = 0.01
FEWEST_WORDS = 30
"""Of fewer words no share is told."""
LONGEST_NAME = 58

Read = Callable[[Iterable[Path]], list[dict[str, Any]]]


@dataclass(frozen=True)
class Outcome:
    """What became of one file, beside what its manifest says of it."""

    said: Mapping[str, str]
    told: Mapping[str, Any]

    @property
    def pages(self) -> Sequence[Mapping[str, Any]]:
        return self.told["pages"]  # type: ignore[no-any-return] # JSON

    @property
    def ended(self) -> str:
        """`read`, the code of the reason why not, or nothing where neither is told."""
        error = self.told["error"]
        if error:
            return str(error["code"])
        return "read" if any(page["text"].strip() for page in self.pages) else ""

    @property
    def recognised(self) -> int:
        """Of how many pages the text is that of recognition."""
        return sum(1 for page in self.pages if page["source"] == "ocr")

    @property
    def tried(self) -> int:
        """Of how many pages the picture was read, whichever text was kept."""
        return sum(1 for page in self.pages if "ocr" in page["signals"])

    @property
    def before(self) -> float | None:
        """The mean share of known words in the layers of its pages."""
        shares = [page["signals"]["known"] for page in self.pages if page["signals"].get("words", 0) >= FEWEST_WORDS]
        return mean(shares) if shares else None

    @property
    def after(self) -> float | None:
        """The mean share of known words in the text that was kept."""
        texts = [page["text"] for page in self.pages if len(page["text"].split()) >= FEWEST_WORDS]
        shares = [share for text in texts if (share := known_share(text)) is not None]
        return mean(shares) if shares else None


def told_of(folder: Path, read: Read) -> tuple[list[str], int]:
    """Return the table, line by line, and how many aims were missed."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    told = read(folder / row["file"] for row in rows)
    outcomes = [Outcome(row, line) for row, line in zip(rows, told, strict=True)]
    checked = list(checks(outcomes))
    return [*files(outcomes), "", *(line for line, _ in checked)], sum(1 for _, kept in checked if not kept)


def files(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yield a line for each file that is drawn: how its pages were judged, what was recognised, words known."""
    yield f"\n{'real file':{LONGEST_NAME}s} {'layer':18s}{'pages':>6s}{'OCR':>5s}{'before':>8s}{'after':>8s}  decisions"
    for one in outcomes:
        if one.said["text_layer"] == "n/a" and not one.recognised:
            continue
        shares = "".join(f"{'-' if share is None else format(share, '.3f'):>8s}" for share in (one.before, one.after))
        decisions = Counter(page["decision"] for page in one.pages)
        judged = ", ".join(f"{name or 'none'} {count}" for name, count in decisions.most_common())
        name = Path(one.said["file"]).name[:LONGEST_NAME]
        counts = f"{len(one.pages):6d}{one.recognised:5d}{shares}"
        yield f"{name:{LONGEST_NAME}s} {one.said['text_layer']:18s}{counts}  {judged}"


def checks(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, bool]]:
    """Yield each aim with what was seen, and whether it was kept."""
    ends = Counter(one.ended or "neither read nor a reason" for one in outcomes)
    whole = not any(not one.ended for one in outcomes)
    yield _line(f"ends: {', '.join(f'{name} {count}' for name, count in ends.most_common())}", whole)
    layers = ("none", "ocr-poor")
    scans = [one for one in outcomes if one.said["text_layer"] in layers and one.ended == "read"]
    left = [Path(one.said["file"]).name for one in scans if not one.recognised]
    yield _line(
        f"scans and poor layers recognised: {len(scans) - len(left)} of {len(scans)} {' '.join(left)}", not left
    )
    # The layer that another program made of a scan stays where its words are known, page by page.
    other = [one for one in outcomes if one.said["scanned"] == "yes" and one.said["text_layer"] not in layers]
    doubtful = sum(1 for one in other for page in one.pages if page["decision"] != "good")
    tried = sum(one.tried for one in other)
    told = f"scans with a layer by others: {len(other)} files, {doubtful} pages in doubt, {tried} of them recognised"
    yield _line(told, tried == doubtful)
    native = [page for one in outcomes if one.said["text_layer"] == "native" for page in one.pages]
    seen = sum(1 for page in native if page["source"] == "ocr")
    share = seen / len(native) if native else 0.0
    told = f"pages of native files recognised: {seen} of {len(native)}, {share:.2%} (aim: {MOST_NATIVE_RECOGNISED:.0%})"
    yield _line(told, share <= MOST_NATIVE_RECOGNISED)


def _line(text: str, kept: bool) -> tuple[str, bool]:
    return f"{text.rstrip()} {'ok' if kept else 'MISSED'}", kept
