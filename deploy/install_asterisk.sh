#!/usr/bin/env bash
# install_asterisk.sh TOOLS: an Asterisk of at least version 20. The machine's own is used when there is one;
# otherwise the distribution's package is unpacked into TOOLS/asterisk, as an ordinary user.
# HOTLINE_FORCE_FETCH=1 unpacks it in any case.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
tools=$(realpath -m "${1:?usage: $0 TOOLS}")
. "$here/wrap.sh"
least=20

version() { "$1" -V 2>/dev/null | sed -n 's/^Asterisk \(.*\)/\1/p'; }
new_enough() { local major; major=$(version "$1"); [ "$((10#0${major%%.*}))" -ge $least ] 2>/dev/null; }

if [ "${HOTLINE_FORCE_FETCH:-}" != 1 ] && own=$(command -v asterisk) && new_enough "$own"; then
  echo "  Asterisk $(version "$own"): the machine's own"
  exit 0
fi
# Debian's stable releases have none since 2023, the next one has it; Ubuntu's own is new enough since 24.04.
suite=$(. /etc/os-release && case " $ID ${ID_LIKE:-} " in *" ubuntu "*) echo "${UBUNTU_CODENAME:-$VERSION_CODENAME}" ;; *) echo forky ;; esac)
prefix=$tools/asterisk
[ -e "$prefix/.fetched" ] || echo "  Asterisk: fetching it from $suite into $prefix (200 MB)"
"$here/fetch_debs.sh" "$prefix" "$suite" asterisk-modules asterisk asterisk-config asterisk-core-sounds-en asterisk-core-sounds-en-wav
if [ ! -x "$prefix/asterisk" ]; then
  # What the maintainer scripts would have made.
  (cd "$prefix/root/usr/share/asterisk/sounds" && ln -sfn en_US_f_Allison en && rm -f custom recordings priv-callerintros)
  wrap "$prefix" usr/sbin/asterisk "$prefix/asterisk"
fi
new_enough "$prefix/asterisk" || {
  found=$(version "$prefix/asterisk")
  echo "error: the Asterisk of $suite is ${found:-not able to run}; $least or newer is needed (Debian 12 or Ubuntu 24.04 have it)" >&2
  exit 1
}
echo "  Asterisk $(version "$prefix/asterisk"): in $prefix"
