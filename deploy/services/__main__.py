"""`make services` and `make services-down`: real servers on loopback ports, without a container engine.

    python -m deploy.services up [--s3 seaweedfs|minio]
    python -m deploy.services down

`up` prints the URLs and writes them to `var/services.env`; what already runs is left alone.
"""

from __future__ import annotations

import argparse
import sys

from deploy.services import processes, servers
from deploy.services.place import PROJECT, CannotServe, Place, opened_place, say

S3_SERVERS = {"seaweedfs": servers.seaweedfs, "minio": servers.minio}
ENVIRONMENT = PROJECT / "var" / "services.env"


def up(place: Place, s3: str) -> None:
    """Start what does not run, wait until all answer, and say where. Raises CannotServe."""
    makers = {
        "postgresql": servers.postgresql,
        "redis": servers.redis,
        s3: S3_SERVERS[s3],
        "elasticsearch": servers.elasticsearch,
    }
    place.running = frozenset(name for name in makers if processes.is_running(place, name))
    wanted = [make(place) for make in makers.values()]
    for server in wanted:
        if server.name not in place.running:
            say(f"Starting {server.name} in {place.root}")
            processes.start(place, server)
    for server in wanted:
        processes.wait_until_ready(place, server)
    place.running = frozenset(makers)
    lines = "".join(f"{name}={url}\n" for name, url in servers.urls(place, s3).items())
    ENVIRONMENT.parent.mkdir(exist_ok=True)
    ENVIRONMENT.unlink(missing_ok=True)
    ENVIRONMENT.touch(mode=0o600)
    ENVIRONMENT.write_text(lines, encoding="utf-8")
    sys.stdout.write(lines)


def down(place: Place) -> None:
    """Stop the servers that were started here, and no other process."""
    for name in processes.stop(place, processes.known(place)):
        say(f"Stopped {name}")
    ENVIRONMENT.unlink(missing_ok=True)


def main() -> int:
    """Return the exit status: 0, or 1 with a sentence."""
    parser = argparse.ArgumentParser(prog="python -m deploy.services")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("up").add_argument("--s3", choices=sorted(S3_SERVERS), default="seaweedfs")
    verbs.add_parser("down")
    asked = parser.parse_args()
    try:
        with opened_place() as place:
            if asked.verb == "up":
                up(place, asked.s3)
            else:
                down(place)
    except CannotServe as reason:
        say(str(reason))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
