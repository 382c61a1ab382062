"""Each service's URL, turned into the shape Django (or our own setting of the same form) wants.

An empty URL is the embedded service inside LEGAJO_HOME.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import environ

from deploy.s3_url import SCHEMES, s3_from
from deploy.search_url import ELASTICSEARCH, search_options
from deploy.server_urls import CELERY, POSTGRESQL, QUEUES, REDIS, celery_from, postgresql_from, redis_cache_from
from deploy.wrong_value import WrongValue

Shape = dict[str, Any]

BUSY_SECONDS = 30
MAIL_SECONDS = 10
# Entries are sign-in counters: with Django's limit of 300 an attacker could push the others' out.
CACHE_ENTRIES = 20_000
# How a database file begins (sqlite.org/fileformat2.html, 1.3).
SQLITE = b"SQLite format 3\0"


def database_from(url: str, home: Path) -> Shape:
    """Return one entry of DATABASES. `sqlite:///absolute/path` or `postgres://…`. Raises WrongValue."""
    if url and _known_scheme("DATABASE_URL", url, {"sqlite", *POSTGRESQL}) in POSTGRESQL:
        return postgresql_from(_split("DATABASE_URL", url))
    path = _place("DATABASE_URL", url, "sqlite", default=home / "legajo.sqlite3")
    if not path.parent.is_dir():
        raise WrongValue("DATABASE_URL", f"the folder {path.parent} does not exist")
    if not _is_database(path):
        raise WrongValue("DATABASE_URL", f"{path} is not an SQLite database that can be written to")
    # FULL: a line that says "imported" is a promise, also over a power cut. Measured here for transactions of 30
    # rows, FULL adds 0.1 ms to a commit; on a disk with a 5 ms fsync it is 5 ms for a write batch of up to 100 ms.
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32000", "temp_store=MEMORY")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": BUSY_SECONDS,
            "init_command": "".join(f"PRAGMA {pragma};" for pragma in pragmas),
        },
    }


def storage_from(url: str, home: Path, *, key: str = "", secret: str = "") -> Shape:
    """Return the store of files as BACKEND and OPTIONS. Raises WrongValue.

    `file:///absolute/path`, or `s3+https://KEY:SECRET@HOST:PORT/BUCKET`, whose credentials may also be given apart.
    """
    if url and _known_scheme("STORAGE_URL", url, {"file", *SCHEMES}) in SCHEMES:
        return s3_from(_split("STORAGE_URL", url), key, secret)
    path = _folder("STORAGE_URL", _place("STORAGE_URL", url, "file", default=home / "files"))
    return {"BACKEND": "storage.local.LocalStore", "OPTIONS": {"root": str(path)}}


def search_from(url: str, home: Path) -> Shape:
    """Return the search engine as BACKEND and OPTIONS. Raises WrongValue.

    `tantivy:///absolute/path`, or `elasticsearch+http(s)://[KEY@]HOST:PORT[,HOST:PORT…]/PREFIX`.
    """
    if url and _known_scheme("SEARCH_URL", url, {"tantivy", *ELASTICSEARCH}) in ELASTICSEARCH:
        return {"BACKEND": "search.backends.elastic.ElasticEngine", "OPTIONS": search_options(url)}
    path = _folder("SEARCH_URL", _place("SEARCH_URL", url, "tantivy", default=home / "index"))
    return {"BACKEND": "search.backends.tantivy.TantivyEngine", "OPTIONS": {"path": str(path)}}


def tasks_from(url: str) -> Shape:
    """Return one entry of TASKS. `db:` is the database itself, `celery+redis://…` a queue. Raises WrongValue."""
    if url:
        if _known_scheme("TASKS_URL", url, {"db", *CELERY}) in CELERY:
            return celery_from(_split("TASKS_URL", url))
        if url.removeprefix("db:").strip("/"):
            raise WrongValue("TASKS_URL", "'db:' stands alone; the queue lives in the site's database")
    return {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": list(QUEUES)}


def check_many_workers(database: Shape, search: Shape, tasks: Shape) -> None:
    """Raise WrongValue where a queue with many workers meets a service that bears only one."""
    if not tasks["BACKEND"].startswith("deploy.celery"):
        return
    if not database["ENGINE"].endswith("postgresql"):
        raise WrongValue("TASKS_URL", "Celery's workers need a server as DATABASE_URL: postgres://…")
    if search["BACKEND"].startswith("search.backends.tantivy"):
        raise WrongValue("TASKS_URL", "Celery's workers need a server as SEARCH_URL: elasticsearch+https://…")


def cache_from(url: str, home: Path) -> Shape:
    """Return one entry of CACHES: `filecache:///absolute/path`, `redis://…`, `locmemcache://` for one process only."""
    options = {"MAX_ENTRIES": CACHE_ENTRIES}
    scheme = _known_scheme("CACHE_URL", url, {"filecache", "locmemcache", *REDIS}) if url else ""
    if scheme in REDIS:
        return redis_cache_from(_split("CACHE_URL", url))
    if scheme == "locmemcache":
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": options}
    # Files, not memory: the counters of sign-in attempts are shared by all processes of the web server.
    path = _folder("CACHE_URL", _place("CACHE_URL", url, "filecache", default=home / "cache"))
    return {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(path),
        "OPTIONS": options,
    }


def email_from(url: str, home: Path) -> Shape:
    """Return the EMAIL_* settings. Without a URL mail is written as files into LEGAJO_HOME/mail."""
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(home / "mail"),
        }
    scheme = _known_scheme("EMAIL_URL", url, {"smtp", "smtp+tls", "smtp+ssl", "consolemail"})
    if scheme.startswith("smtp") and not _split("EMAIL_URL", url).hostname:
        raise WrongValue("EMAIL_URL", "names no host; write smtp+tls://USER:PASSWORD@HOST:PORT")
    if _split("EMAIL_URL", url).query:
        raise WrongValue("EMAIL_URL", "takes no options after a question mark")
    shape = environ.Env.email_url_config(url)
    told = {name: value for name, value in shape.items() if value not in (None, "") and name != "OPTIONS"}
    return {**told, "EMAIL_TIMEOUT": MAIL_SECONDS}


def _folder(variable: str, path: Path) -> Path:
    """Return a folder, made if it is not there. Raises WrongValue where it cannot be made or written to."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise WrongValue(variable, f"the folder {path} cannot be made ({failure.strerror})") from failure
    if not os.access(path, os.W_OK | os.X_OK):
        raise WrongValue(variable, f"the folder {path} cannot be written to")
    return path


