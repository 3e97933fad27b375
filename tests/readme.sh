#!/bin/sh
# SPDX-License-Identifier: MIT
# The program in README.md in a language, run as it stands there, in a folder of its own: it says what it is to say.
#   tests/readme.sh c|python BUILD_DIR
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
language=$1
build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

sed -n "/^\`\`\`$language\$/,/^\`\`\`\$/p" "$root/README.md" | sed '/^```/d' >program
case $language in
c)
    cc -Wall -Wextra -Werror -I"$root/include" -x c program -x none -o run "$build/libcrm.so" "-Wl,-rpath,$build"
    ./run >said
    ;;
python)
    CRM_LIBRARY=$build/libcrm.so PYTHONPATH=$root/bindings/python /usr/bin/python3 -B program >said
    ;;
esac
cat said

# C: "name: proposal". Python: name, address and its level.
/usr/bin/python3 - "$language" said <<'CHECK'
import json
import sys

language, path = sys.argv[1:]
said = open(path, encoding="utf-8").read()
if language == "c":
    name, proposal = said.split(": ", 1)
    fields = json.loads(proposal)["fields"]
    vat_id, customer = fields["vat_id"], fields["customer"]
    good = (
        name == "Müller GmbH"
        and (vat_id["value"], vat_id["level"], vat_id["source_field"]) == ("DE123456789", "customer", "party.vat_id")
        and vat_id["source"] == customer["value"] != 0
        and fields["ship_to"]["level"] == "unset"
    )
else:
    good = said == "Beispiel AG\n20095 Hamburg\nGERMANY\ncustomer no VAT ID\n"
sys.exit(not good)
CHECK
