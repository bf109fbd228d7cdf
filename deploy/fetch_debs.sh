#!/usr/bin/env bash
# fetch_debs.sh PREFIX SUITE PACKAGE...
# Unpacks Debian packages and all that they need into PREFIX/root: no root, no chroot, no dpkg database.
# The mirror is the one in the machine's own apt settings. Doing it again is instant; asking for more packages
# fetches them together with those that are there.
set -euo pipefail

die() { echo "error: $*" >&2; exit 1; }
say() { printf '  [%3d s] %s\n' "$SECONDS" "$*"; }
[ $# -ge 3 ] || die "usage: $0 PREFIX SUITE PACKAGE..."
prefix=$(realpath -m "$1"); suite=$2; shift 2

# The stamp: the suite, then the packages, one a line.
stamp=$prefix/.fetched
have=()
if [ "$(head -n 1 "$stamp" 2>/dev/null)" = "$suite" ]; then mapfile -t -s 1 have < "$stamp"; fi
mapfile -t wanted < <(printf '%s\n' "${have[@]}" "$@" | sed '/^$/d' | sort -u)
[ "${#wanted[@]}" -ne "${#have[@]}" ] || exit 0

for tool in apt-get dpkg dpkg-deb tar mktemp; do
  command -v "$tool" >/dev/null || die "$tool is missing; fetching $* needs Debian or Ubuntu"
done
ubuntu=$(. /etc/os-release && case " $ID ${ID_LIKE:-} " in *" ubuntu "*) echo yes ;; esac)
if [ -n "$ubuntu" ]; then
  origin=Ubuntu keyring=ubuntu-archive-keyring components="main universe"
else
  origin=Debian keyring=debian-archive-keyring components=main
fi
keyfile=/usr/share/keyrings/$keyring.gpg
[ -r "$keyfile" ] || die "$keyfile is missing; ask the administrator for: apt-get install ${keyring/-archive/}"
# Where apt knows nothing of the archive's label yet (no apt-get update so far), the address must do.
sources=$(apt-get indextargets --format '$(LABEL)|$(REPO_URI)' 2>/dev/null || true)
mirror=$(awk -F '|' -v want="$origin" '$1 == want { print $2; exit }' <<< "$sources")
[ -n "$mirror" ] || mirror=$(awk -F '|' -v want="/${origin,,}/*$" '$2 ~ want { print $2; exit }' <<< "$sources")
[ -n "$mirror" ] || die "apt's settings name no mirror of $origin; see /etc/apt/sources.list"
architecture=$(dpkg --print-architecture)

mkdir -p "$(dirname "$prefix")" 2>/dev/null && [ -w "$(dirname "$prefix")" ] \
  || die "cannot write into $(dirname "$prefix")"
draft=$(mktemp -d "$prefix.XXXXXX")
trap 'rm -rf "$draft"' EXIT
apt=$draft/.apt
mkdir -p "$apt"/state/lists/partial "$apt"/cache/archives/partial "$apt"/etc/{apt.conf.d,preferences.d,trusted.gpg.d}
: > "$apt/state/status"
echo "deb [signed-by=$keyfile] $mirror $suite $components" > "$apt/etc/sources.list"
own=$(apt-config dump 2>/dev/null | grep -iE '^Acquire::https?::' || true) # the machine's proxy and certificates
cat > "$apt/apt.conf" <<C
Dir "$apt"; Dir::State "$apt/state"; Dir::State::status "$apt/state/status"; Dir::State::lists "$apt/state/lists";
Dir::Cache "$apt/cache"; Dir::Etc "$apt/etc"; Dir::Etc::sourcelist "$apt/etc/sources.list"; Dir::Etc::sourceparts "-";
Dir::Etc::main "$apt/apt.conf"; Dir::Etc::parts "$apt/etc/apt.conf.d"; Dir::Log "$apt";
APT::Architecture "$architecture"; APT::Architectures { "$architecture"; };
APT::Install-Recommends "false"; APT::Get::Assume-Yes "true"; APT::Sandbox::User "";
Acquire::Check-Valid-Until "false"; Acquire::Retries "2"; Acquire::http::Timeout "20"; Acquire::https::Timeout "20";
Acquire::Languages "none"; Debug::NoLocking "true";
$own
C
[ ! -r /etc/apt/auth.conf ] || cp /etc/apt/auth.conf "$apt/etc/auth.conf"
export APT_CONFIG=$apt/apt.conf
say "reading the package lists of $suite"
apt-get -qq -o APT::Update::Error-Mode=any update || die "the package lists of $suite cannot be fetched; is the mirror that apt uses reachable?"
say "fetching ${wanted[*]} with what they need"
apt-get -qq --download-only install "${wanted[@]}" || die "${wanted[*]} cannot be fetched from $suite"
say "unpacking"
for folder in bin sbin lib lib64; do # one folder for all libraries, also where a package still says /lib
  mkdir -p "$draft/root/usr/$folder"
  ln -s "usr/$folder" "$draft/root/$folder"
done
for deb in "$apt"/cache/archives/*.deb; do
  # Maintainer scripts do not run, and what only they need stays out.
  case ${deb##*/} in libpam-*|libperl*|perl*|debconf*|dpkg*|*-doc_*) continue ;; esac
  dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$draft/root" --no-same-owner --keep-directory-symlink \
    --exclude='./usr/share/man*' --exclude='./usr/share/locale*' --exclude='./usr/share/i18n*' --exclude='*/gconv/*'
done
rm -rf "$apt"
printf '%s\n' "$suite" "${wanted[@]}" > "$draft/.fetched"
chmod 755 "$draft"
rm -rf "$prefix"
mv "$draft" "$prefix"
trap - EXIT
