#include "config/tls_files.hpp"

#include <chrono>
#include <stdexcept>

#include "base/certificate.hpp"
#include "config/read_file.hpp"

namespace headgate::config {
namespace {

/// Let's Encrypt renews 30 days before the end: whoever is below half of that has a renewal that fails.
constexpr std::chrono::days warn_before{14};

/// False: its mistake was told.
bool bring(const Node& at, const std::string& path, std::string& text, Findings& findings, Brought& brought) {
  if (path.empty()) return false;
  brought.add_file(path);
  FileText file = read_file(path, max_pem_bytes);
  if (!file.problem.empty()) {
    findings.error(at, "the file " + path + " could not be read: " + file.problem);
    return false;
  }
  brought.add_value(file.text);
  text = std::move(file.text);
  return true;
}

void look_at_times(const base::Certificate& certificate, const Node& at, Findings& findings) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto left = std::chrono::floor<std::chrono::days>(certificate.not_after() - now);
  if (now < certificate.not_before()) findings.warning(at, "the certificate is not valid yet");
  if (now > certificate.not_after())
    findings.warning(at, "the certificate has expired");
  else if (left < warn_before)
    findings.warning(at, "the certificate expires in " + std::to_string(left.count()) + " days");
}

void bring(const Node& node, CertificateFiles& files, Findings& findings, Brought& brought) {
  const Node* certificate = node.find("certificate");
  const Node* key = node.find("key");
  if (certificate == nullptr || key == nullptr) return;
  const bool have_certificate = bring(*certificate, files.certificate, files.pem.certificates, findings, brought);
  if (!bring(*key, files.key, files.pem.key, findings, brought) || !have_certificate) return;
  try {
    look_at_times(base::Certificate{files.pem}, *certificate, findings);
  } catch (const base::CertificateError& error) {
    findings.error(error.in_key() ? *key : *certificate, error.what());
  }
}

}  // namespace

void bring_certificates(const Node& root, Settings& settings, Findings& findings, Brought& brought) {
  const Node* listeners = root.find("listeners");
  for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
    auto& tls = settings.listeners[i].tls;
    if (!tls) continue;
    const Node* certificates = listeners->items[i].find("tls")->find("certificates");
    for (std::size_t j = 0; j < tls->certificates.size(); ++j)
      bring(certificates->items[j], tls->certificates[j], findings, brought);
    if (certificates != nullptr && tls->certificates.empty())
      findings.error(*certificates, "found an empty array, expected at least one certificate");
  }
}

}  // namespace headgate::config
