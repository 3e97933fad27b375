#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs libcrm and SQLite on the same data in one run: sh tests/bench.sh [--customers N] [--samples N] [--rows N] [WORK ...]. Works: get, quote, file,
# options, directory, create, csv (--rows N, 100,000 without it; then a tenth more into the same store, BENCH add); xlsx (as many rows), against openpyxl and xlsx2csv; of libcrm alone: actor, timing (--samples N calls of each class, 100,000 without it; 1,000,000 to judge by). All without one.
# Each figure is one line: BENCH <work> libcrm=<number><unit> sqlite=<number><unit> ratio=<x.xx>, above 1 where libcrm is better;
# BENCH actor_<work> bound=<number>us system=<number>us ratio=<x.xx>, above 1 where a bound user pays more; TIMING <function> ... t=<x.xx>.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
customers=200000
samples=100000
rows=100000
while :; do
    case "${1:-}" in
    --customers) customers=${2:?a number after --customers} ;;
    --samples) samples=${2:?a number after --samples} ;;
    --rows) rows=${2:?a number after --rows} ;;
    *) break ;;
    esac
    shift 2
done
sh "$root/scripts/deps.sh" test
cd "$root"
cmake --preset release >/dev/null
cmake --build --preset release --target crm_bench >/dev/null
folder=$(mktemp -d "${TMPDIR:-/tmp}/crm-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT INT TERM
"$root/build/release/crm_bench" "$folder" "$customers" "$samples" "$rows" "$@"
