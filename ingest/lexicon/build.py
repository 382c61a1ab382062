"""Makes the word lists: `python -m ingest.lexicon.build NORMS.tar.zst AMERICAN-ENGLISH-SMALL`.

The Spanish list holds the words that stand in at least so many norms of an archive of legalize-pe; the English one
the words of Debian's `wamerican-small` (SCOWL). Only words are kept, nothing of the texts.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from ingest.lexicon import WORD

FEWEST_NORMS = 4
_HERE = Path(__file__).parent


def main(norms: str, english: str) -> None:
    """Write `es.txt.gz` and `en.txt.gz` beside this file."""
    counts: Counter[str] = Counter()
    with (
        subprocess.Popen(["zstd", "-dc", norms], stdout=subprocess.PIPE) as packed,  # noqa: S603, S607 - a developer's tool
        tarfile.open(fileobj=packed.stdout, mode="r|") as archive,
    ):
        for member in archive:
            stream = archive.extractfile(member) if member.name.endswith(".md") else None
            if stream is not None:
                counts.update(set(WORD.findall(stream.read().decode("utf-8", "replace").lower())))
    keep("es", (word for word, count in counts.items() if count >= FEWEST_NORMS))
    keep("en", WORD.findall(Path(english).read_text("utf-8").lower().replace("'s\n", "\n")))


def keep(name: str, words: Iterable[str]) -> None:
    """Write a list: sorted, each word once, always as the same bytes."""
    text = "\n".join(sorted(set(words))) + "\n"
    (_HERE / f"{name}.txt.gz").write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
