#include "config/diagnostic.hpp"

namespace headgate::config {

std::string to_string(const std::string& file, const Diagnostic& diagnostic) {
  std::string out = file + ":";
  if (diagnostic.line != 0) out += std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) + ":";
  out += " ";
  if (!diagnostic.pointer.empty()) out += diagnostic.pointer + ": ";
  return out + diagnostic.message;
}

}  // namespace headgate::config
