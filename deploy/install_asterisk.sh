#!/usr/bin/env bash
# install_asterisk.sh TOOLS: an Asterisk of at least version 20. The machine's own is used when there is one;
# otherwise Debian's package (suite forky) is unpacked into TOOLS/asterisk, as an ordinary user.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
tools=$(realpath -m "${1:?usage: $0 TOOLS}")
. "$here/wrap.sh"

major() { "$1" -V 2>/dev/null | sed -n 's/^Asterisk \([0-9]*\).*/\1/p'; }

if own=$(command -v asterisk) && [ "$(major "$own")" -ge "${HOTLINE_LEAST_ASTERISK:-20}" ] 2>/dev/null; then
  echo "  Asterisk: the machine's own, $("$own" -V)"
  exit 0
fi
prefix=$tools/asterisk
"$here/fetch_debs.sh" "$prefix" forky asterisk-modules asterisk asterisk-config asterisk-core-sounds-en asterisk-core-sounds-en-wav
[ -x "$prefix/asterisk" ] || {
  wrap "$prefix" usr/sbin/asterisk "$prefix/asterisk"
  # What the maintainer scripts would have made.
  (cd "$prefix/root/usr/share/asterisk/sounds" && ln -sfn en_US_f_Allison en && rm -f custom recordings priv-callerintros)
}
[ "$(major "$prefix/asterisk")" -ge 20 ] || { echo "error: $prefix/asterisk does not run" >&2; exit 1; }
echo "  Asterisk: $("$prefix/asterisk" -V), in $prefix"
