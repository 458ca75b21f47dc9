#include <ares.h>
#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "net/name_lookup.hpp"

namespace headgate::net {
namespace {

using std::chrono::milliseconds;

constexpr int tries = 3;
constexpr std::size_t most_addresses = 16;  // of one name: a connection may try them all
constexpr const char* resolv_conf = "/etc/resolv.conf";

void check(int status, const char* what) {
  if (status != ARES_SUCCESS) throw std::runtime_error{std::string{what} + ": " + ares_strerror(status)};
}

/// c-ares wants this once in a process, before there are threads that use it.
void initialise_library() {
  static std::once_flag once;
  std::call_once(once, [] { check(ares_library_init(ARES_LIB_INIT_ALL), "c-ares"); });
}

std::string joined(const std::vector<std::string>& servers) {
  std::string all;
  for (const std::string& server : servers) all += (all.empty() ? "" : ",") + server;
  return all;
}

/// Text that lives as long as the program, as Error wants it.
const char* words(int status) {
  switch (status) {
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
      return "there is no such name";
    case ARES_ETIMEOUT:
      return "the name servers do not answer";
    case ARES_ECONNREFUSED:
      return "the name servers cannot be reached";
    case ARES_ESERVFAIL:
    case ARES_EREFUSED:
      return "the name servers refuse to answer";
    default:
      return "the look-up failed";
  }
}

FoundAddresses addresses_of(const ares_addrinfo& info, std::uint16_t port) {
  FoundAddresses found;
  int ttl = std::numeric_limits<int>::max();
  for (const ares_addrinfo_node* node = info.nodes; node != nullptr && found.addresses.size() < most_addresses;
       node = node->ai_next) {
    found.addresses.push_back(SocketAddress{node->ai_addr, static_cast<socklen_t>(node->ai_addrlen)}.with_port(port));
    ttl = std::min(ttl, node->ai_ttl);
  }
  found.ttl = std::chrono::seconds{found.addresses.empty() ? 0 : std::max(ttl, 0)};
  return found;
}

struct Query {
  std::uint16_t port;
  NameLookup::Told told;
};

void answer(void* argument, int status, int /*timeouts*/, ares_addrinfo* info) {
  const std::unique_ptr<Query> query{static_cast<Query*>(argument)};
  // Our own channel has ended, not the look-up.
  const int ended = status == ARES_EDESTRUCTION || status == ARES_ECANCELLED ? ECANCELED : 0;
  if (status != ARES_SUCCESS) return query->told(Error{Cause::upstream_resolve_failed, words(status), ended});
  FoundAddresses found = addresses_of(*info, query->port);
  ares_freeaddrinfo(info);
  query->told(std::move(found));
}

class DnsLookup final : public NameLookup {
 public:
  explicit DnsLookup(const DnsOptions& options) : options_{options}, bell_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
    if (bell_ < 0) throw std::runtime_error{"eventfd"};
    initialise_library();
    open();
  }
  ~DnsLookup() override {
    if (channel_ != nullptr) ares_destroy(channel_);  // tells whoever still waits
    ::close(bell_);
  }

  void begin(const Endpoint& endpoint, Told told) override {
    if (!follow_resolv_conf()) return told(Error{Cause::upstream_resolve_failed, "resolv.conf cannot be read"});
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    // answer() owns it from here.
    auto* query = new Query{endpoint.port, std::move(told)};
    ares_getaddrinfo(channel_, endpoint.host.c_str(), nullptr, &hints, answer, query);
  }

  void wait(milliseconds longest) override {
    std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
    const int wanted =
        channel_ == nullptr ? 0 : ares_getsock(channel_, sockets.data(), static_cast<int>(sockets.size()));
    std::array<pollfd, ARES_GETSOCK_MAXNUM + 1> all{};
    all[0] = {bell_, POLLIN, 0};
    nfds_t count = 1;
    for (unsigned i = 0; i < sockets.size(); ++i) {
      short events = 0;
      if (ARES_GETSOCK_READABLE(wanted, i)) events = POLLIN;
      if (ARES_GETSOCK_WRITABLE(wanted, i)) events = static_cast<short>(events | POLLOUT);
      if (events != 0) all[count++] = {sockets[i], events, 0};
    }
    ::poll(all.data(), count, timeout_of(longest));
    std::uint64_t rung = 0;
    [[maybe_unused]] const auto got = ::read(bell_, &rung, sizeof rung);
    if (channel_ == nullptr) return;
    ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // what has timed out
    for (nfds_t i = 1; i < count; ++i) {
      const bool readable = (all[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0;
      const bool writable = (all[i].revents & POLLOUT) != 0;
      ares_process_fd(channel_, readable ? all[i].fd : ARES_SOCKET_BAD, writable ? all[i].fd : ARES_SOCKET_BAD);
    }
  }

  void wake() override {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(bell_, &one, sizeof one);
  }

 private:
  void open() {
    ares_options options{};
    options.timeout = static_cast<int>(options_.timeout.count());
    options.tries = tries;
    check(ares_init_options(&channel_, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES), "c-ares");
    read_at_ = changed_at();
    if (options_.nameservers.empty()) return;
    check(ares_set_servers_ports_csv(channel_, joined(options_.nameservers).c_str()), "resolver.nameservers");
  }

  /// A DHCP client or a VPN may write it anew at any time. False: then it could not be read.
  bool follow_resolv_conf() {
    const std::int64_t now = changed_at();
    if (channel_ != nullptr && (now == read_at_ || !options_.nameservers.empty())) return true;
    if (channel_ != nullptr) ares_destroy(std::exchange(channel_, nullptr));
    try {
      open();
    } catch (const std::runtime_error&) {
      channel_ = nullptr;
    }
    return channel_ != nullptr;
  }

  static std::int64_t changed_at() {
    struct stat status {};
    if (::stat(resolv_conf, &status) != 0) return 0;
    return status.st_mtim.tv_sec * std::int64_t{1'000'000'000} + status.st_mtim.tv_nsec;
  }

  /// The earlier of c-ares's own timeouts and the caller's.
  [[nodiscard]] int timeout_of(milliseconds longest) const {
    timeval most{longest.count() / 1000, (longest.count() % 1000) * 1000};
    timeval earlier{};
    if (channel_ == nullptr) return static_cast<int>(longest.count());
    const timeval* chosen = ares_timeout(channel_, &most, &earlier);
    return static_cast<int>(chosen->tv_sec * 1000 + (chosen->tv_usec + 999) / 1000);
  }

  DnsOptions options_;
  int bell_;
  ares_channel channel_ = nullptr;
  std::int64_t read_at_ = 0;  ///< nanoseconds: resolv.conf's time of change
};

}  // namespace

std::unique_ptr<NameLookup> make_dns_lookup(const DnsOptions& options) { return std::make_unique<DnsLookup>(options); }

}  // namespace headgate::net
