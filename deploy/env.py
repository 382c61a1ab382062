"""The environment, read once: each variable, its default, and the shape Django wants it in.

Pure Python, no Django import: `deploy/settings.py` asks `site()` for everything that differs between sites. No
variable set is a complete embedded site in one folder. A value that cannot be used stops the start with one
sentence naming its variable (exit status 2).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from deploy.secret_key import kept_secret
from deploy.services_urls import (
    cache_from,
    check_many_workers,
    database_from,
    email_from,
    search_from,
    storage_from,
    tasks_from,
)
from deploy.wrong_value import WrongValue
from ingest.recognition.data import SPANISH, language_data

PROJECT = Path(__file__).resolve().parents[1]
LANGUAGES = ("es", "en")
CAPACITIES = ("full", "alternate", "observer", "guest")
SEARCH_LOGS = ("counts", "persons", "no")
SEARCH_ORDERS = ("relevance", "date")
MEBIBYTE = 1024 * 1024
SHORTEST_SECRET = 32

# Every variable that is read, with what it means; `docs/settings.md` is held to this list by a test.
VARIABLES: dict[str, str] = {
    "LEGAJO_HOME": "folder of the embedded site: database, files, index, secret key",
    "LEGAJO_SECRET_KEY": "key that signs sessions, cursors and links; made once in LEGAJO_HOME if not given",
    "LEGAJO_DEBUG": "yes shows tracebacks to visitors; for development only",
    "LEGAJO_HOSTS": "host names the site answers to, with commas between",
    "LEGAJO_URL": "public address, such as https://archivo.example; https turns on secure cookies",
    "LEGAJO_TIME_ZONE": "zone in which a law enters into force and a membership ends",
    "LEGAJO_LANGUAGE": "language of the pages for who has chosen none: es or en",
    "LEGAJO_WORKERS": "child processes that read files, beside the one worker that writes",
    "LEGAJO_WEB_WORKERS": "processes of the web server",
    "LEGAJO_WEB_THREADS": "threads of each process of the web server",
    "LEGAJO_MAX_FILE_MIB": "largest file taken in, in MiB",
    "LEGAJO_READ_MEMORY_MIB": "memory a child may use to read one file, in MiB",
    "LEGAJO_READ_SECONDS": "time a child may use to read one file, in seconds",
    "LEGAJO_OCR": "no leaves pictures of text unrecognised",
    "TESSDATA_PREFIX": "folder of tesseract's language data, where it is none of the usual ones",
    "LEGAJO_SESSION_CAPACITIES": "capacities whose holders read the sessions held during their membership",
    "LEGAJO_SESSIONS_KEPT": "yes leaves those sessions readable after the membership has ended",
    "LEGAJO_SEARCH_LOG": "what is kept of questions: counts, persons (who asked too) or no",
    "LEGAJO_SEARCH_ORDER": "how results are ordered for readers who ask for no order: relevance or date",
    "LEGAJO_SEARCH_LOG_DAYS": "how long counts of questions are kept, in days",
    "LEGAJO_LOG_LEVEL": "least level that is logged: debug, info, warning or error",
    "DATABASE_URL": "the database",
    "STORAGE_URL": "the store of files",
    "STORAGE_KEY": "access key of an S3 store, where STORAGE_URL holds none",
    "STORAGE_SECRET": "secret key of an S3 store, where STORAGE_URL holds none",
    "SEARCH_URL": "the search engine",
    "TASKS_URL": "the queue that wakes workers up",
    "CACHE_URL": "the cache, which counts sign-in attempts",
    "EMAIL_URL": "where mail goes",
}
# These may also be given as NAME_FILE, a path to a file that holds the value (Docker and systemd secrets).
SECRETS = frozenset(
    {
        "LEGAJO_SECRET_KEY",
        "DATABASE_URL",
        "STORAGE_URL",
        "STORAGE_KEY",
        "STORAGE_SECRET",
        "SEARCH_URL",
        "TASKS_URL",
        "CACHE_URL",
        "EMAIL_URL",
    }
)


@dataclass(frozen=True, slots=True)
class Site:
    """What one site is made of. The mappings have the shapes of Django's settings of the same name."""

    home: Path
    secret_key: str
    debug: bool
    hosts: list[str]
    public_url: str
    time_zone: str
    language: str
    databases: dict[str, dict[str, Any]]
    storage: dict[str, Any]
    search: dict[str, Any]
    tasks: dict[str, dict[str, Any]]
    caches: dict[str, dict[str, Any]]
    email: dict[str, Any]
    workers: int
    web_workers: int
    web_threads: int
    max_file_bytes: int
    read_memory_bytes: int
    read_seconds: int
    ocr_data: str
    session_capacities: frozenset[str]
    sessions_kept: bool
    search_log: str
    search_order: str
    search_log_days: int
    log_level: str

    @property
    def secure(self) -> bool:
        """Tell whether visitors come over https, so that cookies may insist on it."""
        return self.public_url.startswith("https://")


