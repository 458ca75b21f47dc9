#include "app/cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/cli_commands.hpp"
#include "app/cli_exit_code.hpp"
#include "app/version.hpp"
#include "base/edit_distance.hpp"

namespace headgate::app {
namespace {

constexpr const char* exit_codes =
    "Exit codes: 0 done; 1 the configuration has mistakes, or not healthy; 2 a mistake on the command line, or a file "
    "that\nit names cannot be read; 3 failed at run time (an address is in use, a system call failed).\n"
    "Signals: TERM, INT and QUIT finish running requests, then stop (twice: stop at once); HUP reloads; USR1 "
    "reopens the log files.";

/// The commands, and which of them was chosen. Options live here, because CLI11 keeps references to them.
class CommandLine {
 public:
  CommandLine(std::ostream& out, std::ostream& err) : out_{out}, err_{err} {
    parser_.name("headgate");
    parser_.footer(exit_codes);
    parser_.require_subcommand(1);
    parser_.set_version_flag("--version", "headgate " + version());
    add_run();
    add_check();
    add_schema();
    add_healthcheck();
    add_status();
    add_top();
    add_demo();
    add_demo_backend();
    add_version();
    add_help();
    overview_ = parser_.help();  // once a command was parsed, this would be that command's help
  }

  int run(int argc, const char* const* argv) {
    if (argc < 2) {
      err_ << overview_;
      return exit_usage;
    }
    if (const std::string_view first = argv[1]; !first.starts_with('-') && !is_command(first)) {
      err_ << "headgate: no command " << first;
      if (const auto meant = nearest(first, names_); !meant.empty()) err_ << "; did you mean " << meant << "?";
      err_ << "\nRun with --help for more information.\n";
      return exit_usage;
    }
    try {
      parser_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return parser_.exit(error, out_, err_) == 0 ? exit_ok : exit_usage;
    }
    return chosen_();
  }

 private:
  [[nodiscard]] bool is_command(std::string_view name) const {
    return std::find(names_.begin(), names_.end(), name) != names_.end();
  }

  static std::chrono::milliseconds milliseconds_of(double seconds) {
    return std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1000)};
  }

  CLI::App* command(const char* name, const char* description, std::function<int()> action) {
    names_.emplace_back(name);
    CLI::App* added = parser_.add_subcommand(name, description);
    added->callback([this, action = std::move(action)] { chosen_ = action; });
    return added;
  }

  void add_run() {
    CLI::App* run = command("run", "Run the proxy", [this] { return run_proxy(config_, out_, err_); });
    run->add_option("--config", config_, "Configuration file; default: ./config.json, else /etc/headgate/config.json")
        ->type_name("FILE");
  }

  void add_check() {
    CLI::App* check =
        command("check", "Check a configuration file", [this] { return check_config(config_, check_, out_, err_); });
    check->add_option("file", config_, "Default: ./config.json, else /etc/headgate/config.json")->type_name("FILE");
    check->add_flag("--print", check_.print, "Print the configuration with every default; secrets stay hidden");
    check->add_flag("--json", check_.json, "Report as one JSON object");
  }

  void add_schema() {
    CLI::App* schema = command("schema", "Print the JSON Schema of the configuration file",
                               [this] { return print_schema(schema_, out_); });
    CLI::Option* docs = schema->add_flag("--docs", schema_.docs, "Print the reference of all options, as Markdown");
    CLI::Option* causes =
        schema->add_flag("--causes", schema_.causes, "Print the list of cause codes, as Markdown")->excludes(docs);
    schema->add_flag("--metrics", schema_.metrics, "Print the list of metrics, as Markdown")
        ->excludes(docs)
        ->excludes(causes);
  }

  void add_healthcheck() {
    CLI::App* check = command("healthcheck", "Ask a running proxy whether it answers",
                              [this] { return check_health(config_, healthcheck_, out_, err_); });
    CLI::Option* config =
        check->add_option("--config", config_, "Ask the first listener of this file")->type_name("FILE");
    check->add_option("--address", healthcheck_.address, "Ask host:port, [v6]:port or unix:/path")
        ->type_name("ADDR")
        ->excludes(config);
    check
        ->add_option("--fallback", healthcheck_.fallback,
                     "Ask this address when the file has mistakes: the proxy then still serves with the one before")
        ->type_name("ADDR");
    check->add_option("--timeout", healthcheck_timeout_, "Seconds to wait")
        ->check(CLI::Range(0.01, 3600.0).description(""))
        ->type_name("SECONDS")
        ->capture_default_str();
    check->parse_complete_callback([this] { healthcheck_.timeout = milliseconds_of(healthcheck_timeout_); });
  }

