# Precompiled headers for what is slow to read: Asio, GoogleTest, JSON. They only save time: every file still includes
# all that it uses, which clang-tidy (it never sees them) and the target check_headers prove.
option(HEADGATE_PCH "Precompile the heavy external headers" ON)

set(HEADGATE_PCH_STANDARD <algorithm> <array> <atomic> <charconv> <chrono> <cstdint> <functional> <map> <memory> <optional>
  <span> <string> <string_view> <unordered_map> <utility> <vector>)
set(HEADGATE_PCH_JSON <nlohmann/json.hpp> <fmt/format.h>)
set(HEADGATE_PCH_ASIO <boost/asio/awaitable.hpp> <boost/asio/basic_stream_socket.hpp> <boost/asio/buffer.hpp>
  <boost/asio/co_spawn.hpp> <boost/asio/io_context.hpp> <boost/asio/ip/tcp.hpp> <boost/asio/local/stream_protocol.hpp>
  <boost/asio/steady_timer.hpp> <boost/asio/use_awaitable.hpp> <boost/asio/write.hpp>)
set(HEADGATE_PCH_TEST <gmock/gmock.h> <gtest/gtest.h>)

# headgate_precompile(target ASIO|JSON|TEST...): one precompiled header for each combination, shared by its targets.
function(headgate_precompile target)
  if(NOT HEADGATE_PCH)
    return()
  endif()
  string(REPLACE ";" "_" name "headgate_pch_${ARGN}")
  string(TOLOWER ${name} name)
  if(NOT TARGET ${name})
    set(headers ${HEADGATE_PCH_STANDARD})
    foreach(part IN LISTS ARGN)
      list(APPEND headers ${HEADGATE_PCH_${part}})
    endforeach()
    file(WRITE ${CMAKE_BINARY_DIR}/pch/${name}.cpp "")
    add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/pch/${name}.cpp)
    target_link_libraries(${name} PRIVATE headgate_flags)
    if(name MATCHES "asio")  # GCC wants the same macros on both sides
      target_link_libraries(${name} PRIVATE headgate_asio)
    endif()
    if(name MATCHES "test")
      target_link_libraries(${name} PRIVATE GTest::gmock)
    endif()
    target_precompile_headers(${name} PRIVATE ${headers})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${name})
endfunction()
