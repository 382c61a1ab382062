"""Where a site is to go: the services that a file of settings names, and whether they are free to take it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.module_loading import import_string

from deploy.database import make_database
from deploy.env import PROJECT, SECRETS, VARIABLES, Site, read_site
from deploy.wrong_value import WrongValue
from records.errors import Conflict, InvalidValue, LegajoError, SearchUnavailable
from search.backends.base import SearchBackend
from storage.base import ObjectStore

TARGET = "target"
# What says where a site lies. What the file leaves out is the embedded service, not what this site happens to use.
WHERE = ("LEGAJO_HOME", "DATABASE_URL", "STORAGE_URL", "STORAGE_KEY", "STORAGE_SECRET")
WHERE_TOO = ("SEARCH_URL", "TASKS_URL", "CACHE_URL")
LOOKED_AT = 1000
_LINE = re.compile(r"(?:export\s+)?([A-Z][A-Z0-9_]*)=(.*)")


class StepFailed(LegajoError):
    """A command that was run at the new place did not end well."""

    code = "step_failed"


class OtherSiteThere(Conflict):
    """The new place is not free."""

    code = "other_site"


@dataclass(frozen=True)
class Destination:
    """The other place: the environment of a program that runs there, and what that describes."""

    environ: Mapping[str, str]
    site: Site

    @property
    def place(self) -> str:
        """Say where it is, without what opens it."""
        return place_of(self.site.databases[DEFAULT_DB_ALIAS])

    @cached_property
    def documents(self) -> ObjectStore:
        return _made(self.site.storage["BACKEND"], self.site.storage["OPTIONS"])

    @cached_property
    def staging(self) -> ObjectStore:
        shape = self.site.storage
        options = shape.get("STAGING") or {"root": f"{shape['OPTIONS']['root']}-staging"}
        return _made(shape["BACKEND"], options)

    def run(self, *words: str, statuses: tuple[int, ...] = (0,)) -> str:
        """Run a command of `manage.py` there and return what it printed. It ends when we do. Raises StepFailed."""
        command = [sys.executable, str(PROJECT / "manage.py"), *words]
        tied = [sys.executable, "-m", "deploy.supervision.tied", str(os.getpid()), *command]
        done = subprocess.run(  # noqa: S603 - our own commands, no shell
            tied, env={**self.environ, "PYTHONPATH": str(PROJECT)}, stdout=subprocess.PIPE, text=True, check=False
        )
        if done.returncode not in statuses:
            raise StepFailed(f"`{words[0]}` at the new place ended with status {done.returncode}; its words are above.")
        return done.stdout

    def connect(self) -> None:
        """Make the database reachable as TARGET, made where it is missing. Raises InvalidValue for our own."""
        shape = {**self.site.databases[DEFAULT_DB_ALIAS]}
        if place_of(shape) == place_of(settings.DATABASES[DEFAULT_DB_ALIAS]):
            raise InvalidValue("names this site's own database; a move needs another.", attr="DATABASE_URL")
        # One connection for as long as it takes: no pool, and none of the limits a web process needs.
        shape["OPTIONS"] = {name: value for name, value in shape["OPTIONS"].items() if name not in ("pool", "options")}
        configured = connections.configure_settings({DEFAULT_DB_ALIAS: {}, TARGET: shape})
        connections.settings[TARGET] = configured[TARGET]
        make_database(TARGET)

    def check_files(self, known: Any) -> None:
        """Raise OtherSiteThere where the store holds documents of another site."""
        keys = [stat.key for stat in islice(self.documents.list("blobs/"), LOOKED_AT)]
        if set(keys) - known(keys):
            raise OtherSiteThere("The store there holds another site's files; name another.", attr="STORAGE_URL")

    def check_index(self, known: Any) -> None:
        """Raise OtherSiteThere where the search index holds another site's entries."""
        engine = cast(SearchBackend, import_string(self.site.search["BACKEND"])(**self.site.search["OPTIONS"]))
        try:
            records = [entry.record for entry in islice(engine.scan(), LOOKED_AT)]
        except SearchUnavailable as failure:
            raise OtherSiteThere(f"The index there cannot be used: {failure.detail}", attr="SEARCH_URL") from None
        finally:
            engine.close()
        if set(records) - known(records):
            raise OtherSiteThere(
                "The search index there holds entries of another site; name another.", attr="SEARCH_URL"
            )

    def carry_key(self) -> None:
        """Give the new place this site's secret key, so that cursors and links stay good. Raises InvalidValue."""
        if self.site.secret_key == settings.SECRET_KEY:
            return
        if self.environ.get("LEGAJO_SECRET_KEY") or self.environ.get("LEGAJO_SECRET_KEY_FILE"):
            raise InvalidValue("is not this site's key; give the same, or leave it out.", attr="LEGAJO_SECRET_KEY")
        beside = self.site.home / ".secret.key.moved"
        with suppress(FileNotFoundError):
            beside.unlink()
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(settings.SECRET_KEY)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(self.site.home / "secret.key")


def destination(path: Path) -> Destination:
    """Return what a file of `NAME=value` lines describes, over this process' environment. Raises InvalidValue."""
    given = read_settings(path)
    where = {*WHERE, *WHERE_TOO} - {"LEGAJO_HOME"}
    dropped = where | {f"{name}_FILE" for name in where}
    environ = {name: value for name, value in os.environ.items() if name not in dropped} | given
    try:
        return Destination(environ, read_site(environ))
    except WrongValue as wrong:
        raise InvalidValue(wrong.reason, attr=wrong.variable) from wrong


def read_settings(path: Path) -> dict[str, str]:
    """Read `NAME=value` lines, with or without quotes, as a shell or systemd would. Raises InvalidValue."""
    known = {*VARIABLES, *(f"{name}_FILE" for name in SECRETS)}
    given: dict[str, str] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as failure:
        why = failure.strerror if isinstance(failure, OSError) else "it is no UTF-8 text"
        raise InvalidValue(f"{path} cannot be read ({why}).", attr="--to") from failure
    for number, line in enumerate(map(str.strip, lines), start=1):
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None or found[1] not in known:
            what = "is no setting" if found is None else f"sets {found[1]}, which Legajo does not know"
            raise InvalidValue(f"Line {number} of {path} {what}.", attr="--to")
        given[found[1]] = _unquoted(found[2])
    return given


def _unquoted(value: str) -> str:
    if value[:1] in ("'", '"'):
        with suppress(ValueError):
            return "".join(shlex.split(value))
    return value.strip()


def place_of(database: Mapping[str, Any]) -> str:
    """Return where a database is, in words that open nothing."""
    if database["ENGINE"].endswith("sqlite3"):
        return str(Path(database["NAME"]).resolve())
    return f"{database['NAME']} at {database['HOST']}:{database['PORT']}"


def _made(path: str, options: Mapping[str, Any]) -> ObjectStore:
    return cast(ObjectStore, import_string(path)(**options))
