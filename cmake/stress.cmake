# SPDX-License-Identifier: MIT
# Each program of tests/stress has what they share, and those that make system calls or allocations fail the functions that do so. They are
# run by tests/check.sh --gate and --long, not by ctest.
set(stress_shared "${CMAKE_CURRENT_SOURCE_DIR}/tests/stress")
add_library(stress_common OBJECT ${stress_shared}/stress.c ${stress_shared}/operations.c ${stress_shared}/operations_write.c
    ${stress_shared}/operations_read.c ${stress_shared}/operations_files.c)
target_include_directories(stress_common PRIVATE include)
target_link_libraries(stress_common PRIVATE crm_test_flags PkgConfig::lmdb)
set(stress_programs)
function(crm_add_stress name)
    add_executable(stress_${name} ${stress_shared}/${name}.c ${ARGN} $<TARGET_OBJECTS:stress_common>)
    target_link_libraries(stress_${name} PRIVATE crm_test_flags crm-io crm PkgConfig::lmdb)
    set(stress_programs ${stress_programs} stress_${name} PARENT_SCOPE)
endfunction()
if(TARGET crm-io)
    crm_add_stress(io_every ${stress_shared}/shim.c)
    crm_add_stress(oom_every)
    crm_add_stress(kill ${stress_shared}/history.c)
    crm_add_stress(walk_live ${stress_shared}/history.c)
    crm_add_stress(multi)
    crm_add_stress(fork_close_exec ${stress_shared}/history.c)
    crm_add_stress(full_disk ${stress_shared}/history.c)
    crm_add_stress(backup ${stress_shared}/history.c)
    crm_add_stress(erase)
    crm_add_stress(rot ${stress_shared}/history.c)
    crm_add_stress(powercut ${stress_shared}/history.c ${stress_shared}/shim.c)
    add_custom_target(stress DEPENDS ${stress_programs})
endif()

# Each exported function with wrong arguments: a table of them is made from the headers.
if(TARGET crm-io)
    set(abuse_folder "${CMAKE_CURRENT_SOURCE_DIR}/tests/stress")
    file(GLOB abuse_headers CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/include/libcrm/*.h")
    add_custom_command(OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/abuse/abuse.inc"
        COMMAND /usr/bin/python3 -B "${abuse_folder}/abuse.py" "${CMAKE_CURRENT_BINARY_DIR}/abuse/abuse.inc"
        DEPENDS "${abuse_folder}/abuse.py" "${CMAKE_CURRENT_SOURCE_DIR}/bindings/python/tools/generate.py" ${abuse_headers} VERBATIM)
    file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/abuse")
    add_executable(stress_api_abuse "${abuse_folder}/api_abuse.c" "${CMAKE_CURRENT_BINARY_DIR}/abuse/abuse.inc")
    target_include_directories(stress_api_abuse PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/abuse")
    target_link_libraries(stress_api_abuse PRIVATE crm_test_flags ${crm_support_library} crm-io crm)
    add_test(NAME stress_api_abuse COMMAND stress_api_abuse)
    set_tests_properties(stress_api_abuse PROPERTIES LABELS plain TIMEOUT 120 ENVIRONMENT "${crm_test_environment}")
endif()
