#!/bin/sh
# SPDX-License-Identifier: MIT
# What holds for the sources: layers, documentation, generated files, exported names, headers alone, format. Prints "ok" or "not ok"
# for each and ends with 1 where one does not hold.
#   scripts/checks.sh [BUILD_DIR]   with BUILD_DIR also the names that its libraries export
set -u
cd "$(dirname "$0")/.." || exit 1
bad=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check() {
    name=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        echo "ok $name"
    else
        head -n 60 "$work/log"
        echo "not ok $name"
        bad=1
    fi
}

# Every public header by itself, in each language that may include it, without a hole in any struct.
headers() {
    status=0
    for header in include/libcrm/*.h; do
        include="#include <libcrm/${header##*/}>
int alone;"
        for standard in c99 c11 c17; do
            echo "$include" | gcc -std=$standard -Iinclude -pedantic -Wall -Wextra -Wpadded -Werror -fsyntax-only -x c - || status=1
        done
        echo "$include" | g++ -std=c++17 -Iinclude -pedantic -Wall -Wextra -Wpadded -Werror -fsyntax-only -x c++ - || status=1
    done
    return $status
}

# What scripts/generate.sh writes is what is in the tree.
generated() {
    status=0
    sh scripts/generate.sh "$work/generated" || return 1
    [ -n "$(find "$work/generated" -type f)" ] || { echo "nothing was generated"; return 1; }
    for file in $(cd "$work/generated" && find . -type f); do
        cmp -s "$work/generated/$file" "$file" || { echo "$file is not current: run scripts/generate.sh"; status=1; }
    done
    return $status
}

formatted() {
    # shellcheck disable=SC2046 # file names have no spaces
    clang-format --dry-run -Werror $(git ls-files -co --exclude-standard '*.c' '*.h' | while read -r file; do
        [ -f "$file" ] && echo "$file"
    done)
}
scripts_clean() {
    # shellcheck disable=SC2046
    shellcheck -S warning $(git ls-files -co --exclude-standard '*.sh' .ci/run)
}

check "sources: layers, documentation, text" /usr/bin/python3 -B scripts/check_sources.py
check "headers alone: C99, C11, C17, C++17" headers
check "exported names" sh scripts/exports.sh check "$@"
check "generated files" generated
check "generated files of the Python package" /usr/bin/python3 -B bindings/python/tools/generate.py --check
check "format" formatted
check "scripts" scripts_clean
exit "$bad"
