#include "app/cli_commands.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <ostream>
#include <system_error>

#include "app/bound_listeners.hpp"
#include "app/cli_exit_code.hpp"
#include "app/serve.hpp"
#include "config/check_command.hpp"
#include "config/reference.hpp"
#include "config/schema.hpp"
#include "observe/causes_page.hpp"
#include "observe/metrics_page.hpp"

namespace headgate::app {

const std::vector<std::string>& default_config_paths() {
  static const std::vector<std::string> paths{"./config.json", "/etc/headgate/config.json"};
  return paths;
}

std::string find_config(const std::string& given, const std::vector<std::string>& defaults, std::ostream& err) {
  if (!given.empty()) return given;
  for (const std::string& path : defaults) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) {
      err << "headgate: configuration " << path << "\n";
      return path;
    }
  }
  err << "headgate: no configuration file: none was named, and none of these exists:";
  for (const std::string& path : defaults) err << " " << path;
  err << "\n`headgate demo` runs without one.\n";
  return {};
}

int run_proxy(const std::string& config, std::ostream& out, std::ostream& err) {
  ServeOptions options;
  options.config_path = find_config(config, default_config_paths(), err);
  if (options.config_path.empty()) return exit_usage;
  if (::access(options.config_path.c_str(), R_OK) != 0) {
    err << "headgate: cannot read " << options.config_path << ": " << std::strerror(errno) << "\n";
    return exit_usage;
  }
  options.on_ready = [&out](const auto& listeners) {
    announce(listeners, out);
    out << "ready" << std::endl;
  };
  return serve(options);
}

int check_config(const std::string& config, const CheckOptions& options, std::ostream& out, std::ostream& err) {
  const std::string path = find_config(config, default_config_paths(), err);
  if (path.empty()) return exit_usage;
  return config::check(path, options.print, options.json, out, err);
}

int print_schema(const SchemaOptions& options, std::ostream& out) {
  if (options.causes)
    out << observe::causes_markdown();
  else if (options.metrics)
    out << observe::metrics_markdown();
  else
    out << (options.docs ? config::reference_markdown() : config::schema_json());
  return exit_ok;
}

int show_status(const std::string& config, StatusOptions options, std::ostream& out, std::ostream& err) {
  if (options.address.empty()) options.config_path = find_config(config, default_config_paths(), err);
  if (options.address.empty() && options.config_path.empty()) return exit_usage;
  return status_command(options, out, err);
}

int show_top(const std::string& config, TopOptions options, std::ostream& out, std::ostream& err) {
  if (options.target.address.empty()) options.target.config_path = find_config(config, default_config_paths(), err);
  if (options.target.address.empty() && options.target.config_path.empty()) return exit_usage;
  return top_command(options, out, err);
}

int check_health(const std::string& config, HealthcheckOptions options, std::ostream& out, std::ostream& err) {
  if (options.address.empty()) options.config_path = find_config(config, default_config_paths(), err);
  if (options.address.empty() && options.config_path.empty()) return exit_usage;
  return healthcheck(options, out, err);
}

}  // namespace headgate::app
