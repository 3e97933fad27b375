# SPDX-License-Identifier: MIT
# Every examples/c/*.c is a program of its own on the shared libraries, and runs as a test: no arguments, a store of its own that it removes.
file(GLOB files CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/examples/c/*.c")
foreach(file IN LISTS files)
    cmake_path(GET file STEM stem)
    set(name "example_${stem}")
    add_executable(${name} "${file}")
    target_link_libraries(${name} PRIVATE crm_flags crm)
    if(TARGET crm-io)
        target_link_libraries(${name} PRIVATE crm-io)
    endif()
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS plain TIMEOUT 120 WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
endforeach()
