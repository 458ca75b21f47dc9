// The answer of a gRPC backend to a probe.
#include <cstdlib>
#include <string_view>

#include "http/grpc_health.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view body{reinterpret_cast<const char*>(data), size};
  const auto status = headgate::http::read_health_check_response(body);
  // What was read is whole: a byte more or less is not.
  if (status && headgate::http::read_health_check_response(body.substr(0, size - 1))) std::abort();
  return 0;
}