def site(environ: Mapping[str, str] | None = None) -> Site:
    """Return the site the environment describes; a wrong value ends the process with status 2 and a sentence."""
    try:
        return read_site(os.environ if environ is None else environ)
    except WrongValue as wrong:
        print(f"{wrong.variable}: {wrong.reason}", file=sys.stderr)  # noqa: T201 - logs are not set up yet
        raise SystemExit(2) from None


def read_site(environ: Mapping[str, str]) -> Site:
    """Return the site this environment describes. Raises WrongValue. Makes LEGAJO_HOME and its secret key."""
    given = _Given(environ)
    home = _home(given)
    public_url = _public_url(given)
    databases = {"default": database_from(given.text("DATABASE_URL"), home)}
    search = search_from(given.text("SEARCH_URL"), home)
    tasks = {"default": tasks_from(given.text("TASKS_URL"))}
    check_many_workers(databases["default"], search, tasks["default"])
    return Site(
        home=home,
        secret_key=_secret(given) or _kept_key(home),
        debug=given.yes("LEGAJO_DEBUG", default=False),
        hosts=_hosts(given, public_url),
        public_url=public_url,
        time_zone=given.one_of("LEGAJO_TIME_ZONE", available_timezones(), default="America/Lima"),
        language=given.one_of("LEGAJO_LANGUAGE", LANGUAGES, default="es"),
        databases=databases,
        storage=storage_from(
            given.text("STORAGE_URL"), home, key=given.text("STORAGE_KEY"), secret=given.text("STORAGE_SECRET")
        ),
        search=search,
        tasks=tasks,
        caches={"default": cache_from(given.text("CACHE_URL"), home)},
        email=email_from(given.text("EMAIL_URL"), home),
        workers=given.whole("LEGAJO_WORKERS", default=_cores(), most=64),
        web_workers=given.whole("LEGAJO_WEB_WORKERS", default=min(2, _cores()), most=64),
        web_threads=given.whole("LEGAJO_WEB_THREADS", default=4, most=256),
        max_file_bytes=given.whole("LEGAJO_MAX_FILE_MIB", default=2048, most=1024 * MEBIBYTE) * MEBIBYTE,
        read_memory_bytes=given.whole("LEGAJO_READ_MEMORY_MIB", default=1024, most=1024 * 1024) * MEBIBYTE,
        read_seconds=given.whole("LEGAJO_READ_SECONDS", default=120, most=86_400),
        ocr_data=_ocr_data(given),
        session_capacities=given.some_of("LEGAJO_SESSION_CAPACITIES", CAPACITIES, default="full,alternate,observer"),
        sessions_kept=given.yes("LEGAJO_SESSIONS_KEPT", default=True),
        search_log=given.one_of("LEGAJO_SEARCH_LOG", SEARCH_LOGS, default="counts"),
        search_order=given.one_of("LEGAJO_SEARCH_ORDER", SEARCH_ORDERS, default="relevance"),
        search_log_days=given.whole("LEGAJO_SEARCH_LOG_DAYS", default=180, most=36_500),
        log_level=given.one_of("LEGAJO_LOG_LEVEL", ("debug", "info", "warning", "error"), default="info"),
    )


