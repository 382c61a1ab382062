"""`STORAGE_URL` of an S3 service: where it is, as whom, and how browsers may use it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from deploy.wrong_value import WrongValue

SCHEMES = frozenset({"s3+http", "s3+https"})
STAGING = "-staging"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,53}[a-z0-9]\Z")
_OPTIONS = {"region", "style", "ca", "public", "direct"}
_FORM = "write s3+https://KEY:SECRET@HOST:PORT/BUCKET"


def s3_from(parts: SplitResult, key: str, secret: str) -> dict[str, Any]:
    """Return the store as BACKEND, OPTIONS and STAGING; `key` and `secret` are those given apart from the URL.

    Raises WrongValue.
    """
    bucket = parts.path.strip("/")
    if not parts.hostname or parts.fragment:
        raise _wrong(f"names no host; {_FORM}")
    if not _BUCKET.match(bucket):
        raise _wrong(f"{bucket!r} is not a bucket's name (3 to 55 small letters, digits and hyphens); {_FORM}")
    options = _options(parts.query)
    access = {
        "endpoint": f"{parts.scheme.removeprefix('s3+')}://{parts.netloc.rpartition('@')[2]}",
        "key": _credential("STORAGE_KEY", unquote(parts.username or ""), key),
        "secret": _credential("STORAGE_SECRET", unquote(parts.password or ""), secret),
        "region": options.get("region", "us-east-1"),
        "virtual_style": _one_of(options, "style", ("path", "virtual")) == "virtual",
        "certificates": _certificates(options.get("ca")),
        "public": _public(options.get("public")),
        "direct": _one_of(options, "direct", ("yes", "no")) == "yes",
    }
    return {
        "BACKEND": "storage.s3.S3Store",
        "OPTIONS": {**access, "bucket": bucket, "locking": True},
        "STAGING": {**access, "bucket": bucket + STAGING, "locking": False},
    }


def _options(query: str) -> dict[str, str]:
    try:
        options = dict(parse_qsl(query, strict_parsing=True)) if query else {}
    except ValueError:
        raise _wrong("has options that cannot be read; write ?name=value&name=value") from None
    for name in options:
        if name not in _OPTIONS:
            raise _wrong(f"has the option {name!r}, which is none of {', '.join(sorted(_OPTIONS))}")
    return options


def _credential(variable: str, in_url: str, apart: str) -> str:
    if in_url and apart:
        raise WrongValue(variable, "is given twice; leave it out of STORAGE_URL or unset it")
    if not (in_url or apart):
        raise WrongValue(variable, f"is not given; set it, or {_FORM} as STORAGE_URL")
    return in_url or apart


def _one_of(options: dict[str, str], name: str, known: tuple[str, ...]) -> str:
    value = options.get(name, known[0])
    if value not in known:
        raise _wrong(f"has {name}={value}; use {' or '.join(known)}")
    return value


def _certificates(path: str | None) -> str | None:
    if path is not None and not Path(path).is_file():
        raise _wrong(f"names certificates that are not there ({path})")
    return path


def _public(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise _wrong(f"has public={url}, which is not an address such as https://files.example")
    return url


def _wrong(reason: str) -> WrongValue:
    return WrongValue("STORAGE_URL", reason)
