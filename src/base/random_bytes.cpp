#include "base/random_bytes.hpp"

#include <sys/random.h>

#include <algorithm>
#include <random>

namespace headgate::base {
namespace {

void fill(std::string& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t got = ::getrandom(bytes.data() + done, bytes.size() - done, 0);
    if (got <= 0) {  // a kernel or sandbox without getrandom
      std::random_device device;
      std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(device()); });
      return;
    }
    done += static_cast<std::size_t>(got);
  }
}

}  // namespace

std::string random_hex(std::size_t bytes) {
  std::string raw(bytes, '\0');
  fill(raw);
  std::string digits;
  for (const char byte : raw)
    for (const unsigned shift : {4U, 0U})
      digits += "0123456789abcdef"[(static_cast<unsigned char>(byte) >> shift) & 0xFU];
  return digits;
}

}  // namespace headgate::base
