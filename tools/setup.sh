#!/usr/bin/env bash
# Makes .venv with the pinned, hashed requirements, the front end, and the translations.
# Usage: tools/setup.sh runtime|dev     Quick when nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=$1
stamps=.venv/stamps

say() { printf '%s\n' "$*" >&2; }

find_python() {
  local candidate
  for candidate in python3.11 python3.12 python3.13 python3; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      echo "$candidate"
      return
    fi
  done
  say "Python 3.11 or newer is missing: run \`apt-get install python3 python3-venv\`"
  exit 1
}

make_venv() {
  [ -x .venv/bin/pip ] && return
  local python
  python=$(find_python)
  if ! "$python" -m venv .venv 2>/dev/null; then
    rm -rf .venv
    if [ "$(id -u)" = 0 ]; then
      say "installing python3-venv ..."
      apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
      "$python" -m venv .venv
    else
      say "Python cannot make virtual environments here: run \`sudo apt-get install python3-venv\`"
      exit 1
    fi
  fi
}

# once NAME FILE... -- COMMAND: runs the command unless it ran before with these very files.
once() {
  local name=$1 files=() sum
  shift
  while [ "$1" != -- ]; do files+=("$1"); shift; done
  shift
  sum=$(cat "${files[@]}" | sha256sum)
  if [ "$(cat "$stamps/$name" 2>/dev/null)" != "$sum" ]; then
    "$@"
    mkdir -p "$stamps"
    echo "$sum" >"$stamps/$name"
  fi
}

install_requirements() {
  say "installing Python packages ($1) ..."
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$1.txt" 2>&1 |
    { grep -v '^WARNING: Location' >&2 || true; }
}

install_ourselves() {
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . 2>&1 |
    { grep -v '^WARNING: Location' >&2 || true; }
}

compile_translations() {
  .venv/bin/pybabel --quiet compile --directory lms_plugin/translations
}

make_venv
once "$kind" "requirements/$kind.txt" -- install_requirements "$kind"
once package pyproject.toml -- install_ourselves
tools/front_end.sh
catalogues=$(find lms_plugin/translations -name '*.po')
# shellcheck disable=SC2086
[ -z "$catalogues" ] || once translations $catalogues -- compile_translations
if [ "$kind" = dev ]; then tools/system.sh; fi
