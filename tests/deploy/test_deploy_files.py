"""The image, the compose file and the systemd unit name what is there: paths, variables, commands."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.env import PROJECT, SECRETS, VARIABLES
from deploy.server_urls import QUEUES

DOCKER = PROJECT / "deploy" / "docker"
OURS = ("web", "worker", "heavy-worker", "scheduler")
UNIT = PROJECT / "deploy" / "systemd" / "legajo.service"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def test_the_image_copies_what_is_there_and_runs_without_rights() -> None:
    lines = (DOCKER / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    copied = [shlex.split(line)[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    assert [path for paths in copied for path in paths if not (PROJECT / path).exists()] == []
    assert "USER legajo" in lines
    assert any(line.startswith("HEALTHCHECK ") for line in lines)
    for script in re.findall(r'"(deploy/docker/\w+)"', "\n".join(lines)):
        assert (PROJECT / script).stat().st_mode & 0o111


def test_the_compose_file_sets_only_variables_that_are_read(compose: dict[str, Any]) -> None:
    known = set(VARIABLES) | {f"{name}_FILE" for name in SECRETS}
    ours = [compose["services"][name] for name in OURS]
    assert {variable for service in ours for variable in service["environment"]} - known == set()
    for service in ours:
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])


def test_every_container_has_limits_and_every_secret_is_declared(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert "mem_limit" in service, name
        assert set(service.get("secrets", ())) <= set(compose["secrets"]), name
        assert set(service.get("depends_on", ())) <= set(compose["services"]), name


def test_the_run_script_knows_what_the_compose_file_asks_for(compose: dict[str, Any]) -> None:
    script = (DOCKER / "run").read_text(encoding="utf-8")
    for name in OURS:
        assert f"\n{compose['services'][name]['command'][0]}) " in script
    subprocess.run(["sh", "-n", str(DOCKER / "run"), str(DOCKER / "healthy")], check=True)


def test_systemd_finds_no_fault_in_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here: Debian's systemd checks the unit")
    # The unit as it would lie on a machine, with a program that is there.
    unit = tmp_path / "legajo.service"
    text = UNIT.read_text(encoding="utf-8").replace("/srv/legajo/.venv/bin/python", shutil.which("true") or "")
    unit.write_text(text, encoding="utf-8")
    checked = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert [line for line in checked.stderr.splitlines() if "legajo.service" in line] == []


def test_every_queue_has_a_worker(compose: dict[str, Any]) -> None:
    commands = [compose["services"][name]["command"] for name in OURS if "worker" in name]
    served = [queue for command in commands for queue in command[command.index("--queues") + 1].split(",")]
    assert sorted(served) == sorted(QUEUES)
