#include "app/serve.hpp"

#include <pthread.h>
#include <signal.h>

#include <iostream>
#include <memory>
#include <utility>

#include "app/control.hpp"
#include "app/runtime.hpp"
#include "config/load.hpp"
#include "observe/log.hpp"

namespace headgate::app {
namespace {

constexpr int exit_stopped = 0;
constexpr int exit_configuration = 1;
constexpr int exit_failed = 3;

config::Loaded load(const ServeOptions& options) {
  config::Loaded loaded =
      options.config_path.empty() ? config::load_text(options.config_text) : config::load_file(options.config_path);
  const std::string name = options.config_path.empty() ? "configuration" : options.config_path;
  for (const auto& warning : loaded.warnings) std::cerr << to_string(name, warning) << " (warning)\n";
  for (const auto& mistake : loaded.diagnostics) std::cerr << to_string(name, mistake) << '\n';
  return loaded;
}

}  // namespace

int serve(const ServeOptions& options) {
  ::signal(SIGPIPE, SIG_IGN);
  // Before the file is read: a change in between must not be missed.
  std::unique_ptr<config::FileWatch> watch;
  if (!options.config_path.empty()) watch = std::make_unique<config::FileWatch>(options.config_path);
  config::Loaded loaded = load(options);
  if (!loaded.settings) return exit_configuration;

  const std::size_t workers = worker_count(*loaded.settings);
  if (!loaded.settings->watch) watch.reset();
  if (watch) watch->watch_others(loaded.files);
  observe::Log log{log_settings(loaded.settings->logging), workers};
  log.start();
  Runtime runtime{log, workers};
  Control control{options, runtime, log, loaded.hash};  // takes the signals before anybody can know that we run
  const auto failures = runtime.apply(std::move(*loaded.settings), loaded.hash);
  for (const std::string& failure : failures) std::cerr << "headgate: " << failure << '\n';
  if (failures.empty()) {
    log.event(observe::Level::info, Cause::proxy_started, "serving", {{"hash", loaded.hash}, {"workers", workers}});
    if (options.on_ready) options.on_ready(runtime.listeners());
    control.run(std::move(watch));
  }
  runtime.stop();
  if (failures.empty()) log.event(observe::Level::info, Cause::proxy_stopped, "stopped");
  log.stop();
  return failures.empty() ? exit_stopped : exit_failed;
}

}  // namespace headgate::app
