# One library a folder. A folder may use folders of a lower level only (docs/architecture.md); scripts/lint checks the
# same rule on every #include, by the same table.
set(HEADGATE_LEVELS
  base=1
  config=2 observe=2 net=2 http=2
  state=3 route=3 balance=3 http2=3
  filter=4 upstream=4
  exchange=5
  server=6 admin=6
  app=7)

function(headgate_level folder out)
  foreach(entry IN LISTS HEADGATE_LEVELS)
    if(entry MATCHES "^${folder}=([0-9]+)$")
      set(${out} ${CMAKE_MATCH_1} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "folder ${folder} has no level: add it to cmake/Levels.cmake")
endfunction()

# headgate_library(folder USES lower folders... LIBRARIES external targets... PRECOMPILE parts of cmake/Precompiled.cmake)
function(headgate_library folder)
  cmake_parse_arguments(arg "" "" "USES;LIBRARIES;PRECOMPILE" ${ARGN})
  headgate_level(${folder} own)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${folder}/*.cpp)
  if(sources)
    headgate_units(sources ${folder} ${CMAKE_SOURCE_DIR}/src ${sources})
    add_library(headgate_${folder} STATIC ${sources})
    set(kind PUBLIC)
    target_link_libraries(headgate_${folder} PRIVATE headgate_flags)
    headgate_precompile(headgate_${folder} ${arg_PRECOMPILE})
  else()
    add_library(headgate_${folder} INTERFACE)
    set(kind INTERFACE)
  endif()
  target_include_directories(headgate_${folder} ${kind} ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(headgate_${folder} ${kind} headgate_interface ${arg_LIBRARIES})
  foreach(used IN LISTS arg_USES)
    headgate_level(${used} other)
    if(NOT other LESS own)
      message(FATAL_ERROR "${folder} (level ${own}) may not use ${used} (level ${other})")
    endif()
    target_link_libraries(headgate_${folder} ${kind} headgate_${used})
  endforeach()
endfunction()
