# SPDX-License-Identifier: MIT
# The four libraries under libcrm, by pkg-config. No version is asked of utf8proc: its file carries the number of its ABI.
find_package(PkgConfig REQUIRED)
set(THREADS_PREFER_PTHREAD_FLAG OFF)
find_package(Threads REQUIRED)

pkg_check_modules(lmdb REQUIRED IMPORTED_TARGET lmdb)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
# msgpack-c has had three names.
pkg_search_module(msgpack REQUIRED IMPORTED_TARGET msgpack msgpack-c msgpackc)
