// What each command does once its options are known.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "app/demo.hpp"
#include "app/healthcheck.hpp"
#include "app/status_command.hpp"

namespace headgate::app {

/// The first of these that exists is used where no configuration file was named.
const std::vector<std::string>& default_config_paths();

/// `given`, or when that is empty the first of `defaults` that exists; empty, with a message to `err`, when none does.
std::string find_config(const std::string& given, const std::vector<std::string>& defaults, std::ostream& err);

struct CheckOptions {
  bool print = false;
  bool json = false;
};

struct SchemaOptions {
  bool docs = false;
  bool causes = false;
  bool metrics = false;
};

/// Prints "listening on ADDRESS (NAME)" for each listener and "ready": scripts wait for that line.
int run_proxy(const std::string& config, std::ostream& out, std::ostream& err);
int check_config(const std::string& config, const CheckOptions& options, std::ostream& out, std::ostream& err);
int print_schema(const SchemaOptions& options, std::ostream& out);
int show_status(const std::string& config, StatusOptions options, std::ostream& out, std::ostream& err);
int show_top(const std::string& config, TopOptions options, std::ostream& out, std::ostream& err);
int check_health(const std::string& config, HealthcheckOptions options, std::ostream& out, std::ostream& err);

}  // namespace headgate::app
