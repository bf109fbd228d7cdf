#!/usr/bin/env bash
# fetch_pip.sh VENV: pip into an environment without it, from Debian's package python3-pip-whl, unpacked aside.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
venv=$1
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
"$here/fetch_debs.sh" "$(pwd)/.tools/pip" "$suite" python3-pip-whl
wheel=$(find .tools/pip/root/usr/share/python-wheels -name 'pip-*.whl' | head -n 1)
[ -n "$wheel" ] || exit 1
"$venv/bin/python" "$wheel/pip" install -qq --no-index --find-links "$(dirname "$wheel")" pip
