#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds what is not built yet, and shows crmdb at work: a new store, a customer register read into it, a customer found, his file, and the
# proposal of a quote with the origin of every value. Runs from any folder; leaves nothing behind but the build.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
log=$root/build/demo.log

# Says what it did only where it failed.
quietly() {
    "$@" >"$log" 2>&1 || {
        cat "$log" >&2
        echo "demo: failed: $*" >&2
        exit 1
    }
}

sh "$root/scripts/deps.sh" build
mkdir -p "$root/build"
cd "$root"
[ -f build/release/build.ninja ] || quietly cmake --preset release
quietly cmake --build --preset release
PATH=$root/build/release:$PATH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
CRM_DB=$work/store
export CRM_DB
cd "$root/examples/data"

# Prints a command, then runs it. The store is named by CRM_DB.
show() {
    printf '\n$ %s\n' "$*"
    "$@"
}

show crmdb init --country DE
show crmdb import customers.csv
show crmdb import customers.csv
show crmdb find eichberg
show crmdb show 10001
show crmdb quote 10001
show crmdb quote 10003 --lang de
