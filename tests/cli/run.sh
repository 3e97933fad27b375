#!/bin/sh
# SPDX-License-Identifier: MIT
# Tests of crmdb as its users meet it: output, messages, exit codes. Each check prints "ok" or "not ok"; the last line is their sum.
#   CRMDB=build/check/crmdb tests/cli/run.sh    CRM_SANITIZED=1: crmdb was built with a sanitizer
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
crmdb=${CRMDB:-$root/build/check/crmdb}
case $crmdb in /*) ;; *) crmdb=$PWD/$crmdb ;; esac
data=$root/examples/data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
unset CRM_DB NO_COLOR
export TERM=xterm
passed=0
failed=0
name=

result() {
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok $name: $2"
    else
        failed=$((failed + 1))
        echo "not ok $name: $2"
        echo "--- stdout"
        head -n 20 "$work/out"
        echo "--- stderr"
        head -n 20 "$work/err"
        echo "---"
    fi
}
# run NAME EXIT ARGUMENTS: runs crmdb, and checks how it ends. What the next checks look at is in out and err.
run() {
    name=$1
    want=$2
    shift 2
    "$crmdb" "$@" >"$work/out" 2>"$work/err"
    code=$?
    [ "$code" -eq "$want" ]
    result $? "exit $code, expected $want"
}
out_has() { grep -q -e "$1" "$work/out"; result $? "prints $1"; }
out_lacks() { ! grep -q -e "$1" "$work/out"; result $? "does not print $1"; }
err_has() { grep -q -e "$1" "$work/err"; result $? "says $1"; }
out_empty() { [ ! -s "$work/out" ]; result $? "prints nothing"; }
err_empty() { [ ! -s "$work/err" ]; result $? "says nothing"; }
out_tidy() { ! grep -q -e ' $' "$work/out"; result $? "no line ends with blanks"; }
# Every line on stderr names the program.
err_named() { [ -s "$work/err" ] && ! grep -v -q '^crmdb: ' "$work/err"; result $? "each message begins with crmdb:"; }
json() { python3 -m json.tool "$work/out" >"$work/json" 2>>"$work/err"; result $? "is JSON"; }
json_has() {
    python3 -c 'import json, sys; d = json.load(open(sys.argv[1], encoding="utf-8")); sys.exit(not eval(sys.argv[2]))' "$work/out" "$1" 2>>"$work/err"
    result $? "JSON: $1"
}
escape=$(printf '\033')
replacement=$(printf '\357\277\275')

help_and_usage() {
    run help 0 --help
    for command in init import find show quote fields; do out_has "^  $command "; done
    err_empty
    out_tidy
    for command in init import find show quote fields; do
        run "$command --help" 0 "$command" --help
        out_has "^Usage: crmdb $command"
        out_has '--db PATH'
        err_empty
        out_tidy
    done
    run -h 0 -h
    out_has '^Usage: crmdb'
    run version 0 --version
    out_has '^crmdb [0-9]*\.[0-9]*\.[0-9]* (libcrm [0-9.]*)$'

    run 'no command' 2
    out_empty
    err_named
    run 'unknown command' 2 frobnicate
    err_has 'frobnicate'
    run 'unknown option' 2 find x --frobnicate
    err_has '--frobnicate'
    run 'unknown short option' 2 find x -q
    err_has 'option -q'
    run 'unknown option in front' 2 --frob=1 find x
    err_has 'unknown option --frob;'
    run 'option without value' 2 find x --db
    err_has '--db needs a value'
    run 'switch with value' 2 find x --json=1
    err_has '--json takes no value'
    run 'option twice' 2 find x --db a --db b
    err_has 'given twice'
    run 'bad colour' 2 fields --color blue
    err_has 'blue'
    run 'bad language' 2 fields --lang fr
    err_has 'fr'
    run 'too few' 2 find
    err_has 'too few'
    run 'too many' 2 find a b
    err_has 'too many'
    run 'no store named' 2 find a
    err_has 'CRM_DB'
    run 'bad limit' 2 find a --limit 0 --db store
    err_has '--limit'
    run 'bad limit, not a number' 2 find a --limit 1x --db store
    run 'limit above the most' 2 find a --limit 10001 --db store
    run 'limit beyond 64 bits' 2 find a --limit 18446744073709551617 --db store
    run 'bad role' 2 find a --role king --db store
    err_has 'customer'
    run 'bad date' 2 quote 1 --date 2026-02-29 --db store
    err_has '2026-02-29'
    run 'bad date, shape' 2 quote 1 --date 1.2.2026 --db store
    run 'ship-to that is no id' 2 quote 1 --ship-to x --db store
    run 'role and id' 2 show 1 --role customer --id --db store
    run 'bad rows' 2 import --rows square --db store x.csv
    err_has 'square'
    run 'bad policy' 2 import --policy none --db store x.csv
    run 'bad encoding' 2 import --encoding ebcdic --db store x.csv
    run 'bad delimiter' 2 import --delimiter x --db store x.csv
}

fields() {
    run fields 0 fields
    out_has '^party (Party, Geschäftspartner)$'
    out_has '^  vat_id  *text  *VAT ID  *USt-IdNr\.  *indexed'
    out_has 'text (country)'
    out_tidy
    err_empty
    run 'fields of a kind' 0 fields address
    out_has 'house_number'
    out_lacks 'vat_number'
    run 'fields --json' 0 fields --json
    json
    json_has 'len(d["kinds"]) >= 11 and {"party", "address", "quote"} <= {k["name"] for k in d["kinds"]}'
    json_has '[f for k in d["kinds"] if k["name"] == "role" for f in k["fields"] if f["name"] == "number"][0]["flags"][0] == "unique"'
    run 'import targets' 0 fields --targets
    out_has '^party.vat_id  *VAT ID  *USt-IdNr\.  *flat, customer$'
    out_has '^contact.channel.phone  *Contact Phone  *Telefon Ansprechpartner  *flat$'
    out_tidy
    err_empty
    run 'import targets, --json' 0 fields --targets --json
    json
    json_has '[t["rows"] for t in d["targets"] if t["target"] == "quote_defaults.preferred_site"] == [["flat", "site"]]'
    json_has 'all(t["en"] and t["de"] for t in d["targets"] if t["target"].split(".")[0] in ("party", "role", "usage", "channel"))'
    name='docs/sync.md'
    python3 -c '
import json, sys
text = open(sys.argv[1], encoding="utf-8").read()
def pattern(target):
    parts = target.split(".")
    return target if len(parts) < 3 else ".".join(parts[:2] + [{"channel": "TYPE", "usage": "PURPOSE", "identifier": "SCHEME"}[parts[1]]])
missing = [t["target"] for t in json.load(open("out", encoding="utf-8"))["targets"] if "`" + pattern(t["target"]) + "`" not in text]
sys.exit("not there: " + ", ".join(missing) if missing else 0)' "$root/docs/sync.md" 2>err
    result $? 'has every target'
    run 'targets of a kind' 2 fields party --targets
    run 'fields of no kind' 1 fields nothing
    err_has 'nothing'
    out_empty
}

init() {
    run 'find without store' 1 find a --db store
    err_named
    run init 0 init --db store
    out_has 'store'
    err_empty
    run 'init again' 1 init --db store
    err_has 'exists already'
    run 'init --json' 0 init --json --db "$work/two words"
    json_has 'd["path"].endswith("two words") and len(d["uuid"]) == 32'
    run 'init with settings' 0 init --db ranges --set number.customer.next=500 --set number.customer.prefix=K --set 'note=a=b'
    run 'init with a bad setting' 3 init --db bad --set number.customer.next=many
    err_has 'number.customer.next'
    [ ! -e bad ]
    result $? 'leaves no store'
    run 'init with a country' 0 init --db country --country DE
    run 'init with the name of a country' 0 init --db named --country ÖSTERREICH
    run 'import into a new store with a country' 0 import --create --country deutschland --db imported "$data/customers.csv"
    run 'quote of it' 0 quote 10001 --db imported
    out_lacks 'GERMANY'
    run 'import with a country, again' 0 import --create --country at --db imported "$data/customers.csv"
    err_has 'exists already'
    run 'a country without --create' 2 import --country DE --db imported "$data/customers.csv"
    run 'import with no country' 3 import --create --country Narnia --db bad "$data/customers.csv"
    err_has 'no such country: "Narnia"'
    [ ! -e bad ]
    result $? 'leaves no store'
    run 'init with no country' 3 init --db bad --country Narnia
    err_has 'Narnia'
    [ ! -e bad ]
    result $? 'leaves no store'
    run 'init with half a setting' 2 init --db bad --set number.customer.next
    run 'init in no folder' 1 init --db nowhere/at/all
    err_named
    touch plain
    run 'init on a file' 1 init --db plain
    err_named
    run 'store by environment' 2 show
    name='store by environment'
    CRM_DB=$work/store "$crmdb" find nobody >out 2>err
    [ $? -eq 1 ]
    result $? 'CRM_DB is used'
    err_has 'nothing found'
}

import_files() {
    run import 0 import --db store "$data/customers.csv"
    out_has '^customers.csv  *[0-9]'
    out_tidy
    err_empty
    run 'import again' 0 import --json --db store "$data/customers.csv"
    json_has 'd["files"][0]["stored"] and d["files"][0]["created"] == 0 and d["files"][0]["updated"] == 0 and d["files"][0]["failed"] == 0'
    json_has 'd["files"][0]["unchanged"] == d["files"][0]["rows"] > 300'

    run 'import, three files: customers' 0 import --create --db three --rows customer "$data/customer.csv"
    run 'import, three files: sites' 0 import --db three --rows site "$data/site.csv"
    run 'import, three files: contacts' 0 import --db three --rows contact "$data/contact.csv"
    same_register

    run 'import of no file' 1 import --db store nothing.csv
    err_has 'nothing.csv'
    run 'import into no store' 1 import --db nowhere "$data/customers.csv"
    [ ! -e nowhere ]
    result $? 'makes no store without --create'
    run 'import of a bad file' 3 import --db store "$data/make_sample.py"
    err_named
    run 'import of an empty file' 3 import --db store /dev/null
    err_named
}

# Flat rows and three files are the same register: the same files of customers, but for ids and the order of what was added.
same_register() {
    for number in 10001 10003 10007 10009 10010; do
        for store in store three; do
            "$crmdb" show "$number" --db "$store" --json | python3 -c '
import json, sys
file = json.load(sys.stdin)
names = {}
for kind in ("addresses", "contacts"):
    for one in file[kind]:
        names[one["id"]] = one.get("site_name") or one["name"]
def plain(one):
    return {k: names.get(v, v) for k, v in one.items() if k not in ("id", "revision", "party", "owner", "created_at")}
for kind, value in sorted(file.items()):
    for line in sorted(json.dumps(plain(one), sort_keys=True) for one in (value if isinstance(value, list) else [value])):
        print(kind, line)' >"$store.$number"
        done
        name="customer $number of flat rows and of three files"
        [ -s "store.$number" ] && diff "store.$number" "three.$number" >"$work/err"
        result $? 'are the same'
    done
}

import_mapped() {
    printf 'Nr;Bezeichnung;Irgendwas;Stadt\n1;Alpha AG;x;Köln\n2;Beta AG;y;Bonn\n' >mapped.csv
    run 'unknown heading' 3 import --db store mapped.csv
    err_has '^crmdb: mapped.csv: columns "Nr", "Bezeichnung", "Irgendwas" are not recognised; say .*--map.*--ignore-unknown$'
    run 'unknown headings left out' 3 import --ignore-unknown --map Bezeichnung=party.name --create --db ignored --policy create mapped.csv mapped.csv
    err_has '^crmdb: mapped.csv: not recognised and left out: "Nr", "Irgendwas"$'
    run 'what was left out, --json' 0 import --ignore-unknown --map Bezeichnung=party.name --json --db ignored mapped.csv
    json_has 'd["files"][0]["ignored"] == ["Nr", "Irgendwas"] and d["files"][0]["unchanged"] == 2'
    run 'a mapping that serves no file' 2 import --ignore-unknown --map Bezeichnug=party.name --map Stadt=address.town --create --db slip mapped.csv
    err_has '^crmdb: --map Bezeichnug=party.name: no file has a column "Bezeichnug"$'
    printf 'Firma;Ort\nDelta AG;Bonn\n' >delta.csv
    run 'a mapping that serves one of two files' 0 import --map Nr=role.number --map Bezeichnung=party.name --map Irgendwas=ignore --create --db two mapped.csv delta.csv
    name='standard input'
    printf 'sep=;\nFirma;Ort\nEpsilon AG;Bonn\n' | "$crmdb" import --db two - >out 2>err
    out_has '^stdin  *1  *1  *0  *0  *0$'
    printf 'Firma;Ort;Land\nEpsilon AG;Bonn;Narnia\n' | "$crmdb" import --db two - >out 2>err
    err_has '^crmdb: -:2: column 3 "Land" (address.country): no such country: "Narnia"$'
    run 'mapped headings' 0 import --create --db mapped --map Nr=role.number --map Bezeichnung=party.name --map Irgendwas=ignore mapped.csv
    run 'find what was mapped' 0 find alpha --db mapped
    out_has '^1  *Alpha AG  *Köln'
    run 'map to no target' 2 import --db mapped --map Nr=party.nothing mapped.csv
    err_has 'party.nothing'
    run 'map of half a pair' 2 import --db mapped --map Nr mapped.csv
    run 'create policy' 3 import --policy create --db mapped --map Nr=role.number --map Bezeichnung=party.name --map Irgendwas=ignore mapped.csv
    run 'another role' 0 import --role supplier --db mapped --map Nr=role.number --map Bezeichnung=party.name --map Irgendwas=ignore mapped.csv
    run 'a number in two roles' 1 show 1 --db mapped
    err_has '--role'
    run 'a number in one role' 0 show 1 --role supplier --db mapped
    out_has 'Alpha AG'

    printf 'Kundennummer,Firma,Ort\n7,M\374ller GmbH,D\374ren\n' >windows.csv
    run 'windows-1252 read as utf-8' 3 import --create --db encodings windows.csv
    run 'windows-1252' 0 import --encoding windows-1252 --delimiter comma --db encodings windows.csv
    run 'find what was converted' 0 find müller --db encodings
    out_has 'Müller GmbH  *Düren'
}

import_bad_rows() {
    printf 'Kundennummer;Firma;Land\n1;Alpha AG;DE\n2;Beta AG;Atlantis\n3;Gamma AG;AT\n' >bad.csv
    run 'bad row' 3 import --create --db bad_rows bad.csv
    err_has '^crmdb: bad.csv:3: column 3 "Land" (address.country): no such country: "Atlantis"$'
    err_has 'nothing was stored'
    err_named
    out_empty
    run 'nothing of it is stored' 1 find alpha --db bad_rows
    run 'bad row, --json' 3 import --json --db bad_rows bad.csv
    json_has 'not d["files"][0]["stored"] and d["files"][0]["errors"][0]["row"] == 3 and d["files"][0]["errors"][0]["column"] == 3'
    json_has 'd["files"][0]["errors"][0]["status"] == "CRM_E_CODE" and d["files"][0]["errors"][0]["field"] == "address.country"'
    run 'files after a bad one' 3 import --db bad_rows bad.csv bad.csv
    err_has 'the files after bad.csv were not stored'
    run 'bad row skipped' 0 import --skip-bad-rows --db bad_rows bad.csv
    err_has 'bad.csv:3'
    err_has '1 of 3 rows'
    out_has '^bad.csv  *3  *2  *0  *0  *1$'
    run 'good rows are stored' 0 find gamma --db bad_rows
    run 'bad rows are not' 1 find beta --db bad_rows
    printf 'Kundennummer;Firma;Land\n2;Beta AG;Atlantis\n' >all_bad.csv
    run 'all rows bad, skipped' 3 import --skip-bad-rows --db bad_rows all_bad.csv
    printf 'Kundennummer;Firma\n1;"Alpha\n' >open.csv
    run 'open quote' 3 import --db bad_rows open.csv
    err_has '^crmdb: open.csv:2: a quote that does not close$'
    printf 'Kundennummer;Firma\n9;\303\n' >broken.csv
    run 'no UTF-8' 3 import --db bad_rows broken.csv
    err_has '^crmdb: broken.csv:2: column 2 "Firma": not UTF-8; try --encoding windows-1252$'
    printf 'Firma;Stra\337e\nA;Weg\n' >headings.csv
    run 'headings that are no UTF-8' 3 import --db bad_rows headings.csv
    err_has '^crmdb: headings.csv: .*; try --encoding windows-1252$'
    run 'refused while it is read, --json' 3 import --json --db bad_rows broken.csv
    json_has '[(f["file"], f["stored"], e["row"], e["status"]) for f in d["files"] for e in f["errors"]] == [("broken.csv", False, 2, "CRM_E_UTF8")]'
    run 'an open quote, --json' 3 import --json --db bad_rows open.csv
    json_has 'd["files"][0]["errors"][0]["text"] == "a quote that does not close" and d["files"][0]["rows"] == 0'
    printf 'Firma;Ort\n;Bonn\n' >nameless.csv
    run 'a row without a column to blame' 3 import --db bad_rows nameless.csv
    err_has '^crmdb: nameless.csv:2: party.name: neither a number nor a name of the company$'
    printf '\377\376F\0' >wide.csv
    run 'UTF-16' 3 import --db bad_rows wide.csv
    err_has '^crmdb: wide.csv: the file is in UTF-16; save it as "CSV UTF-8"$'
    printf 'Kundennummer;Firma\n30;A\n30;B\n' >twice.csv
    run 'lines that contradict each other' 3 import --db bad_rows twice.csv
    err_has '^crmdb: twice.csv:3: column 2 "Firma" (party.name): "B" contradicts "A" in row 2$'
}

find_parties() {
    run 'find a number' 0 find 10001 --db store
    out_has '^10001  *Brennbach Maschinenbau GmbH  *DE 01067 Dresden  *Customer  *[0-9][0-9]*$'
    out_tidy
    err_empty
    run 'find a name' 0 find ROSSBACH --db store
    out_has '^10007 '
    out_has '^10008 '
    run 'find nothing' 1 find "no such name" --db store
    out_empty
    err_has 'no such name'
    run 'find nothing, --json' 1 find "no such name" --json --db store
    json_has 'd == {"parties": [], "token": None}'
    run 'find, --json' 0 find eichberg --json --db store
    json_has '[p["number"] for p in d["parties"]][:2] == ["10011", "10012"] and d["parties"][0]["town"] == "Neuruppin"'
    run 'find in German' 0 find 10001 --lang de --db store
    out_has '^Nummer  *Name  *Ort  *Rolle'
    out_has 'Kunde'
    run 'find in a role' 1 find 10001 --role supplier --db store
    run 'find an identifier' 1 find 10001 --identifier duns --db store

    run 'first page' 0 find '' --limit 3 --json --db store
    json_has 'len(d["parties"]) == 3 and d["token"]'
    token=$(python3 -c 'import json; print(json.load(open("out"))["token"])')
    first=$(python3 -c 'import json; print(json.load(open("out"))["parties"][-1]["name"])')
    run 'second page' 0 find '' --limit 3 --token "$token" --json --db store
    json_has 'len(d["parties"]) == 3'
    out_lacks "\"$first\""
    run 'page as a table' 0 find '' --limit 3 --db store
    err_has '--token'
    run 'bad token' 2 find '' --token nonsense --db store
    err_has '^crmdb: --token nonsense is none of this list$'

    # Columns begin at the same place whatever letters are above them.
    run 'aligned columns' 0 find e --db store --limit 50
    python3 -c '
import re, sys
lines = open("out", encoding="utf-8").read().splitlines()
column = lines[0].index("Town")
sys.exit(any(not re.match(r".{%d}(DE|AT|CH) " % column, line) or line[column - 2:column] != "  " for line in lines[1:]))' 2>>err
    result $? 'towns stand below their heading'
}

show_files() {
    run show 0 show 10001 --db store
    out_has '^Brennbach Maschinenbau GmbH$'
    out_has '^  Customer  *10001$'
    out_has '^  Postal address  *.*, 01067 Dresden, DE$'
    out_has '^  Used for  *Main.*Billing\|^  Used for  *.*Billing.*Main'
    out_has '^Contact  Käthe Grünwald$'
    out_has '^  E-mail  *kaethe.gruenwald@'
    out_has '^Quote defaults'
    out_has '^  Preferred site  *Werk Freital, '
    out_tidy
    err_empty
    run 'show in German' 0 show 10001 --lang de --db store
    out_has '^  Kunde  *10001$'
    out_has '^Ansprechpartner  Käthe Grünwald$'
    out_has '^  Anrede  *Frau$'
    out_lacks 'Salutation'
    run 'show, --json' 0 show 10001 --json --db store
    json_has 'd["party"]["name"] == "Brennbach Maschinenbau GmbH" and len(d["addresses"]) == 2 and len(d["contacts"]) == 2'
    json_has 'd["addresses"][0]["postal_code"] == "01067"'
    address=$(python3 -c 'import json; print(json.load(open("out"))["addresses"][0]["id"])')
    run 'show by the id of an address' 0 show "$address" --id --db store
    out_has '^Brennbach'
    run 'show nobody' 1 show 4711 --db store
    err_has '4711'
    out_empty
    run 'show a text' 1 show nobody --db store
    run 'show an empty text' 1 show '' --db store
    run 'show in a role' 1 show 10001 --role supplier --db store
    err_has 'supplier'
    run 'show a note of two lines' 0 show 10007 --db store
    out_has 'vormittags\. Tor 3 benutzen, "bitte klingeln"'
}

quotes() {
    run quote 0 quote 10001 --db store
    out_has '^  Ship-to  *Bill-to$'
    out_has '^  01705 Freital  *01067 Dresden$'
    out_has '^  Field  *Value  *Level  *Reason  *Source'
    out_has '^  Ship-to  *Werk Freital, .*customer  *preferred '
    out_has '^  Price list  *STANDARD  *customer  *quote_defaults.price_list #[0-9]*  *[0-9]'
    out_has '^  Plant  *-  *unset$'
    out_tidy
    out_has 'GERMANY'
    run 'the sender is in Germany' 0 import --db country "$data/customers.csv"
    run 'quote in the sender'"'"'s country' 0 quote 10001 --db country
    out_has '^  01705 Freital'
    out_lacks 'GERMANY'
    run 'quote of a sales area' 0 quote 10001 --sales-area Nord --db store
    out_has '^  Sales area  *Nord  *explicit'
    run 'quote of a day' 0 quote 10001 --date 2026-01-31 --db store
    out_has '2026-01-31$'
    run 'quote in German' 0 quote 10001 --lang de --date 2026-01-31 --db store
    out_has '31\.01\.2026$'
    out_has '^  Preisliste  *STANDARD  *Kunde '
    run 'quote, --json' 0 quote 10001 --json --db store
    json

    run 'ambiguous quote' 0 quote 10003 --db store
    err_has 'ship_to is ambiguous'
    out_has '^  Ship-to  *-  *unset.*ambiguous'
    out_has '^  *Ship-to: 2 candidates$\|^Ship-to: 2 candidates$'
    site=$(sed -n 's/^  *\([0-9][0-9]*\)  *Lager Süd.*/\1/p' out)
    run 'chosen ship-to' 0 quote 10003 --ship-to "${site:-0}" --given customer_reference='Anfrage 4711' --given price_list= --db store
    out_has '^  Ship-to  *Lager Süd, .*explicit  *explicit'
    out_has '^  Customer reference  *Anfrage 4711  *explicit'
    out_has '^  Price list  *-  *explicit'
    run 'a site of another customer' 3 quote 10001 --ship-to "${site:-0}" --db store
    err_has 'ship_to'
    run 'an unknown currency' 3 quote 10001 --given currency=XQX --db store
    err_has 'currency'
    run 'a blocked customer' 0 quote 10010 --db store
    err_has 'blocked: Offene Posten'
    run 'quote for nobody' 1 quote 4711 --db store
    run 'half a given value' 2 quote 10001 --given price_list --db store
    err_has '"price_list" is not FIELD=VALUE'
    run 'given to no field' 2 quote 10001 --given nothing=1 --db store
    err_has 'nothing=1: no such field'
    run 'a given id that is none' 2 quote 10001 --given ship_to=Hamburg --db store
    err_has 'ship_to'
}

