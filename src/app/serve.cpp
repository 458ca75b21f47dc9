#include "app/serve.hpp"

#include <cstdio>

namespace headgate::app {

int serve(const ServeOptions&) {
  std::fputs("headgate: this build has no engine\n", stderr);
  return 3;
}

}  // namespace headgate::app
