#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs libcrm and SQLite on the same data in one run: sh tests/bench.sh [OPTION ...] [WORK ...]
#   --customers N  that are loaded (200,000)          --samples N  calls of each class of the work timing (100,000; 1,000,000 to judge by)
#   --rows N       customers of the files that are imported, rows of the workbook (100,000)
#   --rounds N     of imports, whose median counts (1)
#   --names short|zipf|both  what names, streets and towns are made of: short lists, a vocabulary of 750,000 words, or one after the other (short)
# Works on what is loaded: get, quote, file, options, directory, create, size, maintain; actor, timing (of libcrm alone). Works of their own: csv (an
# import, then a tenth more: add), import, feed, xlsx (against openpyxl and xlsx2csv). All without one.
# The work "million" stands for all that docs/benchmarks.md has in its table: a million customers, both kinds of names, imports three times.
# Each figure is one line: BENCH <work> libcrm=<number><unit> sqlite=<number><unit> ratio=<x.xx> low=<x.xx> high=<x.xx>, the ratio of medians and the
# lowest and highest of a round, above 1 where libcrm is better (size_<of what>, feed_<work>: how many times as much);
# BENCH actor_<work> bound=<number>us system=<number>us ratio=<x.xx>, above 1 where a bound user pays more; TIMING <function> ... t=<x.xx>;
# SIZE, MEMORY, MAINTAIN, DIRECTORY and RAW lines beside them; lines with # tell what was run on what.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
customers=
samples=100000
rows=
rounds=
names=
while :; do
    case "${1:-}" in
    --customers) customers=${2:?a number after --customers} ;;
    --samples) samples=${2:?a number after --samples} ;;
    --rows) rows=${2:?a number after --rows} ;;
    --rounds) rounds=${2:?a number after --rounds} ;;
    --names) names=${2:?short, zipf or both after --names} ;;
    *) break ;;
    esac
    shift 2
done
if [ "${1:-}" = million ]; then
    shift
    set -- get quote file options directory create size maintain csv import feed "$@"
    customers=${customers:-1000000} rows=${rows:-1000000} rounds=${rounds:-3} names=${names:-both}
fi
[ "${names:=short}" = both ] && names="short zipf"
sh "$root/scripts/deps.sh" test
cd "$root"
cmake --preset release >/dev/null
cmake --build --preset release --target crm_bench >/dev/null

load_average() { cut -d ' ' -f 1-3 /proc/loadavg; }
echo "# $(date -u '+%Y-%m-%d %H:%M') UTC, $(git rev-parse --short HEAD 2>/dev/null || echo "no git")"
echo "# $(nproc) of $(sed -n 's/^model name[[:blank:]]*: //p' /proc/cpuinfo | head -n 1), $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)," \
    "$(stat -f -c %T "${TMPDIR:-/tmp}"), $(. /etc/os-release && echo "$PRETTY_NAME"), Linux $(uname -r)"
echo "# SQLite $(pkg-config --modversion sqlite3), LMDB $(pkg-config --modversion lmdb), $(cc --version | head -n 1)"
folder=
trap 'rm -rf "$folder"' EXIT INT TERM
for kind in $names; do
    echo "# names: $kind; load average $(load_average)"
    folder=$(mktemp -d "${TMPDIR:-/tmp}/crm-bench.XXXXXX")
    "$root/build/release/crm_bench" "$folder" "${customers:-200000}" "$samples" "${rows:-100000}" "${rounds:-1}" "$kind" "$@"
    rm -rf "$folder"
done
echo "# $(date -u '+%Y-%m-%d %H:%M') UTC; load average $(load_average)"
