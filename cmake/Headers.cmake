# The target check_headers compiles every header of include/ and src/ alone, without precompiled headers, so that none
# leans on what another file happened to include before it. A header with a source file of its own is left out: that
# file includes it first (scripts/checks/rules.py), and clang-tidy reads it without precompiled headers.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} include/*.hpp src/*.hpp)
set(units)
foreach(header IN LISTS headers)
  string(REGEX REPLACE "hpp$" "cpp" source ${header})
  if(EXISTS ${CMAKE_SOURCE_DIR}/${source})
    continue()
  endif()
  string(REGEX REPLACE "^(include|src)/" "" name ${header})
  set(unit ${CMAKE_BINARY_DIR}/headers/${name}.cpp)
  file(CONFIGURE OUTPUT ${unit} CONTENT "#include \"${name}\"\n#include \"${name}\"\n")
  list(APPEND units ${unit})
endforeach()
add_library(check_headers OBJECT EXCLUDE_FROM_ALL ${units})
target_link_libraries(check_headers PRIVATE headgate_flags headgate_app)
