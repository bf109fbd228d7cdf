#!/usr/bin/env bash
# install_tools.sh TOOLS [--tests]: sipp (the sample city's callers), espeak-ng and sox (prompts); with --tests also
# PostgreSQL and Chromium. What the machine has is used; the rest comes from the machine's own Debian suite.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
tools=$(realpath -m "${1:?usage: $0 TOOLS [--tests]}")
. "$here/wrap.sh"
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")

absent() { [ "${HOTLINE_FORCE_FETCH:-}" = 1 ] || ! command -v "$1" >/dev/null; }

prefix=$tools/tools
if absent sipp || absent espeak-ng || absent sox; then
  "$here/fetch_debs.sh" "$prefix" "$suite" sip-tester espeak-ng sox
  data=$(dirname "$(dirname "$(cd "$prefix/root" && find usr -name phontab | head -n 1)")")
  wrap "$prefix" usr/bin/sipp "$tools/bin/sipp"
  wrap "$prefix" usr/bin/espeak-ng "$tools/bin/espeak-ng" "ESPEAK_DATA_PATH=%R/$data"
  wrap "$prefix" usr/bin/sox "$tools/bin/sox"
  for name in sipp espeak-ng sox; do
    "$tools/bin/$name" --version >/dev/null 2>&1 || [ $? -lt 100 ] || { echo "error: $tools/bin/$name does not run" >&2; exit 1; }
  done
fi
echo "  sipp, espeak-ng, sox: ready"
[ "${2:-}" = --tests ] || exit 0

missing=()
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || compgen -G "$tools/postgresql/root/usr/lib/postgresql/*/bin/initdb" >/dev/null || missing+=(postgresql)
command -v chromium >/dev/null || missing+=(chromium)
fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fonts-noto-cjk)
if [ ${#missing[@]} -gt 0 ]; then
  echo "  for the tests: ${missing[*]}"
  if [ "$(id -u)" = 0 ]; then
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" fontconfig >/dev/null
  else
    echo "error: the tests need ${missing[*]}; ask the administrator for: apt-get install ${missing[*]} fontconfig" >&2
    exit 1
  fi
fi
echo "  PostgreSQL, Chromium, Chinese fonts: ready"
