#include "app/ocsp_stapling.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "app/ocsp_agenda.hpp"
#include "base/wall_clock.hpp"

namespace headgate::app {

/// Those that stay keep their times; a question that is under way is asked anew.
void OcspStapling::watch(const exchange::ListenerPlans& listeners, std::chrono::milliseconds limit,
                         const net::DnsOptions& dns) {
  stop();
  limit_ = limit;
  dns_ = dns;
  const std::vector<Subject> before = std::move(subjects_);
  subjects_.clear();
  for (const auto& [address, listener] : listeners) {
    for (const exchange::ListenerCertificate& certificate : listener->certificates) {
      const auto same = [&](const Subject& other) { return other.staple == certificate.staple; };
      if (!certificate.staple || std::any_of(subjects_.begin(), subjects_.end(), same)) continue;
      const auto known = std::find_if(before.begin(), before.end(), same);
      subjects_.push_back({certificate.staple, listener->name, certificate.file});
      if (known == before.end()) continue;
      subjects_.back().due = known->due;
      subjects_.back().failures = known->failures;
    }
  }
  wait();
}

void OcspStapling::stop() {
  timer_.cancel();
  fetch_.reset();
}

void OcspStapling::wait() {
  if (subjects_.empty()) return;
  const auto next = std::min_element(subjects_.begin(), subjects_.end(),
                                     [](const Subject& a, const Subject& b) { return a.due < b.due; });
  timer_.at(next->due, [this, &subject = *next] { ask(subject); });  // subjects_ changes only after stop()
}

void OcspStapling::ask(Subject& subject) {
  try {
    fetch_ = std::make_unique<net::OcspFetch>(
        control_, subject.staple->question, dns_, limit_,
        [this, &subject](std::string der, const std::string& problem) { take(subject, std::move(der), problem); });
  } catch (const std::exception& error) {  // no thread, no descriptor
    take(subject, {}, error.what());
  }
}

void OcspStapling::take(Subject& subject, std::string der, std::string problem) {
  fetch_.reset();
  const auto now = base::wall_clock_seconds();
  try {
    if (problem.empty()) accept(subject, subject.staple->question.read(std::move(der), now), now);
  } catch (const base::CertificateError& error) {
    problem = error.what();
  }
  if (!problem.empty()) {
    const auto kept = subject.staple->slot.get();
    const bool covered = kept && kept->valid_until() > now;
    tell(subject, covered ? observe::Level::warn : observe::Level::error, Cause::ocsp_fetch_failed,
         covered ? "no new OCSP response; the last good one is stapled" : "no OCSP response; nothing is stapled",
         problem);
    subject.due = Clock::now() + retry_after(++subject.failures);
  }
  wait();
}

/// A certificate that is not good any more goes without: clients that ask for themselves learn of it, others cannot be
/// told by us.
void OcspStapling::accept(Subject& subject, base::OcspResponse response, std::chrono::sys_seconds now) {
  const bool good = response.is_good();
  const auto due = Clock::now() + renew_after(response.valid_until(), now);
  if (!subject.staple->take(std::move(response)))
    throw base::CertificateError{base::CertificateError::In::certificate,
                                 "the OCSP response is older than the last one"};
  subject.failures = 0;
  subject.due = due;
  if (good) return tell(subject, observe::Level::info, Cause::none, "an OCSP response was fetched", "");
  tell(subject, observe::Level::error, Cause::certificate_revoked, "a certificate is not good any more",
       "says its OCSP responder");
}

void OcspStapling::tell(const Subject& subject, observe::Level level, Cause cause, const char* message,
                        const std::string& detail) {
  log_.event(level, cause, message,
             {{"listener", subject.listener},
              {"file", subject.file},
              {"responder", to_string(subject.staple->question.responder())},
              {"detail", detail}});
}

}  // namespace headgate::app