def _is_database(path: Path) -> bool:
    """Tell whether a database can be here: nothing yet, or a file of SQLite's that may be written."""
    if not path.exists():
        return os.access(path.parent, os.W_OK | os.X_OK)
    try:
        with path.open("rb") as file:
            begins = file.read(len(SQLITE))
    except OSError:
        return False
    return begins in (b"", SQLITE) and os.access(path, os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK)


def _split(variable: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as failure:
        raise WrongValue(variable, f"is not a URL ({failure})") from failure
    return parts


def _known_scheme(variable: str, url: str, known: set[str]) -> str:
    """Return the URL's scheme. Raises WrongValue for one that is not known."""
    try:
        scheme = urlsplit(url).scheme
    except ValueError as failure:
        raise WrongValue(variable, f"is not a URL ({failure})") from failure
    if scheme not in known:
        raise WrongValue(variable, f"unknown scheme {scheme!r}; use {' or '.join(sorted(known))}")
    return scheme


def _place(variable: str, url: str, scheme: str, *, default: Path) -> Path:
    """Return the absolute path of `scheme:///path`; a fourth slash, as Django's tools write it, adds nothing."""
    if not url:
        return default
    _known_scheme(variable, url, {scheme})
    parts = _split(variable, url)
    path = unquote(parts.path)
    if parts.netloc or not path.startswith("/") or not path.strip("/") or parts.query or parts.fragment:
        raise WrongValue(variable, f"names no absolute path; write {scheme}:///folder/name")
    return Path("/" + path.lstrip("/"))
