"""What an import is given: files, folders and archives, told apart and put in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ingest.archives import ArchiveError, opened_archive
from ingest.manifest import Fault, InvalidManifest, Row
from records.errors import InvalidValue

FRONT_MATTER_ENDINGS = {".md", ".markdown", ".txt"}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file to be taken in. `name` is its path below what was given; `member` its place in an archive.

    `unpacked` gives an archive's member as a temporary file. `failure` is why it cannot be taken in at all.
    """

    name: str
    path: Path
    size: int = 0
    member: str = ""
    row: Row | None = None
    failure: tuple[str, str] | None = None
    unpacked: Callable[[], AbstractContextManager[Path]] | None = None

    @property
    def shown(self) -> str:
        """Return the path as a person would write it."""
        return f"{self.path}!{self.member}" if self.member else str(self.path)

    def on_disk(self) -> AbstractContextManager[Path]:
        """Give the file as a path, for the time of a block. Raises OSError, ArchiveError."""
        return self.unpacked() if self.unpacked else nullcontext(self.path)


@contextmanager
def gathered(given: Iterable[str]) -> Iterator[list[SourceFile]]:
    """Give the files of each path, sorted by name; archives give their members, usable inside the block.

    Raises InvalidValue for a path that does not exist.
    """
    with ExitStack() as archives:
        yield [file for text in given for file in _files_of(text, archives)]


def _files_of(text: str, archives: ExitStack) -> Iterator[SourceFile]:
    path = Path(text)
    if path.is_dir():
        yield from _folder(path, archives)
    elif is_archive(path):
        yield from _archive(path, archives, below="")
    elif path.is_file():
        yield SourceFile(name=path.name, path=path, size=path.stat().st_size)
    else:
        raise InvalidValue(f"There is no file or folder {text!r}.", attr="PATH")


def is_archive(path: Path) -> bool:
    """Tell whether a path is to be unpacked: a ZIP file by its name. Office files, ZIP inside, are documents."""
    return path.suffix.lower() == ".zip" and path.is_file()


def _folder(folder: Path, archives: ExitStack) -> Iterator[SourceFile]:
    """Yield the regular files below a folder; links are not followed, so nothing outside it comes in."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            yield SourceFile(name=name, path=path, failure=("link", "Links are not followed; give the file itself."))
        elif path.is_file() and is_archive(path):
            yield from _archive(path, archives, below=name)
        elif path.is_file():
            yield SourceFile(name=name, path=path, size=path.stat().st_size)


def _archive(path: Path, archives: ExitStack, *, below: str) -> Iterator[SourceFile]:
    """Yield an archive's members; one that cannot be opened is one failure of its own."""
    folder = str(PurePosixPath(below).with_suffix("")) + "/" if below else ""
    try:
        members = archives.enter_context(opened_archive(path))
    except ArchiveError as refusal:
        yield SourceFile(name=below or path.name, path=path, failure=(refusal.code, refusal.detail))
        return
    for member in members:
        yield SourceFile(folder + member.path, path, size=member.size, member=member.path, unpacked=member.open)


def chosen_by(rows: list[Row], given: list[str], files: list[SourceFile], manifest: Path) -> list[SourceFile]:
    """Return the files that the rows name, each with its row, in the rows' order.

    A row's `file` is a path below one of the paths given, or beside the manifest. Raises InvalidManifest when a
    file is missing or named twice.
    """
    by_name = {file.name: file for file in files}
    by_path = {_resolved(file.path): file for file in files if not file.member}
    faults: list[Fault] = []
    chosen: list[SourceFile] = []
    used: dict[str, int] = {}
    for row in rows:
        file = by_name.get(row.file) or _beside(row.file, [manifest.parent, *map(Path, given)], by_path)
        if file is None:
            faults.append(Fault(row.number, "file", f"there is no file {row.file!r}"))
            continue
        if file.shown in used:
            faults.append(Fault(row.number, "file", f"{row.file!r} is already named in row {used[file.shown]}"))
        used[file.shown] = row.number
        chosen.append(replace(file, row=row))
    if faults:
        raise InvalidManifest(faults)
    return chosen


def _beside(name: str, folders: list[Path], by_path: dict[Path, SourceFile]) -> SourceFile | None:
    for folder in folders:
        found = by_path.get(_resolved(folder / name))
        if found is not None:
            return found
    return None


def _resolved(path: Path) -> Path:
    """Return an absolute path without `..`; a name the file system cannot hold resolves to itself."""
    try:
        return path.resolve()
    except (OSError, ValueError):
        return path


def external_ids_of(file: SourceFile) -> tuple[str, str]:
    """Return the external id of a file without front matter and of one with it; a manifest's id is both.

    By default the path below what was given, without its ending for files with front matter.
    """
    if file.row is not None and file.row.external_id:
        return file.row.external_id, file.row.external_id
    name = PurePosixPath(file.name)
    if name.suffix.lower() not in FRONT_MATTER_ENDINGS:
        return str(name), str(name)
    return str(name), str(name.with_suffix(""))


def opens_with_front_matter(head: bytes) -> bool:
    """Tell from its first bytes whether a text opens with front matter (a line of three dashes)."""
    return head.removeprefix(b"\xef\xbb\xbf").startswith((b"---\n", b"---\r\n"))
