# Debian 12 packages only; nothing is fetched at configure time. scripts/setup installs them.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto SSL)
find_package(PkgConfig REQUIRED)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(nghttp2 REQUIRED IMPORTED_TARGET libnghttp2)
pkg_check_modules(cares REQUIRED IMPORTED_TARGET libcares)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
# No imported target: it would define _FILE_OFFSET_BITS, with which GCC refuses our precompiled headers.
pkg_check_modules(hiredis REQUIRED hiredis)

# Asio without its deprecated parts; used only by the folders that do I/O, never in widely included headers.
add_library(headgate_asio INTERFACE)
target_compile_definitions(headgate_asio INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_BEAST_SEPARATE_COMPILATION)
target_link_libraries(headgate_asio INTERFACE Boost::headers Threads::Threads)
