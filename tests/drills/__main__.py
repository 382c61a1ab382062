"""`python -m tests.drills NAME [--short]`: play one drill; status 0 when every promise was kept."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

DRILLS = ("outages", "reindexing", "nodes", "imports", "visible")


def main() -> int:
    """Return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.drills")
    parser.add_argument("name", choices=DRILLS)
    parser.add_argument("--short", action="store_true", help="seconds instead of minutes")
    asked = parser.parse_args()
    status: int = import_module(f"tests.drills.{asked.name}").main(short=asked.short)
    return status


if __name__ == "__main__":
    sys.exit(main())
