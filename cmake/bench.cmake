# SPDX-License-Identifier: MIT
# crm_bench: libcrm and SQLite side by side, built on demand by tests/bench.sh.
file(GLOB files CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tests/bench/*.c")
pkg_check_modules(sqlite3 QUIET IMPORTED_TARGET sqlite3)
if(files AND sqlite3_FOUND)
    add_executable(crm_bench EXCLUDE_FROM_ALL ${files})
    target_link_libraries(crm_bench PRIVATE crm_flags crm_static PkgConfig::lmdb PkgConfig::sqlite3 Threads::Threads m)
    target_include_directories(crm_bench PRIVATE src tests)
    set_target_properties(crm_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
endif()
