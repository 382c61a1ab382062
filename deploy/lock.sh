#!/bin/sh
# Writes requirements.lock from pyproject.toml: every pin with its hashes, and no address of an index.
# Pins that still fit are kept; `deploy/lock.sh --upgrade` looks for newer ones.
set -eu
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"${PYTHON:-python3}" -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check uv
"$tools/bin/uv" pip compile --quiet --python-version 3.11 --all-extras --generate-hashes \
    --no-emit-index-url --no-annotate --custom-compile-command "deploy/lock.sh" \
    -o requirements.lock pyproject.toml "$@"
