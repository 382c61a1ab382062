"""The servers of the full profile: how each is set up, started and asked whether it works, and its URL."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.services import programs
from deploy.services.place import CannotServe, Place
from deploy.services.processes import Server
from storage.errors import StorageError
from storage.s3 import S3Store

HOST = "127.0.0.1"
NAME = "legajo"
"""Of the database, its user, the bucket and the index, where `services.env` is used as it is."""
ANSWER_SECONDS = 5


def postgresql(place: Place) -> Server:
    """PostgreSQL with the database `legajo`, reached by password."""
    bin_folder = programs.postgresql()
    data = place.folder("postgresql") / "data"
    password = place.secret("postgresql")
    if not (data / "PG_VERSION").is_file():
        shutil.rmtree(data, ignore_errors=True)
        secret = place.write(place.folder("postgresql") / "password", password)
        options = [f"--pgdata={data}", f"--username={NAME}", f"--pwfile={secret}", "--auth=scram-sha-256"]
        _as_account(place, [f"{bin_folder}/initdb", *options, "--encoding=UTF8", "--locale=C.UTF-8"])
    port = place.port("postgresql")
    asked = {"PGHOST": HOST, "PGPORT": str(port), "PGUSER": NAME, "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "5"}

    def ready() -> bool:
        made = subprocess.run(
            [bin_folder / "createdb", NAME], env={**os.environ, **asked}, capture_output=True, text=True, check=False
        )
        return made.returncode == 0 or "already exists" in made.stderr

    # Many test processes at once, each with its own pool.
    settings = {"listen_addresses": HOST, "port": port, "unix_socket_directories": "", "max_connections": 200}
    given = [text for name, value in settings.items() for text in ("-c", f"{name}={value}")]
    # SIGINT ends sessions and stops; SIGTERM would wait for clients to leave.
    command = (f"{bin_folder}/postgres", "-D", str(data), *given)
    return Server("postgresql", command, ready, stop_with=signal.SIGINT)


def redis(place: Place) -> Server:
    """Redis without persistence: messages are only wake-ups."""
    port = place.port("redis")
    folder = place.folder("redis")
    options = {"port": port, "bind": HOST, "dir": folder, "save": "", "appendonly": "no", "set-proc-title": "no"}
    command = [str(programs.redis()), *(text for name, value in options.items() for text in (f"--{name}", str(value)))]

    def ready() -> bool:
        with socket.create_connection((HOST, port), timeout=ANSWER_SECONDS) as line:
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")

    return Server("redis", tuple(command), ready)


def seaweedfs(place: Place) -> Server:
    """SeaweedFS as the S3 server, with one identity."""
    program = programs.weed(place)
    folder = place.folder("seaweedfs")
    data = place.folder("seaweedfs", "data")
    identity = {
        "name": NAME,
        "credentials": [{"accessKey": place.secret("s3_key"), "secretKey": place.secret("s3_secret")}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    config = place.write(folder / "s3.json", json.dumps({"identities": [identity]}))
    # One volume for a new bucket instead of seven: tests make many buckets.
    place.write(folder / "master.toml", "[master.volume_growth]\ncopy_1 = 1\n")
    ports = {
        f"{part}.port{kind}": place.port("seaweedfs", f"{part}{kind}")
        for part in ("master", "volume", "filer", "s3")
        for kind in ("", ".grpc")
    }
    command = [str(program), "server", f"-dir={data}", f"-ip={HOST}", f"-ip.bind={HOST}"]
    command += [f"-{name}={port}" for name, port in ports.items()]
    command += ["-s3", f"-s3.config={config}", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    command += ["-volume.max=1000", "-master.volumeSizeLimitMB=256", "-master.telemetry=false"]
    command += ["-volume.preStopSeconds=0"]  # no other server has to notice that this one goes

    def ready() -> bool:
        room = _get(f"http://{HOST}:{ports['master.port']}/dir/assign")
        return room is not None and "fid" in room and _serves_files(place, ports["s3.port"])

    return Server("seaweedfs", tuple(command), ready)


def minio(place: Place) -> Server:
    """MinIO as the S3 server."""
    program = programs.minio(place)
    data = place.folder("minio", "data")
    port = place.port("minio")
    secrets = {"MINIO_ROOT_USER": place.secret("s3_key"), "MINIO_ROOT_PASSWORD": place.secret("s3_secret")}
    command = (str(program), "server", "--quiet", "--address", f"{HOST}:{port}", str(data))
    return Server("minio", command, lambda: _serves_files(place, port), {**secrets, "MINIO_BROWSER": "off"})


def elasticsearch(place: Place) -> Server:
    """Elasticsearch, one node."""
    port = place.port("elasticsearch")

    def ready() -> bool:
        health = _get(f"http://{HOST}:{port}/_cluster/health")
        return health is not None and json.loads(health)["status"] in {"green", "yellow"}

    settings = {"cluster.name": NAME, "discovery.type": "single-node"}
    return elasticsearch_node(place, "elasticsearch", settings, ready)


def elasticsearch_node(place: Place, name: str, settings: Mapping[str, object], ready: Callable[[], bool]) -> Server:
    """One node in a folder and on ports of its own; `settings` say which cluster it belongs to and how it finds it."""
    home = programs.elasticsearch(place)
    folder = place.folder(name)
    config = folder / "config"
    if not config.is_dir():
        shutil.copytree(home / "config", config)
        place.hand_over_all(config)
    settings = {
        **settings,
        "network.host": HOST,
        "http.port": place.port(name),
        "transport.port": place.port(name, "transport"),
        "path.data": folder / "data",
        "path.logs": folder / "logs",
        "xpack.security.enabled": "false",
        # A nearly full disk of a developer is no reason to refuse writes.
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    place.write(config / "elasticsearch.yml", "".join(f"{key}: {value}\n" for key, value in settings.items()))
    environment = {
        "ES_JAVA_HOME": str(programs.java(place)),
        "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
        "CLI_JAVA_OPTS": "-Xmx64m",
        "ES_PATH_CONF": str(config),
        "ES_TMPDIR": str(place.folder(name, "tmp")),
    }
    # The data folder is said here too, so that the process can be known by it.
    command = (str(home / "bin" / "elasticsearch"), "-E", f"path.data={folder / 'data'}")
    return Server(name, command, ready, environment)


def urls(place: Place, s3: str) -> dict[str, str]:
    """Return what a site needs to use these running servers, in the shapes that `deploy/services_urls.py` reads."""
    key, secret = place.secret("s3_key"), place.secret("s3_secret")
    s3_port = place.port("minio") if s3 == "minio" else place.port("seaweedfs", "s3")
    database = f"{NAME}:{place.secret('postgresql')}@{HOST}:{place.port('postgresql')}/{NAME}"
    return {
        "DATABASE_URL": f"postgres://{database}",
        "STORAGE_URL": f"s3+http://{key}:{secret}@{HOST}:{s3_port}/{NAME}",
        "SEARCH_URL": f"elasticsearch+http://{HOST}:{place.port('elasticsearch')}/{NAME}",
        "TASKS_URL": f"celery+redis://{HOST}:{place.port('redis')}/0",
    }


def _as_account(place: Place, command: list[str]) -> None:
    account = place.account
    done = subprocess.run(
        command,
        cwd=place.root,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CannotServe(f"`{Path(command[0]).name}` failed: {done.stderr.strip()[-500:]}")


def _get(url: str) -> str | None:
    """Return a page of a server on this machine, None while it answers with an error. Raises OSError."""
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:  # noqa: S310 - our own server's http
            return str(answer.read(), "utf-8")
    except urllib.error.HTTPError:
        return None


def _serves_files(place: Place, port: int) -> bool:
    """Tell whether the S3 server knows our key: it is asked for a file that is not there."""
    key, secret = place.secret("s3_key"), place.secret("s3_secret")
    try:
        return S3Store(bucket=NAME, endpoint=f"http://{HOST}:{port}", key=key, secret=secret).stat("nothing") is None
    except StorageError:
        return False
