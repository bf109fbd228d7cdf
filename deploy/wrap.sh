# Starters for programs that lie in a prefix made by fetch_debs.sh. To be sourced.

triplet_of() { basename "$(dirname "$(find "$1/root/usr/lib" -path '*-linux-gnu*/libc.so.6' -print -quit)")"; }

# wrap PREFIX PROGRAM TARGET [VARIABLE=VALUE...]: a script TARGET that runs PREFIX/root/PROGRAM with the prefix's own
# loader and libraries, wherever both are moved to. (%R in a value is PREFIX/root.)
wrap() {
  local prefix=$1 program=$2 target=$3 loader
  shift 3
  loader=$(find "$prefix/root/usr/lib/$(triplet_of "$prefix")" -maxdepth 1 -name 'ld-linux*.so.*' -printf %f -quit)
  [ -n "$loader" ] || { echo "error: no loader in $prefix/root" >&2; return 1; }
  _starter "$prefix" "$target" "$@" <<S
exec "\$L/$loader" --library-path "\$L:\$L/asterisk:\$L/pulseaudio" "\$R/$program" "\$@"
S
}

# wrap_native: the same for a program that starts copies of itself, which need the machine's own loader. The prefix
# must then be of the machine's own suite.
wrap_native() {
  local prefix=$1 program=$2 target=$3
  shift 3
  _starter "$prefix" "$target" 'LD_LIBRARY_PATH=%L:%L/pulseaudio' "$@" <<S
exec "\$R/$program" "\$@"
S
}

_starter() { # PREFIX TARGET [VARIABLE=VALUE...], and the last line on standard input
  local prefix=$1 target=$2 setting
  shift 2
  mkdir -p "$(dirname "$target")"
  {
    echo '#!/bin/sh'
    echo "R=\$(dirname \"\$(readlink -f \"\$0\")\")/$(realpath --relative-to "$(dirname "$target")" "$prefix")/root"
    echo "L=\$R/usr/lib/$(triplet_of "$prefix")"
    for setting in "$@"; do
      echo "export ${setting%%=*}=\"$(printf %s "${setting#*=}" | sed 's/%R/$R/g; s/%L/$L/g')\""
    done
    cat
  } > "$target.new"
  chmod 755 "$target.new"
  mv "$target.new" "$target"
}
