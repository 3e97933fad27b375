# SPDX-License-Identifier: MIT
# Every tests/<folder>/<file>.c is one program <folder>_<file>, and one entry of ctest.
#   unit      Criterion, with the static libraries: may look inside
#   api, io   Criterion, with the shared libraries: public headers only
#   programs  plain executables, judged by their exit code
#   fuzz      targets of libFuzzer, which run over their corpus: see tests/fuzz/fuzz.h
# What they share lies in tests/support; each program gets the whole of it.
if(CRM_SANITIZE_THREADS) # Criterion does not run under it
    add_library(crm_test_plain OBJECT "${CMAKE_CURRENT_SOURCE_DIR}/tests/plain/plain.c")
    target_include_directories(crm_test_plain PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}/tests/plain")
    add_library(PkgConfig::criterion ALIAS crm_test_plain)
else()
    pkg_check_modules(criterion REQUIRED IMPORTED_TARGET criterion)
endif()
file(GLOB crm_support CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tests/support/*.c")
set(crm_test_environment "CRM_SOURCE=${CMAKE_CURRENT_SOURCE_DIR}")
if(TARGET crmdb)
    list(APPEND crm_test_environment "CRMDB=$<TARGET_FILE:crmdb>")
endif()

add_library(crm_test_flags INTERFACE)
target_link_libraries(crm_test_flags INTERFACE crm_flags Threads::Threads)
target_compile_options(crm_test_flags INTERFACE -UNDEBUG)
target_include_directories(crm_test_flags INTERFACE "${CMAKE_CURRENT_SOURCE_DIR}/tests")
if(crm_support)
    add_library(crm_test_support STATIC ${crm_support})
    target_link_libraries(crm_test_support PRIVATE crm_test_flags PkgConfig::criterion)
    target_include_directories(crm_test_support PRIVATE include)
    set(crm_support_library crm_test_support) # before the library under test: it calls it
endif()

# Criterion is content with no test at all (no /proc, say): ctest is told that "Tested: 0" is a failure.
function(crm_add_tests folder)
    cmake_parse_arguments(PARSE_ARGV 1 arg "PLAIN;INSIDE" "" "LIBRARIES")
    file(GLOB files CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tests/${folder}/*.c")
    foreach(file IN LISTS files)
        cmake_path(GET file STEM stem)
        set(name "${folder}_${stem}")
        add_executable(${name} "${file}")
        target_link_libraries(${name} PRIVATE crm_test_flags ${crm_support_library} ${arg_LIBRARIES})
        if(arg_INSIDE)
            target_include_directories(${name} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/src")
            target_link_libraries(${name} PRIVATE PkgConfig::lmdb PkgConfig::msgpack PkgConfig::utf8proc PkgConfig::sodium)
        endif()
        if(arg_PLAIN)
            add_test(NAME ${name} COMMAND ${name})
            set_tests_properties(${name} PROPERTIES LABELS plain)
        else()
            target_link_libraries(${name} PRIVATE PkgConfig::criterion)
            add_test(NAME ${name} COMMAND ${name} --color=never -j1)
            set_tests_properties(${name} PROPERTIES LABELS criterion FAIL_REGULAR_EXPRESSION "Tested: 0 ")
        endif()
        set_tests_properties(${name} PROPERTIES TIMEOUT 120 ENVIRONMENT "${crm_test_environment}")
    endforeach()
endfunction()

set(io_shared)
set(io_static)
if(TARGET crm-io)
    set(io_shared crm-io)
    set(io_static crm-io_static)
endif()
crm_add_tests(unit INSIDE LIBRARIES ${io_static} crm_static)
crm_add_tests(api LIBRARIES crm)
crm_add_tests(io LIBRARIES ${io_shared} crm)
crm_add_tests(programs PLAIN LIBRARIES ${io_shared} crm)

# The library's allocations fail when the test says so.
foreach(test unit_oom unit_oom_imports unit_access_faults unit_gather_faults)
    target_link_options(${test} PRIVATE
        LINKER:--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free,--wrap=strdup,--wrap=strndup,--wrap=realpath)
endforeach()

# One program of all of tests/twins: see its twins.h.
file(GLOB twins_files CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tests/twins/*.c")
add_executable(twins ${twins_files})
target_include_directories(twins PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/src")
target_link_libraries(twins PRIVATE crm_test_flags ${crm_support_library} crm_static PkgConfig::criterion PkgConfig::lmdb PkgConfig::msgpack
    PkgConfig::utf8proc PkgConfig::sodium)
target_link_options(twins PRIVATE LINKER:--wrap=crmi_random_bytes)
add_test(NAME twins COMMAND twins)
set_tests_properties(twins PROPERTIES LABELS plain TIMEOUT 120 ENVIRONMENT "${crm_test_environment}")

function(crm_add_fuzz_targets)
    set(folder "${CMAKE_CURRENT_SOURCE_DIR}/tests/fuzz")
    file(GLOB files CONFIGURE_DEPENDS "${folder}/*.c")
    list(REMOVE_ITEM files "${folder}/fuzz.c" "${folder}/replay.c")
    add_custom_target(fuzz)
    foreach(file IN LISTS files)
        cmake_path(GET file STEM stem)
        set(name "fuzz_${stem}")
        add_executable(${name} "${file}" "${folder}/fuzz.c")
        target_include_directories(${name} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/src")
        target_link_libraries(${name} PRIVATE crm_test_flags ${crm_support_library} ${ARGN})
        add_dependencies(fuzz ${name})
        if(CRM_FUZZ)
            target_link_options(${name} PRIVATE -fsanitize=fuzzer)
        else()
            target_sources(${name} PRIVATE "${folder}/replay.c")
            add_test(NAME ${name} COMMAND ${name} "${folder}/corpus/${stem}")
            set_tests_properties(${name} PROPERTIES LABELS plain TIMEOUT 120 ENVIRONMENT "${crm_test_environment}")
        endif()
    endforeach()
endfunction()
crm_add_fuzz_targets(${io_static} crm_static)

include(stress)
