#!/usr/bin/env bash
# install_tools.sh TOOLS [--tests]: sipp (the sample city's callers), espeak-ng and sox (announcements); with --tests
# also PostgreSQL, Chromium and a Chinese font. What the machine has is used; the rest comes from the machine's own
# suite: into TOOLS/tools, or for root and --tests into the machine. HOTLINE_FORCE_FETCH=1 fetches in any case.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
tools=$(realpath -m "${1:?usage: $0 TOOLS [--tests]}")
. "$here/wrap.sh"
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
prefix=$tools/tools

fail() { echo "error: $*" >&2; exit 1; }
forced() { [ "${HOTLINE_FORCE_FETCH:-}" = 1 ]; }
absent() { forced || ! command -v "$1" >/dev/null; }
fetch() { "$here/fetch_debs.sh" "$prefix" "$suite" "$@"; start_scripts; }

start_scripts() { # one for each program that the prefix has
  local root=$prefix/root data
  if [ -e "$root/usr/bin/sipp" ]; then
    data=$(dirname "$(dirname "$(cd "$root" && find usr/lib usr/share -name phontab -print -quit)")")
    wrap "$prefix" usr/bin/sipp "$tools/bin/sipp"
    wrap "$prefix" usr/bin/sox "$tools/bin/sox"
    wrap "$prefix" usr/bin/espeak-ng "$tools/bin/espeak-ng" "ESPEAK_DATA_PATH=%R/$data"
  fi
  if [ -e "$root/usr/lib/chromium/chromium" ]; then
    printf '%s\n' '<?xml version="1.0"?>' '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">' '<fontconfig>' \
      "<dir>$root/usr/share/fonts</dir>" '<dir>/usr/share/fonts</dir>' \
      '<cachedir prefix="xdg">fontconfig</cachedir>' '</fontconfig>' > "$prefix/fonts.conf"
    wrap_native "$prefix" usr/lib/chromium/chromium "$prefix/chromium" 'FONTCONFIG_FILE=%R/../fonts.conf'
  fi
}

runs() { # PROGRAM ARGUMENT PATTERN: whether its output shows that it works
  local said
  said=$("$1" "$2" 2>&1 || true)
  grep -q "$3" <<< "$said" || fail "$1 does not run: $(tail -n 2 <<< "$said")"
}

if absent sipp || absent espeak-ng || absent sox; then
  fetch sip-tester espeak-ng sox
  runs "$tools/bin/sipp" -v 'SIPp v'
  runs "$tools/bin/sox" --version 'SoX v'
  runs "$tools/bin/espeak-ng" --version 'eSpeak NG'
fi
echo "  sipp, espeak-ng, sox: ready"
[ "${2:-}" = --tests ] || exit 0

missing=()
{ ! forced && compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; } || missing+=(postgresql)
! absent chromium || missing+=(chromium)
{ ! forced && [ -n "$(fc-list :lang=zh 2>/dev/null)" ]; } || missing+=(fontconfig fonts-noto-cjk)
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && ! forced; then
    echo "  for the tests: installing ${missing[*]} (a minute or two)"
    apt-get -qq update || fail "the machine's package lists cannot be fetched"
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null \
      || fail "apt-get could not install ${missing[*]}"
  elif [[ " $(. /etc/os-release && echo "$ID") ${missing[*]} " == *" ubuntu "*" chromium "* ]]; then
    fail "the tests need a Chromium, which Ubuntu has as a snap only; ask the administrator for: snap install chromium"
  else
    [ -e "$prefix/fonts.conf" ] || echo "  for the tests: fetching ${missing[*]} into $prefix (up to 1 GB)"
    fetch "${missing[@]}"
  fi
fi
if [ -x "$prefix/chromium" ]; then runs "$prefix/chromium" --version Chromium; fi
initdb=$(compgen -G "$prefix/root/usr/lib/postgresql/*/bin/initdb" || true)
if [ -n "$initdb" ]; then
  LD_LIBRARY_PATH="$prefix/root/usr/lib/$(triplet_of "$prefix")" runs "${initdb%%$'\n'*}" --version PostgreSQL
fi
echo "  PostgreSQL, Chromium, Chinese fonts: ready"
