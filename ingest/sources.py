"""What an import is given: files, folders and archives, told apart and put in a fixed order."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ingest.accession import record_named
from ingest.archives import LEFT_BY_SYSTEMS, ArchiveError, opened_archive
from ingest.manifest import InvalidManifest, Row
from ingest.manifest_tables import Fault
from ingest.near_misses import end_of, same_end
from records.errors import InvalidValue
from records.persons import Person

FRONT_MATTER_ENDINGS = {".md", ".markdown", ".txt"}
HEAD = 16

CHUNK_FILES = 48
CHUNK_BYTES = 24 * 1024 * 1024


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

    @property
    def versions_of(self) -> str:
        """Return the record whose further version this is, as its manifest names it; empty for none."""
        return self.row.fields.get("version_of", "").strip() if self.row is not None else ""

    def on_disk(self) -> AbstractContextManager[Path]:
        """Give the file as a path, for the time of a block. Raises OSError, ArchiveError."""
        return self.unpacked() if self.unpacked else nullcontext(self.path)


@contextmanager
def gathered(given: Iterable[str], *, without: Collection[str] = ()) -> Iterator[list[SourceFile]]:
    """Give the files of each path, sorted by name; archives give their members, usable inside the block.

    `without` names what lies directly in a given folder and is passed over. Raises InvalidValue for a path that
    does not exist.
    """
    with ExitStack() as archives:
        found = [file for text in given for file in _files_of(text, archives, without)]
        # A path given twice is one path.
        yield list({(file.path, file.member): file for file in reversed(found)}.values())[::-1]


def _files_of(text: str, archives: ExitStack, without: Collection[str]) -> Iterator[SourceFile]:
    path = Path(text)
    if path.is_dir():
        yield from _folder(path, archives, without)
    elif is_archive(path):
        yield from _archive(path, archives, below="")
    elif path.exists():
        yield _file(_readable(Path(path.name)), path)
    else:
        raise InvalidValue(f"There is no file or folder {text!r}.", attr="PATH")


def is_archive(path: Path) -> bool:
    """Tell whether a path is to be unpacked: a ZIP or 7z file by its name. Office files, ZIP inside, are documents."""
    try:
        return path.suffix.lower() in (".zip", ".7z") and path.is_file()
    except OSError:
        return False


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:
        return False


def _folder(folder: Path, archives: ExitStack, without: Collection[str]) -> Iterator[SourceFile]:
    """Yield what lies below a folder; links are not followed, so nothing outside it comes in.

    A folder that cannot be listed is a failure of its own: nothing is left out in silence.
    """
    unlisted: list[OSError] = []
    found: list[Path] = []
    for place, folders, files in os.walk(folder, onerror=unlisted.append):
        passed_over = without if Path(place) == folder else ()
        folders[:] = [name for name in folders if name not in passed_over]
        found += [Path(place, name) for name in files if name not in LEFT_BY_SYSTEMS and name not in passed_over]
        found += [Path(place, name) for name in folders if _is_link(Path(place, name))]
    for refusal in unlisted:
        below = Path(str(refusal.filename))
        yield SourceFile(_readable(below.relative_to(folder)), below, failure=_unreadable("folder", refusal))
    for path in sorted(found):
        name = _readable(path.relative_to(folder))
        if _is_link(path):
            yield SourceFile(name=name, path=path, failure=("link", "Links are not followed; give the file itself."))
        elif is_archive(path):
            yield from _archive(path, archives, below=name)
        else:
            yield _file(name, path)


def _file(name: str, path: Path) -> SourceFile:
    """Return a file with its size; what vanished meanwhile or is no regular file says so."""
    try:
        seen = path.stat()
    except OSError as refusal:
        return SourceFile(name, path, failure=_unreadable("file", refusal))
    if not stat.S_ISREG(seen.st_mode):
        return SourceFile(name, path, failure=("not_a_file", "This is a pipe, a socket or a device, not a file."))
    return SourceFile(name, path, size=seen.st_size)


def _unreadable(what: str, refusal: OSError) -> tuple[str, str]:
    return "unreadable_source", f"The {what} cannot be read: {refusal.strerror or refusal}."


def _readable(path: Path) -> str:
    """Return a path with `/`; a name that is no UTF-8 is read as what Windows writes in Spanish and English."""
    raw = os.fsencode(path.as_posix())
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "backslashreplace")


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
    """Return the files that the rows name, as `named_by`. Raises InvalidManifest when one is missing or named twice."""
    chosen, faults = named_by(rows, given, files, manifest)
    if faults:
        raise InvalidManifest(faults)
    return chosen


def named_by(
    rows: list[Row], given: list[str], files: list[SourceFile], manifest: Path
) -> tuple[list[SourceFile], list[Fault]]:
    """Return the files that the rows name, each with its row, in the rows' order; and those missing or named twice.

    A row's `file` is a path below one of the paths given, or beside the manifest.
    """
    by_name = {file.name: file for file in files}
    by_path = {_resolved(file.path): file for file in files if not file.member}
    faults: list[Fault] = []
    chosen: list[SourceFile] = []
    used: dict[str, int] = {}
    ends: Mapping[str, str] | None = None
    for row in rows:
        file = by_name.get(row.file) or _beside(row.file, [manifest.parent, *map(Path, given)], by_path)
        if file is None:
            if ends is None:
                ends = same_end(by_name)
            meant = ends.get(end_of(row.file).casefold())
            told = f"there is no file {row.file!r}" + (f"; did you mean {meant!r}?" if meant else "")
            faults.append(Fault(row.number, "file", told))
            continue
        if file.shown in used:
            faults.append(Fault(row.number, "file", f"{row.file!r} is already named in row {used[file.shown]}"))
        used[file.shown] = row.number
        chosen.append(replace(file, row=row))
    return chosen, faults


def check_version_targets(files: Iterable[SourceFile], by: Person) -> None:
    """Raise InvalidManifest unless each `version_of` names another file of this import or a record `by` may see."""
    if faults := version_faults(files, by):
        raise InvalidManifest(faults)


def version_faults(files: Iterable[SourceFile], by: Person) -> list[Fault]:
    """Return each `version_of` that names neither another file of this import nor a record that `by` may see."""
    files = list(files)
    named = {name for file in files if not file.versions_of for name in external_ids_of(file)}
    return [
        Fault(file.row.number, "version_of", f"there is no record {file.versions_of!r} to add a version to")
        for file in files
        if file.row and file.versions_of and file.versions_of not in named and not record_named(file.versions_of, by)
    ]


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


def told_apart(files: Iterable[SourceFile]) -> list[SourceFile]:
    """Return the files, those whose external id another file of this import has as failures.

    Else the second would become a version of the first, and each further import would exchange them again.
    """
    files = list(files)
    wanted = Counter(name for file in files if not file.versions_of for name in set(external_ids_of(file)))
    holders: dict[str, str] = {}
    kept: list[SourceFile] = []
    for file in files:
        names = external_ids_of(file)
        if file.failure or file.versions_of or all(wanted[name] == 1 for name in names):
            kept.append(file)
            continue
        name = names[_has_front_matter(file)] if names[0] != names[1] else names[0]
        if name in holders:
            detail = f"The external id {name!r} is that of {holders[name]}; give each its own in a manifest."
            kept.append(replace(file, failure=("duplicate_name", detail)))
        else:
            holders[name] = file.shown
            kept.append(file)
    return kept


def _has_front_matter(file: SourceFile) -> bool:
    """Tell whether a file opens with front matter; why one cannot be read is told when it is taken in."""
    try:
        with file.on_disk() as path, path.open("rb") as stream:
            return opens_with_front_matter(stream.read(HEAD))
    except (OSError, ArchiveError):
        return False


def in_chunks(files: Sequence[SourceFile]) -> Iterator[list[SourceFile]]:
    """Yield the files in groups; further versions come last, when the records they belong to are there."""
    first = [file for file in files if not file.versions_of]
    yield from _grouped(first)
    yield from _grouped([file for file in files if file.versions_of])


def _grouped(files: Sequence[SourceFile]) -> Iterator[list[SourceFile]]:
    chunk: list[SourceFile] = []
    size = 0
    for file in files:
        chunk.append(file)
        size += file.size
        if len(chunk) >= CHUNK_FILES or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
