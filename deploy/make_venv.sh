#!/usr/bin/env bash
# make_venv.sh REQUIREMENTS: the virtual environment .venv with these packages, from the first Python >= 3.11 found.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
began=$SECONDS
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
  for python in python3 python3.14 python3.13 python3.12 python3.11; do
    command -v "$python" >/dev/null && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' && break
    python=
  done
  [ -n "$python" ] || { echo "error: no Python of version 3.11 or newer; install the package python3" >&2; exit 1; }
  echo "  making .venv with $("$python" --version)"
  rm -rf .venv
  if ! "$python" -m venv .venv 2>/dev/null; then
    rm -rf .venv
    # Debian keeps the part of Python that makes environments with pip in a package of its own.
    "$python" -m venv --without-pip .venv
    deploy/fetch_pip.sh .venv || { rm -rf .venv; echo "error: install the package python3-venv, then run this again" >&2; exit 1; }
  fi
fi
echo "  installing the Python packages of $1 (a minute or two the first time)"
.venv/bin/python -m pip install -q --disable-pip-version-check -r "$1"
echo "  Python packages: ready after $((SECONDS - began)) s"
