#!/bin/sh
# Writes requirements.lock from pyproject.toml: every pin with its hashes, and no address of an index; and
# requirements-services.lock, the servers that `make services` starts, which no site needs.
# Pins that still fit are kept; `deploy/lock.sh --upgrade` looks for newer ones.
set -eu
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"${PYTHON:-python3}" -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check uv
compile() {
    lock=$1
    shift
    "$tools/bin/uv" pip compile --quiet --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-annotate --custom-compile-command "deploy/lock.sh" -o "$lock" "$@"
}
compile requirements.lock --all-extras pyproject.toml "$@"
compile requirements-services.lock --group services "$@"
