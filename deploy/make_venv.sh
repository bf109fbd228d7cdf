#!/usr/bin/env bash
# make_venv.sh REQUIREMENTS: the virtual environment .venv with these packages, from the first Python >= 3.11 found.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

fail() { echo "error: $*" >&2; exit 1; }
say() { printf '  [%3d s] %s\n' "$SECONDS" "$*"; }
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  local name
  for name in python3.13 python3.12 python3.11 python3; do
    if command -v "$name" >/dev/null && new_enough "$name"; then echo "$name"; return; fi
  done
  fail "no Python of version 3.11 or newer; ask the administrator for: apt-get install python3 python3-venv"
}

if ! { [ -x .venv/bin/python ] && .venv/bin/python -m pip --version; } >/dev/null 2>&1; then
  python=$(find_python)
  say "making .venv with $("$python" --version)"
  rm -rf .venv
  if ! "$python" -m venv .venv >/dev/null 2>&1; then
    rm -rf .venv
    # Debian keeps the part of Python that makes environments with pip in a package of its own.
    { "$python" -m venv --without-pip .venv && deploy/fetch_pip.sh .venv; } || {
      rm -rf .venv
      fail "Python's venv module is incomplete; ask the administrator for: apt-get install python3-venv"
    }
  fi
fi
say "installing the Python packages of $1 (a minute or two the first time)"
(while sleep 10; do say "still installing"; done) &
ticker=$!
trap 'kill $ticker 2>/dev/null || true' EXIT
.venv/bin/python -m pip install -qq --disable-pip-version-check -r "$1" \
  || fail "pip could not install the packages of $1; is the package index that pip uses reachable?"
say "Python packages of $1: ready"
