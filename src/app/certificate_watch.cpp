#include "app/certificate_watch.hpp"

#include <utility>

#include "base/wall_clock.hpp"
#include "observe/civil_time.hpp"

namespace headgate::app {
namespace {

using namespace std::chrono_literals;

std::string text_of(std::chrono::sys_seconds time) {
  std::string text;
  observe::append_rfc3339(text, time, observe::Zone::utc);
  return text;
}

/// More often than a day, so that a clock that is set, or a machine that slept, makes no difference.
constexpr auto look_every = 1h;

}  // namespace

std::vector<config::FileTerm> ExpiryNotices::due(const std::vector<config::FileTerm>& terms,
                                                 std::chrono::sys_seconds now) {
  std::vector<config::FileTerm> notices;
  for (const config::FileTerm& term : terms) {
    if (!term.is_due(now)) continue;
    const auto before = told_.find(term.file);
    if (before != told_.end() && now - before->second < 24h) continue;
    told_[term.file] = now;
    notices.push_back(term);
  }
  return notices;
}

void CertificateWatch::watch(std::vector<config::FileTerm> terms) {
  terms_ = std::move(terms);
  look();
}

void CertificateWatch::look() {
  const auto now = base::wall_clock_seconds();
  for (const config::FileTerm& term : notices_.due(terms_, now)) tell(term, term.until <= now);
  wait();
}

void CertificateWatch::tell(const config::FileTerm& term, bool over) {
  const bool list = term.kind == config::FileTerm::Kind::revocation_list;
  const std::string what = list ? "a revocation list" : "a certificate";
  const std::string becomes =
      list ? (over ? " is out of date" : " is out of date soon") : (over ? " has expired" : " expires soon");
  log_.event(over ? observe::Level::error : observe::Level::warn,
             list ? Cause::revocation_list_expires : Cause::certificate_expires, what + becomes,
             {{"kind", std::string{to_string(term.kind)}},
              {"listener", term.listener},
              {"upstream", term.upstream},
              {"file", term.file},
              {"until", text_of(term.until)}});
}

void CertificateWatch::wait() {
  timer_.expires_after(look_every);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) look();
  });
}

}  // namespace headgate::app
