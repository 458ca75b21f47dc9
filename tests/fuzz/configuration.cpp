// No text crashes, hangs or leaks; what loads has an effective form that loads again and means the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "config/effective.hpp"
#include "config/load.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace headgate::config;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (text.find("${file:") != std::string_view::npos) return 0;  // no reading of whatever file the fuzzer comes up with

  const Loaded loaded = load_text(text);

  if (loaded.settings.has_value() != loaded.diagnostics.empty()) std::abort();
  for (const Diagnostic& diagnostic : loaded.diagnostics)
    if (diagnostic.line == 0 || diagnostic.column == 0 || diagnostic.message.empty()) std::abort();
  if (!loaded.settings) return 0;
  const std::string once = effective_json(*loaded.settings);
  const Loaded again = load_text(once);
  if (!again.settings || effective_json(*again.settings) != once) std::abort();
  return 0;
}
