"""The key that signs sessions, cursors and links: made once, kept in the site's folder."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

KEY_BYTES = 48


def kept_secret(path: Path) -> str:
    """Return the key in this file, making the file (mode 0600) when it is not there.

    Several processes may start at once: each writes a key of its own beside, and `link` lets exactly one of
    them take the name; all then read that one. A crash leaves either no file or a whole one.
    """
    if not path.exists():
        candidate = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(candidate, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(candidate, path)
        candidate.unlink()
    return path.read_text(encoding="ascii").strip()