class _Given:
    """The environment's values, each turned into its kind or refused by name."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def text(self, name: str) -> str:
        """Return the value, from NAME or, for secrets, from the file NAME_FILE names; "" where unset."""
        VARIABLES[name]  # a variable that is not described may not be read
        value = self.environ.get(name, "").strip()
        path = self.environ.get(f"{name}_FILE", "").strip() if name in SECRETS else ""
        if not path:
            return value
        if value:
            raise WrongValue(name, f"is given twice; unset either {name} or {name}_FILE")
        try:
            content = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as failure:
            raise WrongValue(f"{name}_FILE", f"cannot be read ({type(failure).__name__}: {path})") from failure
        if not content:
            raise WrongValue(f"{name}_FILE", f"is empty ({path})")
        return content

    def yes(self, name: str, *, default: bool) -> bool:
        value = self.text(name).lower()
        if value in {"1", "yes", "true", "on"}:
            return True
        if value in {"0", "no", "false", "off"}:
            return False
        if value:
            raise WrongValue(name, f"{value!r} is neither yes nor no")
        return default

    def whole(self, name: str, *, default: int, most: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and 1 <= int(value) <= most):
            raise WrongValue(name, f"{value!r} is not a whole number from 1 to {most}")
        return int(value)

    def one_of(self, name: str, known: tuple[str, ...] | set[str], *, default: str) -> str:
        value = self.text(name) or default
        if value not in known:
            choices = f"; use one of {', '.join(known)}" if len(known) < 10 else ""
            raise WrongValue(name, f"{value!r} is not known{choices}")
        return value

    def some_of(self, name: str, known: tuple[str, ...], *, default: str) -> frozenset[str]:
        values = _comma_list(self.text(name) or default)
        for value in values:
            if value not in known:
                raise WrongValue(name, f"{value!r} is not known; use any of {', '.join(known)}")
        return frozenset(values)


def _comma_list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _cores() -> int:
    """Return the processors this process may use, at most 4: reading files is not all a machine does."""
    return max(1, min(4, len(os.sched_getaffinity(0))))


def _home(given: _Given) -> Path:
    home = Path(given.text("LEGAJO_HOME") or PROJECT / "var").expanduser().absolute()
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise WrongValue("LEGAJO_HOME", f"cannot be made ({failure.strerror}: {home})") from failure
    if not os.access(home, os.W_OK | os.X_OK):
        raise WrongValue("LEGAJO_HOME", f"cannot be written to ({home})")
    return home


def _ocr_data(given: _Given) -> str:
    """Return where the language data for recognition lies; empty for none, or where none is wanted."""
    named = given.text("TESSDATA_PREFIX")
    if not given.yes("LEGAJO_OCR", default=True):
        return ""
    found = language_data(named)
    if named and not found.startswith(named):
        raise WrongValue("TESSDATA_PREFIX", f"holds no {SPANISH}.traineddata ({named})")
    return found


def _secret(given: _Given) -> str:
    secret = given.text("LEGAJO_SECRET_KEY")
    if secret and len(secret) < SHORTEST_SECRET:
        raise WrongValue("LEGAJO_SECRET_KEY", f"has fewer than {SHORTEST_SECRET} characters, so it could be guessed")
    return secret


def _kept_key(home: Path) -> str:
    try:
        return kept_secret(home / "secret.key")
    except OSError as failure:
        raise WrongValue("LEGAJO_HOME", f"cannot keep the secret key ({failure})") from failure


def _public_url(given: _Given) -> str:
    url = given.text("LEGAJO_URL").rstrip("/")
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        odd = bool(parts.path or parts.query or parts.fragment or parts.username or parts.password)
        host = re.fullmatch(r"[\w.-]+|[0-9a-f:.]+", parts.hostname or "")
        wrong = parts.scheme not in {"http", "https"} or host is None or odd or parts.port == 0
    except ValueError:
        wrong = True
    if wrong:
        raise WrongValue("LEGAJO_URL", f"{url!r} is not an address such as https://archivo.example")
    return url


def _hosts(given: _Given, public_url: str) -> list[str]:
    hosts = _comma_list(given.text("LEGAJO_HOSTS")) or ["localhost", "127.0.0.1", "[::1]"]
    for host in hosts:
        if "/" in host or " " in host:
            raise WrongValue("LEGAJO_HOSTS", f"{host!r} is not a host name; leave out http:// and paths")
    public_host = urlsplit(public_url).hostname
    return hosts if not public_host or public_host in hosts else [*hosts, public_host]
