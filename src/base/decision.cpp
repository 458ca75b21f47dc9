#include "base/decision.hpp"

#include <unistd.h>

namespace headgate::base {
namespace {

std::string name_of_process() {
  char host[256] = {};
  if (::gethostname(host, sizeof host - 1) != 0) return "headgate:" + std::to_string(::getpid());
  return std::string{host} + ':' + std::to_string(::getpid());
}

}  // namespace

const std::string& instance_name() {
  static const std::string name = name_of_process();
  return name;
}

}  // namespace headgate::base
