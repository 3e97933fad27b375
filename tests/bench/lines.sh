#!/bin/sh
# SPDX-License-Identifier: MIT
# Whether the works of the bench run, and print their lines: lines.sh CRM_BENCH, with few customers and both kinds of names. Those with figures that
# need more customers (actor, timing) or other programs (xlsx) are left out. And whether table.sh finds all that it wants.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
n='[0-9]+(\.[0-9]+)?'
ends="ratio=$n low=$n high=$n"

expect() {
    grep -Eqx "$1" "$folder/lines" || {
        cat "$folder/lines"
        echo "missing: $1"
        exit 1
    }
}

for names in short zipf; do
    echo "# names: $names;" >>"$folder/log"
    mkdir "$folder/$names"
    "$1" "$folder/$names" 200 100 200 1 $names get quote file options directory create size maintain csv import feed >"$folder/lines"
    for work in get quote file directory_begin directory_middle directory_end csv_cpu add_cpu import_cpu; do
        expect "BENCH $work libcrm=${n}us sqlite=${n}us $ends"
    done
    for work in create csv add import; do expect "BENCH $work libcrm=$n/s sqlite=$n/s $ends"; done
    expect "BENCH options libcrm=${n}ms sqlite=${n}ms $ends"
    for work in feed_csv feed_csv_wall feed_create feed_create_wall; do expect "BENCH $work with=${n}us without=${n}us $ends"; done
    for of in csv load; do
        expect "BENCH size_$of libcrm=${n}MB sqlite=${n}MB ratio=$n"
        expect "SIZE $of libcrm used=${n}MB free=${n}MB file=${n}MB index=${n}MB undo=${n}MB changes=${n}MB sqlite used=${n}MB free=${n}MB"
    done
    for work in csv import load; do expect "MEMORY $work libcrm=${n}MB sqlite=${n}MB"; done
    for work in open_quick open_full verify backup reindex; do expect "MAINTAIN $work libcrm=${n}s memory=${n}MB"; done
    for by in role town town+country+prefix country postal_code postal_range group group+town; do
        expect "DIRECTORY $(echo "$by" | sed 's/+/\\+/g') rows=$n begin=${n}us middle=${n}us end=${n}us count=${n}us (exact|estimate)=$n"
    done
    expect "RAW get two_mdb_get=${n}us libcrm_to_raw=$n"
    if grep -Evq '^(BENCH|SIZE|MEMORY|MAINTAIN|DIRECTORY|RAW|#) ' "$folder/lines"; then
        cat "$folder/lines"
        exit 1
    fi
    cat "$folder/lines" >>"$folder/log"
done
sh "$(dirname "$0")/table.sh" "$folder/log" >"$folder/lines"
if grep -E '\|  \|( [^|]* \|)?$' "$folder/lines"; then
    echo "the table lacks figures"
    exit 1
fi
[ "$(wc -l <"$folder/lines")" -gt 20 ]
