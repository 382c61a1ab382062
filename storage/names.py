"""File names in headers: what a download is called, whatever was typed when it came in."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

LONGEST_NAME = 200


def attachment_header(name: str) -> str:
    """Return Content-Disposition for a name in any script (RFC 6266; RFC 8187 for the encoded form)."""
    safe = safe_name(name)
    plain = unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^\w .()\-]", "_", plain, flags=re.ASCII).strip() or "file"
    encoded = quote(safe, safe="")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


def safe_name(name: str) -> str:
    """Return a file name's last part without what could lead elsewhere, break a line or turn writing round."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    stem, dot, ending = kept.strip(" .").rpartition(".")
    if dot and len(ending) <= 16:
        return f"{stem[: LONGEST_NAME - len(ending)]}.{ending}" if stem else ending
    return kept.strip(" .")[:LONGEST_NAME] or "file"