colours() {
    run 'no colour in a pipe' 0 find 10001 --db store
    out_lacks "$escape"
    run 'colour always' 0 find 10001 --color always --db store
    out_has "$escape"
    run 'colour never' 0 find 10001 --color=never --db store
    out_lacks "$escape"
    if command -v script >/dev/null; then
        name='on a terminal'
        script -qec "'$crmdb' find 10001 --db store" /dev/null </dev/null >out 2>err
        out_has "$escape"
        name='NO_COLOR on a terminal'
        NO_COLOR=1 script -qec "'$crmdb' find 10001 --db store" /dev/null </dev/null >out 2>err
        out_has Brennbach
        out_lacks "$escape"
    fi
    printf 'Kundennummer;Firma;Ort\n1;Nasty \033[31m AG;K\303\266ln\n' >nasty.csv
    run 'control characters' 0 import --create --db nasty nasty.csv
    run 'control characters are shown, not sent' 0 find nasty --db nasty
    out_lacks "$escape"
    out_has "Nasty $replacement\[31m AG"
    run 'control characters in JSON' 0 find nasty --json --db nasty
    json_has 'd["parties"][0]["name"] == "Nasty \x1b[31m AG"'
}

surroundings() {
    name='a full output'
    "$crmdb" fields >/dev/full 2>err
    [ $? -eq 1 ]
    result $? 'exit 1'
    err_named
    name='a closed output'
    "$crmdb" fields 2>err | head -n 1 >out
    out_has party
    run 'a text that begins with a dash' 1 find --db store -- --dash
    err_has '--dash'
    run 'options in front of the command' 0 --db store --json find 10001
    json
    run 'no UTF-8 in what is looked for' 3 find "$(printf 'M\374ller')" --db store
    err_named
    name='no locale'
    LC_ALL=C "$crmdb" find 10003 --db store >out 2>err
    out_has 'Nordkamp Großhandel'
}

