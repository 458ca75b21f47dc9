#include "app/demo.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/system/system_error.hpp>
#include <csignal>
#include <cstring>
#include <memory>
#include <ostream>
#include <vector>

#include "app/cli_exit_code.hpp"
#include "app/demo_backend.hpp"
#include "app/demo_config.hpp"
#include "app/serve.hpp"
#include "config/address.hpp"

namespace headgate::app {
namespace {

namespace asio = boost::asio;

constexpr std::size_t backend_count = 3;

/// Why the proxy could not listen there. It is asked before anything starts, because a listener with SO_REUSEPORT may
/// share the port with another demo of the same user, and the two would take turns in silence.
boost::system::error_code listening_error(std::uint16_t port) {
  asio::io_context context{1};
  asio::ip::tcp::acceptor acceptor{context};
  const asio::ip::tcp::endpoint endpoint{asio::ip::address_v4::loopback(), port};
  boost::system::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address{true}, error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(1, error);
  return error;
}

/// Creates the file; errno when it exists or cannot be written.
int write_new_file(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file < 0) return errno;
  const auto written = ::write(file, text.data(), text.size());
  const int error = written < 0 ? errno : written == static_cast<ssize_t>(text.size()) ? 0 : ENOSPC;
  ::close(file);
  return error;
}

std::vector<std::unique_ptr<DemoBackend>> start_backends() {
  std::vector<std::unique_ptr<DemoBackend>> backends;
  for (std::size_t i = 1; i <= backend_count; ++i)
    backends.push_back(std::make_unique<DemoBackend>("backend-" + std::to_string(i), Endpoint{"127.0.0.1", 0, {}}));
  return backends;
}

}  // namespace

int demo(const DemoOptions& options, std::ostream& out, std::ostream& err) {
  if (const auto error = listening_error(options.port)) {
    err << "headgate: 127.0.0.1:" << options.port << ": " << error.message()
        << "; choose another port with --port N, or --port 0 for a free one\n";
    return exit_failed;
  }
  const auto backends = start_backends();
  std::vector<Endpoint> addresses;
  addresses.reserve(backends.size());
  for (const auto& backend : backends) addresses.push_back(backend->address());

  ServeOptions serving;
  serving.config_text = demo_config(options.port, addresses);
  if (!options.config_out.empty()) {
    if (const int error = write_new_file(options.config_out, serving.config_text)) {
      err << "headgate: cannot write " << options.config_out << ": " << std::strerror(error) << "\n";
      return exit_usage;
    }
    serving.config_path = options.config_out;
  }
  serving.on_ready = [&](const auto& listeners) {
    out << demo_hints(listeners.front().second, listeners.back().second, backends.size());
    if (!options.config_out.empty()) out << "Edit " << options.config_out << " meanwhile: it is reloaded on change.\n";
    out.flush();
  };
  return serve(serving);
}

int demo_backend(const DemoBackendOptions& options, std::ostream& out, std::ostream& err) {
  const auto address = config::parse_listen_address(options.listen);
  if (!address.value) {
    err << "headgate: --listen " << options.listen << ": " << address.problem << "\n";
    return exit_usage;
  }
  asio::io_context context{1};
  asio::signal_set signals{context, SIGTERM, SIGINT, SIGQUIT};
  signals.async_wait([](const auto&, int) {});
  try {
    const DemoBackend backend{options.name, *address.value};
    out << options.name << " listens on " << to_string(backend.address()) << std::endl;
    context.run();
  } catch (const boost::system::system_error& error) {
    err << "headgate: " << options.listen << ": " << error.code().message() << "\n";
    return exit_failed;
  }
  return exit_ok;
}

}  // namespace headgate::app
