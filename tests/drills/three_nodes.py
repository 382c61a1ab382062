"""A cluster of three Elasticsearch nodes on this machine, from the server that `make services` unpacked."""

from __future__ import annotations

import json
import secrets
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psutil

from deploy.services import processes
from deploy.services.place import Place, opened_place, say
from deploy.services.processes import Server
from deploy.services.servers import HOST, elasticsearch_node

NAMES = ("node1", "node2", "node3")
GREEN_SECONDS = 120.0


@dataclass
class Cluster:
    """The nodes by name, and where each answers."""

    place: Place
    servers: dict[str, Server]
    ports: dict[str, int]

    def url(self, prefix: str) -> str:
        nodes = ",".join(f"{HOST}:{port}" for port in self.ports.values())
        return f"elasticsearch+http://{nodes}/{prefix}"

    def ask(self, path: str) -> Any:
        """Return what the first node that answers says. Raises OSError where none does."""
        for port in self.ports.values():
            with suppress(OSError), urllib.request.urlopen(f"http://{HOST}:{port}/{path}", timeout=10) as answer:
                return json.loads(answer.read())
        raise OSError("no node answers")

    def is_green(self, nodes: int) -> bool:
        with suppress(OSError):
            told = self.ask("_cluster/health")
            return bool(told["status"] == "green" and told["number_of_nodes"] == nodes)
        return False

    def wait_until_green(self, nodes: int = 3) -> None:
        """Wait until that many nodes are there and every copy is complete. Raises RuntimeError."""
        until = time.monotonic() + GREEN_SECONDS
        while not self.is_green(nodes):
            if time.monotonic() > until:
                raise RuntimeError(f"the cluster is not green: {self.ask('_cluster/health')}")
            time.sleep(0.3)

    def holder_of_primary(self, alias: str) -> str:
        """Return the name of the node that holds the primary shard of an alias's index."""
        index = next(iter(self.ask(f"_alias/{alias}")))
        state = self.ask(f"_cluster/state/routing_table,nodes/{index}")
        shards = state["routing_table"]["indices"][index]["shards"]["0"]
        holder = next(shard["node"] for shard in shards if shard["primary"])
        return str(state["nodes"][holder]["name"])

    def kill(self, name: str) -> None:
        """End a node at once, as a machine does that loses its power."""
        pid = processes._pid(self.place, name)
        assert pid is not None
        first = psutil.Process(pid)
        for process in [first, *first.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def start(self, name: str) -> None:
        processes.start(self.place, self.servers[name])


@contextmanager
def three_nodes() -> Iterator[Cluster]:
    """Start the cluster, and stop it and remove its data after the block."""
    with opened_place() as place:
        ports = {name: place.port(name) for name in NAMES}
        common = {
            "cluster.name": f"drill-{secrets.token_hex(4)}",
            "discovery.seed_hosts": ",".join(f"{HOST}:{place.port(name, 'transport')}" for name in NAMES),
            "cluster.initial_master_nodes": ",".join(NAMES),
        }
        servers = {name: _node(place, name, ports[name], common) for name in NAMES}
        cluster = Cluster(place, servers, ports)
        try:
            for name in NAMES:
                say(f"Starting {name}")
                cluster.start(name)
            for server in servers.values():
                processes.wait_until_ready(place, server)
            yield cluster
        finally:
            processes.stop(place, list(NAMES))
            for name in NAMES:
                shutil.rmtree(place.root / name, ignore_errors=True)


def _node(place: Place, name: str, port: int, common: dict[str, str]) -> Server:
    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/_cluster/health", timeout=5) as answer:
                return bool(json.loads(answer.read())["number_of_nodes"] == len(NAMES))
        except urllib.error.HTTPError:
            return False

    shutil.rmtree(place.folder(name) / "config", ignore_errors=True)
    return elasticsearch_node(place, name, {**common, "node.name": name}, ready)
