# Precompiled headers: the standard library and what else is slow to read. They only save time. Every file still
# includes all that it uses: clang-tidy, which runs without them, and the target check_headers prove it.
option(HEADGATE_PCH "Precompile the heavy external headers" ON)

set(HEADGATE_PCH_STANDARD <algorithm> <array> <atomic> <charconv> <chrono> <coroutine> <cstdint> <functional> <map>
  <memory> <optional> <span> <string> <string_view> <unordered_map> <utility> <vector> <boost/system/result.hpp>)
set(HEADGATE_PCH_JSON <fmt/format.h> <nlohmann/json.hpp>)
set(HEADGATE_PCH_TEST <gmock/gmock.h> <gtest/gtest.h>)

# headgate_precompile(target [JSON] [TEST]): one precompiled header a combination, shared by its targets.
# A part links what its headers' targets define, as GCC wants the same macros on both sides.
function(headgate_precompile target)
  if(NOT HEADGATE_PCH)
    return()
  endif()
  string(REPLACE ";" "_" name "headgate_pch_STANDARD;${ARGN}")
  string(TOLOWER ${name} name)
  if(NOT TARGET ${name})
    set(headers ${HEADGATE_PCH_STANDARD})
    foreach(part IN LISTS ARGN)
      list(APPEND headers ${HEADGATE_PCH_${part}})
    endforeach()
    file(WRITE ${CMAKE_BINARY_DIR}/pch/${name}.cpp "")
    add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/pch/${name}.cpp)
    target_link_libraries(${name} PRIVATE headgate_flags)
    if(name MATCHES "json")
      target_link_libraries(${name} PRIVATE fmt::fmt)
    endif()
    if(name MATCHES "test")
      target_link_libraries(${name} PRIVATE headgate_test_flags GTest::gmock)
    endif()
    target_precompile_headers(${name} PRIVATE ${headers})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${name})
endfunction()
