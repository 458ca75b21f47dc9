#include "config/tls_files.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/certificate.hpp"
#include "base/ocsp_question.hpp"
#include "base/ocsp_response.hpp"
#include "base/revocation_list.hpp"
#include "base/wall_clock.hpp"
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
  const auto now = base::wall_clock_seconds();
  const auto left = std::chrono::floor<std::chrono::days>(certificate.not_after() - now);
  if (now < certificate.not_before()) findings.warning(at, "the certificate is not valid yet");
  if (now > certificate.not_after())
    findings.warning(at, "the certificate has expired");
  else if (left < warn_before)
    findings.warning(at, "the certificate expires in " + std::to_string(left.count()) + " days");
}

/// The pair, when both files are there and fit together.
std::optional<base::Certificate> bring_pair(const Node& certificate, const std::string& certificate_path,
                                            const Node& key, const std::string& key_path, base::PemPair& pem,
                                            Findings& findings, Brought& brought) {
  const bool have_certificate = bring(certificate, certificate_path, pem.certificates, findings, brought);
  if (!bring(key, key_path, pem.key, findings, brought) || !have_certificate) return std::nullopt;
  try {
    base::Certificate pair{pem};
    look_at_times(pair, certificate, findings);
    return pair;
  } catch (const base::CertificateError& error) {
    findings.error(error.in_key() ? key : certificate, error.what());
    return std::nullopt;
  }
}

/// What is old is no reason to refuse the configuration: it is not stapled.
void bring_ocsp(const Node& at, CertificateFiles& files, const base::Certificate& certificate, Findings& findings,
                Brought& brought) {
  if (!bring(at, files.ocsp, files.pem.ocsp_response, findings, brought)) return;
  try {
    const base::OcspResponse response{files.pem.ocsp_response, certificate.leaf(), certificate.issuer()};
    if (certificate.issuer() != nullptr) response.check_signature(certificate.issuer());
    if (!response.is_good()) findings.warning(at, "the authority says that the certificate is not good any more");
    if (response.valid_until() < base::wall_clock_seconds())
      findings.warning(at, "the OCSP response is too old to be of use: fetch a new one");
  } catch (const base::CertificateError& error) {
    findings.error(at, error.what());
  }
}

/// A renewal must not fail because the authority has given its responder up, as Let's Encrypt has.
void look_at_responder(const Node& certificate, const CertificateFiles& files, const base::Certificate& pair,
                       Findings& findings) {
  const Node& at = *certificate.find("ocsp_fetch");
  if (!files.ocsp.empty()) findings.error(at, "\"ocsp\" and \"ocsp_fetch\" exclude each other");
  try {
    const base::OcspQuestion question{pair};
  } catch (const base::CertificateError& error) {
    findings.warning(at, error.what());
  }
}

void bring(const Node& node, CertificateFiles& files, Findings& findings, Brought& brought) {
  const Node* certificate = node.find("certificate");
  const Node* key = node.find("key");
  const Node* ocsp = node.find("ocsp");
  if (certificate == nullptr || key == nullptr) return;
  const auto pair = bring_pair(*certificate, files.certificate, *key, files.key, files.pem, findings, brought);
  if (pair && files.ocsp_fetch) look_at_responder(node, files, *pair, findings);
  if (pair && ocsp != nullptr) bring_ocsp(*ocsp, files, *pair, findings, brought);
}

void bring_authorities(const Node& at, const std::string& path, std::string& pem, Findings& findings,
                       Brought& brought) {
  if (!bring(at, path, pem, findings, brought)) return;
  try {
    (void)base::certificates_in(pem);
  } catch (const base::CertificateError& error) {
    findings.error(at, error.what());
    pem.clear();
  }
}

