# SPDX-License-Identifier: MIT
# crm_bench, which tests/bench.sh builds and runs: libcrm and SQLite on the same customers. It needs SQLite. With the tests it is built with "all",
# and a test runs it with few customers.
pkg_check_modules(sqlite3 IMPORTED_TARGET sqlite3)
if(sqlite3_FOUND)
    file(GLOB bench_files CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tests/bench/*.c")
    add_executable(crm_bench EXCLUDE_FROM_ALL ${bench_files})
    target_include_directories(crm_bench PRIVATE src tests/bench)
    target_link_libraries(crm_bench PRIVATE crm-io_static crm_static crm_flags PkgConfig::sqlite3 PkgConfig::lmdb PkgConfig::xlsxwriter m)
    if(CRM_TESTS)
        set_target_properties(crm_bench PROPERTIES EXCLUDE_FROM_ALL OFF)
        add_test(NAME bench COMMAND sh "${CMAKE_CURRENT_SOURCE_DIR}/tests/bench/lines.sh" $<TARGET_FILE:crm_bench>)
        set_tests_properties(bench PROPERTIES LABELS plain TIMEOUT 120)
    endif()
endif()
