# Language, warnings, hardening, sanitizers: everything that holds for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness is what ccache asks for before it caches a file that uses a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()

add_library(headgate_flags INTERFACE)
# A fifth of the time of ld; what users run is linked by the latter, as Debian links everything.
find_program(LLD ld.lld)
if(LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT CMAKE_BUILD_TYPE STREQUAL "Release")
  target_link_options(headgate_flags INTERFACE -fuse-ld=lld)
endif()
# Everywhere alike, as the precompiled headers are refused by a file that differs in it.
target_compile_options(headgate_flags INTERFACE -pthread)
target_link_options(headgate_flags INTERFACE -pthread)
target_compile_options(headgate_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Werror -Wno-error=invalid-pch)
# Position independent, by our own flags: CMake's property gives libraries -fPIC and executables -fPIE, and GCC takes a
# precompiled header only with the very flag that it was made with. What the sanitizers add is full of addresses, which
# the loader would have to adjust at each of thousands of starts: 0.15 s and 70 MB of 240.
if(HEADGATE_TOGETHER)
  target_compile_options(headgate_flags INTERFACE -fno-pie)
  target_link_options(headgate_flags INTERFACE -no-pie)
else()
  target_compile_options(headgate_flags INTERFACE -fPIE)
  target_link_options(headgate_flags INTERFACE -pie)
endif()
# Archives of names: the objects stay where they are, once.
set(CMAKE_CXX_ARCHIVE_CREATE "<CMAKE_AR> qcT <TARGET> <LINK_FLAGS> <OBJECTS>")
set(CMAKE_CXX_ARCHIVE_APPEND "<CMAKE_AR> qT <TARGET> <LINK_FLAGS> <OBJECTS>")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports false positives inside libstdc++ and coroutine frames at -O2.
  target_compile_options(headgate_flags INTERFACE -Wno-error=maybe-uninitialized -Wno-error=restrict
    -Wno-error=dangling-pointer -Wno-error=stringop-overflow -Wno-error=array-bounds)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12 uses, in its own std::stable_sort, what it has deprecated.
  target_compile_options(headgate_flags INTERFACE -Wno-error=deprecated-declarations)
endif()

if(HEADGATE_TOGETHER)
  # What they say of a file they would say here of its neighbours too; the other builds hear it.
  target_compile_options(headgate_flags INTERFACE -Wno-shadow -Wno-subobject-linkage)
endif()

if(HEADGATE_SANITIZE)
  target_compile_options(headgate_flags INTERFACE -fsanitize=${HEADGATE_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(headgate_flags INTERFACE -fsanitize=${HEADGATE_SANITIZE})
  if(HEADGATE_SANITIZE MATCHES "thread")
    # ThreadSanitizer does not know fences; Asio's stand beside mutexes, which it knows.
    target_compile_definitions(headgate_flags INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
  if(HEADGATE_SANITIZE MATCHES "undefined")
    # vptr: its run-time looks at memory through a pipe, and reports a mistake when there is no file descriptor left for
    # one, which is just what some tests bring about.
    target_compile_options(headgate_flags INTERFACE -fno-sanitize-recover=all -fno-sanitize=vptr)
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(headgate_flags INTERFACE -fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE
    -D_FORTIFY_SOURCE=2 -fcf-protection=full -fno-plt)
  target_link_options(headgate_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed)
endif()

# What only the tests' own code adds. UndefinedBehaviorSanitizer there would find nothing of ours and makes the compiler
# take half as long again.
add_library(headgate_test_flags INTERFACE)
if(HEADGATE_SANITIZE MATCHES "undefined")
  target_compile_options(headgate_test_flags INTERFACE -fno-sanitize=undefined)
endif()

if(HEADGATE_COVERAGE)
  target_compile_options(headgate_flags INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(headgate_flags INTERFACE --coverage)
endif()
if(HEADGATE_FUZZ)
  target_compile_options(headgate_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
