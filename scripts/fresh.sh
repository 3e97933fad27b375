#!/bin/bash
# SPDX-License-Identifier: MIT
# The two commands of the README on a machine that has nothing: a bare Debian 12 in a folder of its own. Runs examples/demo.sh and
# tests/check.sh twice each (the second time with everything in place), prints their times, and removes the folder again.
# Needs root and debootstrap. A bare root is kept as a file for the next time: CRM_FRESH_BASE, by default in the temporary folder.
set -euo pipefail
cd "$(dirname "$0")/.."
tree=$PWD

base=${CRM_FRESH_BASE:-${TMPDIR:-/tmp}/libcrm-fresh-bookworm.tar}
mirror=http://deb.debian.org/debian
root=$(mktemp -d "${TMPDIR:-/tmp}/libcrm-fresh.XXXXXX")
trap 'rm -rf --one-file-system "$root"' EXIT
[ "$(id -u)" -eq 0 ] || { echo "fresh: has to run as root" >&2; exit 1; }

# A proxy of the host's apt serves debootstrap too.
proxy=$(apt-config dump --format '%v%n' Acquire::http::Proxy)
[ -z "$proxy" ] || export http_proxy="$proxy"

make_base() {
    local log=$root.debootstrap
    unshare -m --propagation private debootstrap --variant=minbase bookworm "$root" "$mirror" >"$log" 2>&1 || { cat "$log"; exit 1; }
    rm -f "$log"
    tar -C "$root" --one-file-system -cf "$base.$$" .
    mv "$base.$$" "$base"
}
# The host's sources, settings and names; what asks for more than the bare root has stays away.
copy_settings() {
    rm -f "$root/etc/apt/sources.list"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list /etc/apt/trusted.gpg.d/*; do
        [ -f "$file" ] && install -D -m 644 "$file" "$root$file"
    done
    { [ -z "$proxy" ] || echo "Acquire::http::Proxy \"$proxy\";"; } >"$root/etc/apt/apt.conf.d/99host"
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
}
copy_tree() {
    mkdir "$root/src"
    git ls-files -co --exclude-standard | while read -r file; do [ -f "$file" ] && echo "$file"; done |
        tar -C "$tree" -cf - -T - | tar -C "$root/src" -xf -
}

# Runs a command in the root, with /proc (Criterion runs no test without it), /dev/shm and terminals in a mount namespace of its own.
inside() {
    # shellcheck disable=SC2016 # the variables are the inner shell's
    unshare -m -p -f --kill-child --propagation private bash -c '
        root=$1; shift
        mkdir -p "$root/dev/shm" "$root/dev/pts" && ln -sf pts/ptmx "$root/dev/ptmx" &&
            mount -t proc proc "$root/proc" && mount -t tmpfs tmpfs "$root/dev/shm" &&
            mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts" &&
            exec chroot "$root" env -i HOME=/ PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 sh -c "cd /src && $*"' \
        bash "$root" "$@"
}
# One command: its time, and its output where it failed.
run() {
    local log=$root/run.log start=$SECONDS
    if ! inside "sh $1" >"$log" 2>&1; then
        tail -n 100 "$log"
        echo "fresh: $1 ($2) failed after $((SECONDS - start)) s"
        exit 1
    fi
    echo "fresh: $1 ($2): $((SECONDS - start)) s; last line: $(tail -n 1 "$log")"
}
# The closing line says that tests ran, and that none failed.
closing() {
    tail -n 1 "$root/run.log" | grep -qE '^[1-9][0-9]* passed, 0 failed$' || { echo "fresh: no such closing line"; exit 1; }
}

# A base older than a week misses updates: made anew.
if [ -f "$base" ] && [ -z "$(find "$base" -mtime +7)" ]; then
    tar -C "$root" -xf "$base"
else
    make_base
fi
copy_settings
copy_tree
for state in "from bare" "again"; do
    run examples/demo.sh "$state"
    run tests/check.sh "$state"
    closing
done