void bring_revocation_lists(const Node& at, const std::string& path, const std::string& ca_pem, std::string& pem,
                            Findings& findings, Brought& brought) {
  if (!bring(at, path, pem, findings, brought)) return;
  try {
    const auto authorities = ca_pem.empty() ? std::vector<base::CertificatePtr>{} : base::certificates_in(ca_pem);
    for (const base::RevocationListPtr& list : base::revocation_lists_in(pem)) {
      base::check_signature(list.get(), authorities);
      if (base::end_of(list.get()) < base::wall_clock_seconds())
        findings.warning(at, "a revocation list is out of date: certificates of its authority are refused");
    }
  } catch (const base::CertificateError& error) {
    findings.error(at, error.what());
  }
}

void bring(const Node& node, ClientCertificates& clients, Findings& findings, Brought& brought) {
  if (const Node* ca = node.find("ca")) {
    if (clients.ca.empty() && ca->kind == Node::Kind::string) findings.error(*ca, "found \"\", expected a path");
    bring_authorities(*ca, clients.ca, clients.ca_pem, findings, brought);
  }
  if (const Node* crl = node.find("crl"))
    bring_revocation_lists(*crl, clients.crl, clients.ca_pem, clients.crl_pem, findings, brought);
}

void bring_ticket_keys(const Node& keys, ListenerTls& tls, Findings& findings, Brought& brought) {
  for (std::size_t i = 0; i < tls.ticket_keys.size(); ++i) {
    std::string bytes;
    if (!bring(keys.items[i], tls.ticket_keys[i], bytes, findings, brought)) continue;
    if (bytes.size() != ticket_key_bytes)
      findings.error(keys.items[i], "the file has " + std::to_string(bytes.size()) + " bytes, expected " +
                                        std::to_string(ticket_key_bytes) + " random ones: openssl rand 80");
    tls.ticket_key_bytes.push_back(std::move(bytes));
  }
}

void bring(const Node& node, ListenerTls& tls, Findings& findings, Brought& brought) {
  const Node* certificates = node.find("certificates");
  for (std::size_t i = 0; i < tls.certificates.size(); ++i)
    bring(certificates->items[i], tls.certificates[i], findings, brought);
  if (certificates != nullptr && tls.certificates.empty())
    findings.error(*certificates, "found an empty array, expected at least one certificate");
  if (const Node* keys = node.find("ticket_keys")) bring_ticket_keys(*keys, tls, findings, brought);
  const Node* clients = node.find("client_certificates");
  if (clients != nullptr && tls.client_certificates) bring(*clients, *tls.client_certificates, findings, brought);
}

void bring(const Node& node, UpstreamTls& tls, Findings& findings, Brought& brought) {
  if (const Node* ca = node.find("ca")) bring_authorities(*ca, tls.ca, tls.ca_pem, findings, brought);
  if (const Node* crl = node.find("crl"))
    bring_revocation_lists(*crl, tls.crl, tls.ca_pem, tls.crl_pem, findings, brought);
  const Node* certificate = node.find("certificate");
  const Node* key = node.find("key");
  if (tls.certificate.empty() != tls.key.empty())
    findings.error(node, "\"certificate\" and \"key\" come together or not at all");
  else if (certificate != nullptr && key != nullptr)
    bring_pair(*certificate, tls.certificate, *key, tls.key, tls.pem, findings, brought);
}

}  // namespace

void bring_tls_files(const Node& root, Settings& settings, Findings& findings, Brought& brought) {
  const Node* listeners = root.find("listeners");
  for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
    auto& tls = settings.listeners[i].tls;
    if (tls) bring(*listeners->items[i].find("tls"), *tls, findings, brought);
  }
  const Node* upstreams = root.find("upstreams");
  for (auto& [name, upstream] : settings.upstreams) {
    const Node* node = upstreams == nullptr ? nullptr : upstreams->find(name);
    const Node* tls = node == nullptr ? nullptr : node->find("tls");
    if (tls != nullptr) bring(*tls, upstream.tls, findings, brought);
  }
}

}  // namespace headgate::config
