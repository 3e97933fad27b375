#!/bin/sh
# SPDX-License-Identifier: MIT
# Debian packages that are needed, installed only where they are missing.
#   scripts/deps.sh build   to build the libraries, crmdb and the examples
#   scripts/deps.sh test    and to run tests/check.sh and the bench
#   scripts/deps.sh ci      and to run .ci/run
set -eu

build='gcc libc6-dev cmake ninja-build pkg-config liblmdb-dev libmsgpack-dev libutf8proc-dev libsodium-dev libexpat1-dev libminizip-dev
       zlib1g-dev libjansson-dev libxlsxwriter-dev'
test='libcriterion-dev libsqlite3-dev python3 python3-openpyxl python3-pytest python3-hypothesis python3-pycparser python3-stdnum
      python3-setuptools python3-wheel
      python3-pip xlsx2csv'
ci='git g++ clang-format debootstrap shellcheck abigail-tools'

case "${1:-build}" in
build) wanted=$build ;;
test) wanted="$build $test" ;;
ci) wanted="$build $test $ci" ;;
*)
    echo "usage: scripts/deps.sh build|test|ci" >&2
    exit 2
    ;;
esac

if ! command -v dpkg-query >/dev/null; then
    echo "deps: not a Debian system; these packages are needed: $wanted" >&2
    exit 0
fi

missing=
for package in $wanted; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Says what it did only where it failed.
apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1 || {
        cat "$log" >&2
        exit 1
    }
}
echo "deps: installing$missing" >&2
apt update
# shellcheck disable=SC2086 # one word a package
apt install -y --no-install-recommends $missing
