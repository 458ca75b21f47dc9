// The control thread of a serving process: signals, the watched file, reloads and their receipts, the drain.
#pragma once

#include <memory>

#include "app/runtime.hpp"
#include "app/serve.hpp"
#include "observe/log.hpp"

namespace headgate::app {

class Control {
 public:
  Control(const ServeOptions& options, Runtime& runtime, observe::Log& log, std::string hash);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  /// Returns when the proxy has drained after TERM, INT or QUIT.
  void run(bool watch_file, const std::vector<std::string>& referred_files);

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace headgate::app
