#!/bin/sh
# SPDX-License-Identifier: MIT
# The program in README.md in a language, run as it stands there: in a folder of its own, and it has to say something.
#   tests/readme.sh c|python BUILD_DIR
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
language=$1
build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

sed -n "/^\`\`\`$language\$/,/^\`\`\`\$/p" "$root/README.md" | sed '/^```/d' >program
[ -s program ]
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
[ -s said ]
