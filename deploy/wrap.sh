# wrap PREFIX PROGRAM TARGET [VARIABLE=VALUE...]: writes a script TARGET that runs PREFIX/root/PROGRAM with the
# prefix's own loader and libraries, wherever the prefix is moved to. To be sourced. (%R in a value is PREFIX/root.)
wrap() {
  local prefix=$1 program=$2 target=$3 triplet loader setting
  shift 3
  triplet=$(basename "$(dirname "$(find "$prefix/root" -path '*-linux-gnu*/libc.so.6' | head -n 1)")")
  loader=$(cd "$prefix/root" && find . -name 'ld-linux*.so.*' | sort | head -n 1)
  [ -n "$loader" ] || { echo "error: no loader in $prefix/root" >&2; return 1; }
  mkdir -p "$(dirname "$target")"
  {
    echo '#!/bin/sh'
    echo "R=\$(dirname \"\$(readlink -f \"\$0\")\")/$(realpath --relative-to "$(dirname "$target")" "$prefix")/root"
    for setting in "$@"; do echo "export ${setting%%=*}=\"$(printf %s "${setting#*=}" | sed 's/%R/$R/g')\""; done
    echo "L=\$R/usr/lib/$triplet"
    echo "exec \"\$R/$loader\" --library-path \"\$L:\$R/lib/$triplet:\$L/asterisk:\$L/pulseaudio\" \"\$R/$program\" \"\$@\""
  } > "$target.new"
  chmod 755 "$target.new"
  mv "$target.new" "$target"
}