  void add_status() {
    CLI::App* status = command("status", "Tell how a running proxy and its backends are, and why one is out",
                               [this] { return show_status(config_, status_, out_, err_); });
    add_target(*status, status_);
    status->add_flag("--json", status_.json, "As one JSON object");
  }

  void add_top() {
    CLI::App* top =
        command("top", "Show live what a running proxy does", [this] { return show_top(config_, top_, out_, err_); });
    add_target(*top, top_.target);
    top->add_flag("--once", top_.once, "One frame, of one interval");
    top->add_option("--interval", interval_, "Seconds between two frames")
        ->check(CLI::Range(0.1, 3600.0).description(""))
        ->type_name("SECONDS")
        ->capture_default_str();
    top->parse_complete_callback([this] { top_.interval = milliseconds_of(interval_); });
  }

  /// Where the admin listener of the proxy is.
  void add_target(CLI::App& asking, StatusOptions& options) {
    CLI::Option* config =
        asking.add_option("--config", config_, "Ask the admin listener of this file")->type_name("FILE");
    asking.add_option("--address", options.address, "Ask host:port, [v6]:port or unix:/path")
        ->type_name("ADDR")
        ->excludes(config);
    asking.add_option("--token-env", options.token_env, "Environment variable that holds the token")->type_name("NAME");
  }

  void add_demo() {
    CLI::App* demo = command("demo", "Run a proxy in front of three built-in backends",
                             [this] { return headgate::app::demo(demo_, out_, err_); });
    demo->add_option("--port", demo_.port, "Port on 127.0.0.1; 0: a free one")
        ->check(CLI::Range(0, 65535).description(""))
        ->capture_default_str();
    demo->add_option("--config-out", demo_.config_out,
                     "Write the configuration to this new file and reload it on change")
        ->type_name("FILE");
  }

  void add_demo_backend() {
    CLI::App* backend =
        command("demo-backend", "Run one built-in backend", [this] { return demo_backend(demo_backend_, out_, err_); });
    backend->add_option("--listen", demo_backend_.listen, "host:port, [v6]:port or unix:/path")
        ->type_name("ADDR")
        ->capture_default_str();
    backend->add_option("--name", demo_backend_.name, "Its name in answers")->capture_default_str();
  }

  void add_version() {
    CLI::App* added = command("version", "Print the version", [this] {
      out_ << (version_json_ ? version_json() : "headgate " + version()) << "\n";
      return exit_ok;
    });
    added->add_flag("--json", version_json_, "With compiler and libraries, as JSON");
  }

  void add_help() {
    CLI::App* help = command("help", "Print help on a command", [this] {
      out_ << (help_on_.empty() ? overview_ : parser_.get_subcommand(help_on_)->help("headgate"));
      return exit_ok;
    });
    help->add_option("command", help_on_)->type_name("COMMAND")->check([this](const std::string& name) {
      return is_command(name) ? std::string{} : "no command " + name;
    });
  }

  std::ostream& out_;
  std::ostream& err_;
  CLI::App parser_{"Headgate: an HTTP reverse proxy and load balancer."};
  std::vector<std::string_view> names_;
  std::function<int()> chosen_;
  std::string config_;
  CheckOptions check_;
  SchemaOptions schema_;
  HealthcheckOptions healthcheck_;
  double healthcheck_timeout_ = 2;
  StatusOptions status_;
  TopOptions top_;
  double interval_ = 1;
  DemoOptions demo_;
  DemoBackendOptions demo_backend_;
  bool version_json_ = false;
  std::string help_on_;
  std::string overview_;
};

}  // namespace

int run_command_line(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  return CommandLine{out, err}.run(argc, argv);
}

}  // namespace headgate::app
