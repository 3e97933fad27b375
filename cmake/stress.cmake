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
    add_custom_target(stress DEPENDS ${stress_programs})
endif()
