# SPDX-License-Identifier: MIT

# Puts the files of the layers (folders of src/) into out. A folder may be missing or empty.
function(crm_sources out)
    set(found)
    foreach(layer IN LISTS ARGN)
        file(GLOB files CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/${layer}/*.c")
        list(APPEND found ${files})
    endforeach()
    set(${out} ${found} PARENT_SCOPE)
endfunction()

# Where users find the headers: in the source tree while building, under the prefix once installed.
function(crm_public_headers target)
    target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endfunction()

# Makes lib<name>.so.1 (exports: src/lib<name>.map) and lib<name>.a out of one set of objects.
#   PUBLIC_LIBRARY     a library of this project whose headers are used in ours
#   PRIVATE_LIBRARIES  libraries found by cmake/dependencies.cmake; users of the .a have to link them
function(crm_add_library name files)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "PUBLIC_LIBRARY" "PRIVATE_LIBRARIES")
    set(map "${CMAKE_CURRENT_SOURCE_DIR}/src/lib${name}.map")

    add_library(${name}_objects OBJECT ${files})
    set_target_properties(${name}_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_include_directories(${name}_objects PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/include" "${CMAKE_CURRENT_SOURCE_DIR}/src")
    target_link_libraries(${name}_objects PRIVATE crm_flags Threads::Threads)

    add_library(${name} SHARED $<TARGET_OBJECTS:${name}_objects>)
    add_library(${name}_static STATIC $<TARGET_OBJECTS:${name}_objects>)
    crm_public_headers(${name})
    crm_public_headers(${name}_static)
    set_target_properties(${name} PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 1 LINK_DEPENDS "${map}")
    set_target_properties(${name}_static PROPERTIES OUTPUT_NAME ${name})
    target_link_options(${name} PRIVATE "-Wl,--version-script=${map}" -Wl,-z,defs -Wl,-z,now -Wl,-z,nodelete)
    target_link_libraries(${name} PRIVATE Threads::Threads)
    target_link_libraries(${name}_static PRIVATE $<BUILD_INTERFACE:Threads::Threads> $<INSTALL_INTERFACE:-pthread>)

    foreach(library IN LISTS arg_PRIVATE_LIBRARIES)
        target_link_libraries(${name}_objects PRIVATE PkgConfig::${library})
        target_link_libraries(${name} PRIVATE PkgConfig::${library})
        # By bare name once installed: the folder of the build machine says nothing about the user's.
        foreach(bare IN LISTS ${library}_LIBRARIES)
            target_link_libraries(${name}_static PRIVATE $<INSTALL_INTERFACE:${bare}>)
        endforeach()
        target_link_libraries(${name}_static PRIVATE $<BUILD_INTERFACE:PkgConfig::${library}>)
    endforeach()
    if(arg_PUBLIC_LIBRARY)
        target_link_libraries(${name} PUBLIC ${arg_PUBLIC_LIBRARY})
        target_link_libraries(${name}_static PUBLIC ${arg_PUBLIC_LIBRARY}_static)
    endif()
endfunction()
