#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs libcrm and SQLite on the same data in one run: sh tests/bench.sh [--customers N] [WORK ...]. Works: get, quote, file, options, create (all without one).
# Each figure is one line: BENCH <work> libcrm=<number><unit> sqlite=<number><unit> ratio=<x.xx>, above 1 where libcrm is better.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
customers=200000
if [ "${1:-}" = "--customers" ]; then
    customers=${2:?a number after --customers}
    shift 2
fi
sh "$root/scripts/deps.sh" test
cd "$root"
cmake --preset release >/dev/null
cmake --build --preset release --target crm_bench >/dev/null
folder=$(mktemp -d "${TMPDIR:-/tmp}/crm-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT INT TERM
"$root/build/release/crm_bench" "$folder" "$customers" "$@"
