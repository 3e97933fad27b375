# SPDX-License-Identifier: MIT
# The libraries under libcrm (the first four) and libcrm-io, by pkg-config. No version is asked of utf8proc, minizip and xlsxwriter: their files
# carry other numbers.
find_package(PkgConfig REQUIRED)
set(THREADS_PREFER_PTHREAD_FLAG OFF)
find_package(Threads REQUIRED)

pkg_check_modules(lmdb REQUIRED IMPORTED_TARGET lmdb)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
# msgpack-c has had three names.
pkg_search_module(msgpack REQUIRED IMPORTED_TARGET msgpack msgpack-c msgpackc)
pkg_check_modules(expat REQUIRED IMPORTED_TARGET expat)
pkg_check_modules(minizip REQUIRED IMPORTED_TARGET minizip)
pkg_check_modules(jansson REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(xlsxwriter REQUIRED IMPORTED_TARGET xlsxwriter)