# The sample is what its script writes.
sample() {
    cp "$data/make_sample.py" .
    python3 -B make_sample.py >out 2>err
    for file in customers.csv customer.csv site.csv contact.csv; do
        name="examples/data/$file"
        cmp "$file" "$data/$file" >out 2>>err
        result $? 'is what make_sample.py writes'
    done
}

# The Python examples, and that they say what their twins in C say. Ids are each store's own, and so is the first of several candidates.
examples() {
    build=$(dirname "$crmdb")
    if [ -n "${CRM_SANITIZED:-}" ]; then
        echo "left out: the Python examples; Python does not load a library with a sanitizer by itself"
        return
    fi
    for example in first_customer import_and_find quote_proposal; do
        name="examples/python/$example.py"
        CRM_LIBRARY=$build/libcrm.so PYTHONPATH=$root/bindings/python /usr/bin/python3 -B "$root/$name" >python 2>err
        code=$?
        "$build/example_$example" >c 2>>err
        sed -e '/^stored as /d' -e 's/[0-9]\{12,\}/ID/g' -e '/^Lager /,/^$/d' c >c.plain
        sed -e 's/[0-9]\{12,\}/ID/g' -e '/^Lager /,/^$/d' python >python.plain
        diff c.plain python.plain >out && [ "$code" -eq 0 ] && [ -s python ]
        result $? "exit $code, and says what examples/c/$example.c says"
    done
}

[ -x "$crmdb" ] || { echo "no crmdb at $crmdb: build it, or name it in CRMDB" >&2; exit 1; }
help_and_usage
fields
init
import_files
import_mapped
import_bad_rows
find_parties
show_files
quotes
colours
surroundings
sample
examples
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
