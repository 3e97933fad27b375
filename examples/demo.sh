#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds what is not built yet, and shows crmdb at work: a new store, an Excel workbook of customers read into it, a customer found, his file,
# and the proposal of a quote with the origin of every value; then terms of a group and of a country, a field of one's own and a rule, and a
# proposal that explains itself. Runs from any folder; leaves nothing behind but the build.
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

# Prints a command, with quotes around what a shell would take apart, then runs it. The store is named by CRM_DB.
show() {
    printf '\n$'
    for word in "$@"; do
        case $word in
        *[!A-Za-z0-9_./=,:-]*) printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
    "$@"
}

# The workbook that the demo starts from: what an export of the sample data writes.
make_workbook() {
    crmdb init --country DE --db "$work/first" >/dev/null
    crmdb import --db "$work/first" customers.csv >/dev/null
    crmdb export --lang de --db "$work/first" "$work/kunden.xlsx"
}

make_workbook
cp machines.csv "$work"
cd "$work"
show crmdb init --country DE
show crmdb import kunden.xlsx
show crmdb import kunden.xlsx
show crmdb import --runs
show crmdb find eichberg
show crmdb show 10001
show crmdb quote 10001
show crmdb quote 10003 --lang de

# What holds for many: groups, a country, a field of one's own, a rule. The customer himself has said one thing only.
show crmdb group set TRADE name=Fachhandel
show crmdb group set GOLD name=Goldpartner parent=TRADE priority=1
show crmdb group add GOLD 10011
show crmdb defaults set --group TRADE payment_terms='30 Tage netto' shipping_method=Spedition
show crmdb defaults set --group GOLD payment_terms='30 Tage 3 % Skonto' discount_scheme=GOLD
show crmdb defaults set --country DE price_list=INLAND currency=EUR
show crmdb defaults set price_list=STANDARD plant=Hamburg
show crmdb defaults set --customer 10011 shipping_method=Selbstabholung
show crmdb field add party.machine_count int label.de=Maschinen
show crmdb import --rows customer machines.csv
show crmdb rule set BIG target=quote.plant value=Dresden when='customer.machine_count >= 10' when='site.country = DE'
show crmdb quote 10011 --explain
