# SPDX-License-Identifier: MIT
# What `cmake --install` puts under the prefix. The tree may be moved as a whole: no file in it names the prefix.
include(CMakePackageConfigHelpers)

set(crm_installed crm crm_static)
set_target_properties(crm PROPERTIES EXPORT_NAME crm)
set_target_properties(crm_static PROPERTIES EXPORT_NAME crm_static)
if(TARGET crm-io)
    list(APPEND crm_installed crm-io crm-io_static)
    set_target_properties(crm-io PROPERTIES EXPORT_NAME io INSTALL_RPATH "$ORIGIN")
    set_target_properties(crm-io_static PROPERTIES EXPORT_NAME io_static)
endif()
install(TARGETS ${crm_installed} EXPORT crm)
if(TARGET crmdb)
    install(TARGETS crmdb)
    install(FILES docs/crmdb.1 DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
endif()
install(DIRECTORY include/libcrm DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.h")

# CMake: find_package(crm 1.0 CONFIG), then crm::crm, crm::io, crm::crm_static, crm::io_static
set(crm_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/crm")
install(EXPORT crm NAMESPACE crm:: FILE crm-targets.cmake DESTINATION "${crm_cmake_dir}")
configure_package_config_file(cmake/crm-config.cmake.in crm-config.cmake INSTALL_DESTINATION "${crm_cmake_dir}"
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(crm-config-version.cmake COMPATIBILITY SameMajorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/crm-config.cmake" "${CMAKE_CURRENT_BINARY_DIR}/crm-config-version.cmake"
    DESTINATION "${crm_cmake_dir}")

# pkg-config: libcrm and libcrm-io. The prefix is told by the place of the file.
set(crm_pc_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
cmake_path(SET up "${crm_pc_dir}")
set(crm_pc_prefix "\${pcfiledir}")
while(NOT up STREQUAL "")
    string(APPEND crm_pc_prefix "/..")
    cmake_path(GET up PARENT_PATH up)
endwhile()
set(crm_pc_msgpack "${msgpack_MODULE_NAME}")
foreach(name libcrm libcrm-io)
    configure_file(cmake/${name}.pc.in ${name}.pc @ONLY)
    install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${name}.pc" DESTINATION "${crm_pc_dir}")
endforeach()
