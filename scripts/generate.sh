#!/bin/sh
# SPDX-License-Identifier: MIT
# Writes every file that is made from the .def tables: into this tree, or below the folder given (to compare with what is committed).
# Usage: scripts/generate.sh [FOLDER]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$root}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out/include/libcrm" "$out/src/schema" "$out/docs" "$out/bindings/python/crm"
"${CC:-cc}" -std=gnu11 -Wall -Wextra -I"$root/src" -o "$work/generate" "$root"/tools/*.c
"$work/generate" "$out"
