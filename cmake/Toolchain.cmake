# Language, warnings, hardening, sanitizers: everything that holds for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(headgate_flags INTERFACE)
target_compile_options(headgate_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports false positives inside libstdc++ and coroutine frames at -O2.
  target_compile_options(headgate_flags INTERFACE -Wno-error=maybe-uninitialized -Wno-error=restrict
    -Wno-error=dangling-pointer -Wno-error=stringop-overflow -Wno-error=array-bounds)
endif()

if(HEADGATE_SANITIZE)
  target_compile_options(headgate_flags INTERFACE -fsanitize=${HEADGATE_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(headgate_flags INTERFACE -fsanitize=${HEADGATE_SANITIZE})
  if(HEADGATE_SANITIZE MATCHES "undefined")
    target_compile_options(headgate_flags INTERFACE -fno-sanitize-recover=all)
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(headgate_flags INTERFACE -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
    -fcf-protection=full)
  target_link_options(headgate_flags INTERFACE -Wl,-z,relro,-z,now)
endif()
include(CheckPIESupported)
check_pie_supported()

if(HEADGATE_COVERAGE)
  target_compile_options(headgate_flags INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(headgate_flags INTERFACE --coverage)
endif()
