#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs a build, moves the installed tree, and builds a user's program against it four ways: find_package and pkg-config, shared
# and static. Runs each. Prints one "ok" or "not ok" line a way.
#   tests/consumer/run.sh BUILD_DIR
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/moved

env -u DESTDIR cmake --install "$build" --prefix "$work/first" >"$work/log" 2>&1 || { cat "$work/log"; echo "not ok install"; exit 1; }
mv "$work/first" "$prefix"
lib=$(dirname "$(find "$prefix" -name libcrm.so)")
export PKG_CONFIG_PATH="$lib/pkgconfig"
bad=0

# Runs one way's program on a fresh store; the rest is its build command.
try() {
    way=$1
    shift
    if "$@" >"$work/log" 2>&1 && "$work/$way" "$work/store_$way" >>"$work/log" 2>&1; then
        echo "ok consumer $way"
    else
        sed 's/^/    /' "$work/log"
        echo "not ok consumer $way"
        bad=1
    fi
}
by_cmake() {
    cmake -S "$here" -B "$work/cmake" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix" &&
        cmake --build "$work/cmake" --target "consumer_$1" && cp "$work/cmake/consumer_$1" "$work/cmake_$1"
}
by_pkgconfig_shared() {
    # shellcheck disable=SC2046 # one word a flag
    cc -o "$work/pkgconfig_shared" "$here/main.c" $(pkg-config --cflags --libs libcrm-io) "-Wl,-rpath,$lib"
}
by_pkgconfig_static() {
    # Our own libraries as .a, what they stand on as the system has it.
    # shellcheck disable=SC2046
    cc -o "$work/pkgconfig_static" "$here/main.c" $(pkg-config --static --cflags --libs libcrm-io |
        sed "s|-lcrm-io|$lib/libcrm-io.a|; s|-lcrm\\b|$lib/libcrm.a|")
}
is_static() { ! ldd "$work/$1" | grep -q libcrm; }

try cmake_shared by_cmake shared
try cmake_static by_cmake static
try pkgconfig_shared by_pkgconfig_shared
try pkgconfig_static by_pkgconfig_static
for way in cmake_static pkgconfig_static; do
    [ -x "$work/$way" ] && ! is_static "$way" && { echo "not ok consumer $way uses the shared library"; bad=1; }
done
if grep -rl "$work/first" "$prefix" --include='*.cmake' --include='*.pc'; then
    echo "not ok consumer: installed files name the prefix"
    bad=1
fi
exit "$bad"
