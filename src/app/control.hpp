// The control thread of a serving process: signals, the watched file, reloads and their receipts, the drain.
#pragma once

#include <memory>
#include <string>

#include "app/runtime.hpp"
#include "app/serve.hpp"
#include "config/file_watch.hpp"
#include "observe/log.hpp"

namespace headgate::app {

class Control {
 public:
  Control(const ServeOptions& options, Runtime& runtime, observe::Log& log, std::string hash);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  /// Returns when the proxy has drained after TERM, INT or QUIT.
  /// `watch`: what to reload on, null for signals only. It has watched since before the configuration was read.
  void run(std::unique_ptr<config::FileWatch> watch);

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace headgate::app
