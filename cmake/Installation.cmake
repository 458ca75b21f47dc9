# `cmake --install BUILD --prefix WHERE [--component program|extension]`: the program, and what the author of an extension
# needs: the headers of include/headgate and a package that find_package(headgate) finds.
include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/headgate)

install(TARGETS headgate RUNTIME COMPONENT program)
install(DIRECTORY include/headgate TYPE INCLUDE COMPONENT extension FILES_MATCHING PATTERN "*.hpp")
install(TARGETS headgate_interface EXPORT headgate_targets)
install(EXPORT headgate_targets NAMESPACE headgate:: FILE headgate-targets.cmake DESTINATION ${package} COMPONENT extension)
configure_package_config_file(cmake/headgate-config.cmake.in ${CMAKE_BINARY_DIR}/headgate-config.cmake
  INSTALL_DESTINATION ${package})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/headgate-config-version.cmake COMPATIBILITY SameMinorVersion
  ARCH_INDEPENDENT)
install(FILES ${CMAKE_BINARY_DIR}/headgate-config.cmake ${CMAKE_BINARY_DIR}/headgate-config-version.cmake
  DESTINATION ${package} COMPONENT extension)
