#!/usr/bin/env bash
# fetch_debs.sh PREFIX SUITE PACKAGE...
# Unpacks Debian packages and all that they need into PREFIX/root: no root, no chroot, no dpkg database.
# The mirror is the one in the machine's own apt settings. Doing it again is instant.
set -euo pipefail

die() { echo "error: $*" >&2; exit 1; }
[ $# -ge 3 ] || die "usage: $0 PREFIX SUITE PACKAGE..."
prefix=$(realpath -m "$1"); suite=$2; shift 2
wanted="$suite $*"
stamp=$prefix/.fetched
[ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ] || exit 0

for tool in apt-get dpkg dpkg-deb tar; do
  command -v "$tool" >/dev/null || die "$tool is missing; this needs Debian or Ubuntu (see README)"
done
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r $keyring ] || die "$keyring is missing; install the package debian-archive-keyring"
# Entries of a Debian archive: a machine may have other sources besides.
mirror=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 2>/dev/null | sed -n 's/^Debian //p' | head -n 1)
[ -n "$mirror" ] || mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep '/debian/*$' | head -n 1 || true)
[ -n "$mirror" ] || die "apt knows no Debian mirror; see /etc/apt/sources.list and run: apt-get update"
architecture=$(dpkg --print-architecture)

mkdir -p "$(dirname "$prefix")"
draft=$(mktemp -d "$prefix.XXXXXX")
trap 'rm -rf "$draft"' EXIT
apt=$draft/.apt
mkdir -p "$apt"/state/lists/partial "$apt"/cache/archives/partial "$apt"/etc/{apt.conf.d,preferences.d,trusted.gpg.d} "$draft/root"
: > "$apt/state/status"
echo "deb [signed-by=$keyring] $mirror $suite main" > "$apt/etc/sources.list"
cat > "$apt/apt.conf" <<C
Dir "$apt"; Dir::State "$apt/state"; Dir::State::status "$apt/state/status"; Dir::State::lists "$apt/state/lists";
Dir::Cache "$apt/cache"; Dir::Etc "$apt/etc"; Dir::Etc::sourcelist "$apt/etc/sources.list"; Dir::Etc::sourceparts "-";
Dir::Etc::main "$apt/apt.conf"; Dir::Etc::parts "$apt/etc/apt.conf.d"; Dir::Log "$apt";
APT::Architecture "$architecture"; APT::Architectures { "$architecture"; };
APT::Install-Recommends "false"; APT::Get::Assume-Yes "true"; APT::Sandbox::User "";
Acquire::Check-Valid-Until "false"; Acquire::Retries "3"; Acquire::Languages "none"; Debug::NoLocking "true";
C
export APT_CONFIG=$apt/apt.conf
echo "  reading the package lists of $suite"
apt-get -qq update || die "the package lists of $suite cannot be fetched; is the machine's mirror reachable?"
echo "  fetching $* with what they need"
apt-get -qq --download-only install "$@" || die "the packages $* cannot be fetched from $suite"
echo "  unpacking"
for deb in "$apt"/cache/archives/*.deb; do
  # Maintainer scripts do not run, and what only they need stays out.
  case ${deb##*/} in libpam*|libperl*|perl*|debconf*|dpkg*|*-doc_*) continue ;; esac
  dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$draft/root" --no-same-owner --keep-directory-symlink \
    --exclude='./usr/share/man*' --exclude='./usr/share/locale*' --exclude='./usr/share/i18n*' --exclude='*/gconv/*'
done
rm -rf "$apt"
echo "$wanted" > "$draft/.fetched"
chmod 755 "$draft"
rm -rf "$prefix"
mv "$draft" "$prefix"
trap - EXIT
