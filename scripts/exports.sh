#!/bin/sh
# SPDX-License-Identifier: MIT
# The exported names, from the declarations in include/libcrm: writes src/libcrm.map and src/libcrm-io.map.
#   scripts/exports.sh               write both maps
#   scripts/exports.sh check [DIR]   compare headers, maps and, where DIR is given, the libraries built in it
#   scripts/exports.sh list          the names of both, one a line
set -eu
cd "$(dirname "$0")/.."

# Names that the given headers declare with CRM_API.
names() {
    cat "$@" | sed 's/^#.*//' | tr '\n' ' ' | grep -o 'CRM_API [^;(]*(' | sed 's/ *($//; s/.*[ *]//' | LC_ALL=C sort
}
core_names() {
    set --
    for header in include/libcrm/*.h; do
        case $header in */csv.h | */export.h | */io.h | */jsonl.h | */mapping.h | */xlsx.h) ;; *) set -- "$@" "$header" ;; esac
    done
    names "$@"
}
io_names() { names include/libcrm/csv.h include/libcrm/export.h include/libcrm/io.h include/libcrm/jsonl.h include/libcrm/mapping.h include/libcrm/xlsx.h; }

# The version script of a library: its node and the names on stdin.
map() {
    echo "/* What $1 exports. Written by scripts/exports.sh; a released node is never changed: later names get a node of their own. */"
    echo "CRM_1.0 {"
    echo "global:"
    sed 's/.*/    &;/'
    echo "local:"
    echo "    *;"
    echo "};"
}

# Compares two lists of names; the second is on stdin.
same() {
    other=$(cat)
    if [ "$2" != "$other" ]; then
        echo "exports: $1 differs from the headers:" >&2
        { echo "$2" | sed 's/^/header /'; echo "$other" | sed 's/^/other  /'; } | sort -k 2 | uniq -c -f 1 | grep '^ *1 ' | head -n 20 >&2 || true
        bad=1
    fi
}
exported() { nm -D --defined-only "$1" | sed -n 's/.* [TWDBRVi] \([^@]*\).*/\1/p' | grep -v '^CRM_1' | LC_ALL=C sort; }

case "${1:-write}" in
write)
    core_names | map libcrm >src/libcrm.map
    io_names | map libcrm-io >src/libcrm-io.map
    ;;
check)
    bad=0
    [ "$(core_names | map libcrm)" = "$(cat src/libcrm.map)" ] || { echo "exports: src/libcrm.map is not current" >&2; bad=1; }
    [ "$(io_names | map libcrm-io)" = "$(cat src/libcrm-io.map)" ] || { echo "exports: src/libcrm-io.map is not current" >&2; bad=1; }
    if [ $# -gt 1 ]; then
        exported "$2/libcrm.so" >"$2/exports.txt"
        same libcrm.so "$(core_names)" <"$2/exports.txt"
        exported "$2/libcrm-io.so" >"$2/exports.txt"
        same libcrm-io.so "$(io_names)" <"$2/exports.txt"
        rm -f "$2/exports.txt"
    fi
    exit "$bad"
    ;;
list)
    core_names
    io_names
    ;;
*)
    echo "usage: scripts/exports.sh [write | check [DIR] | list]" >&2
    exit 2
    ;;
esac
