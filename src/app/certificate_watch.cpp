#include "app/certificate_watch.hpp"

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

std::vector<ExpiryNotices::Notice> ExpiryNotices::due(const exchange::ListenerPlans& listeners,
                                                      std::chrono::sys_seconds now) {
  std::vector<Notice> notices;
  for (const auto& [address, listener] : listeners) {
    for (const exchange::CertificateTerm& certificate : listener->certificates) {
      if (certificate.until - now >= tell_before) continue;
      const auto before = told_.find(certificate.file);
      if (before != told_.end() && now - before->second < 24h) continue;
      told_[certificate.file] = now;
      notices.push_back({listener->name, certificate.file, certificate.until});
    }
  }
  return notices;
}

void CertificateWatch::watch(const exchange::ListenerPlans& listeners) {
  listeners_ = listeners;
  look();
}

void CertificateWatch::look() {
  const auto now = base::wall_clock_seconds();
  for (const ExpiryNotices::Notice& notice : notices_.due(listeners_, now)) {
    const bool over = notice.until <= now;
    log_.event(over ? observe::Level::error : observe::Level::warn, Cause::certificate_expires,
               over ? "a certificate has expired" : "a certificate expires soon",
               {{"listener", notice.listener}, {"file", notice.file}, {"until", text_of(notice.until)}});
  }
  wait();
}

void CertificateWatch::wait() {
  timer_.expires_after(look_every);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) look();
  });
}

}  // namespace headgate::app
