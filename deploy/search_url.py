"""The URL of an Elasticsearch cluster: one address or several of its nodes, a key, certificates, and our prefix."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from deploy.wrong_value import WrongValue

ELASTICSEARCH = frozenset({"elasticsearch+http", "elasticsearch+https"})
_PREFIX = re.compile(r"[a-z][a-z0-9-]{0,99}")


def search_options(url: str) -> dict[str, Any]:
    """Return the nodes' addresses, API key and certificates, and the prefix of the index names. Raises WrongValue.

    `elasticsearch+http(s)://[KEY@]HOST:PORT[,HOST:PORT…]/PREFIX[?ca=FILE]`; the addresses come with commas between.
    """
    parts = _split(url)
    prefix = parts.path.strip("/")
    name, _, certificates = unquote(parts.query).partition("=")
    if name not in ("", "ca"):
        raise WrongValue("SEARCH_URL", f"has the option {name!r}; only ca, a file of certificates, is known")
    if certificates and not Path(certificates).is_file():
        raise WrongValue("SEARCH_URL", f"names certificates that are not there ({certificates})")
    scheme = parts.scheme.removeprefix("elasticsearch+")
    who, _, nodes = parts.netloc.rpartition("@")
    addresses = [_address(scheme, node) for node in nodes.split(",")]
    if parts.fragment:
        raise WrongValue("SEARCH_URL", "has a part after #, which means nothing here")
    if not _PREFIX.fullmatch(prefix):
        raise WrongValue(
            "SEARCH_URL",
            f"{prefix!r} is no prefix of index names; use small letters, digits and hyphens, such as legajo",
        )
    if ":" in who:
        raise WrongValue("SEARCH_URL", "has a password; an API key stands alone before the @")
    return {
        "url": ",".join(addresses),
        "prefix": prefix,
        "api_key": unquote(who),
        "certificates": certificates,
    }


def _address(scheme: str, node: str) -> str:
    """Return a node's address with its port. Raises WrongValue."""
    parts = _split(f"//{node}")
    try:
        port = parts.port
    except ValueError as failure:
        raise WrongValue("SEARCH_URL", f"is not a URL ({failure})") from failure
    if not parts.hostname:
        raise WrongValue("SEARCH_URL", "names no server; write elasticsearch+https://KEY@HOST:PORT/PREFIX")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{scheme}://{host}:{port or (443 if scheme == 'https' else 9200)}"


def _split(url: str) -> Any:
    try:
        return urlsplit(url)
    except ValueError as failure:
        raise WrongValue("SEARCH_URL", f"is not a URL ({failure})") from failure
