#include "config/tls_files.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "base/certificate.hpp"
#include "base/ocsp_question.hpp"
#include "base/ocsp_response.hpp"
#include "base/revocation_list.hpp"
#include "base/wall_clock.hpp"
#include "config/read_file.hpp"

namespace headgate::config {
namespace {

/// Where files are read for, and what becomes of it.
struct Reading {
  Findings& findings;
  Brought& brought;
  std::vector<FileTerm>& terms;
  std::string listener;  ///< as in FileTerm
  std::string upstream;
  std::chrono::sys_seconds now = base::wall_clock_seconds();

  void add(FileTerm term, const std::string& file) {
    term.listener = listener;
    term.upstream = upstream;
    term.file = file;
    terms.push_back(std::move(term));
  }
};

/// False: its mistake was told.
bool bring(const Node& at, const std::string& path, std::string& text, Reading& reading,
           std::size_t limit = max_pem_bytes) {
  if (path.empty()) return false;
  reading.brought.add_file(path);
  FileText file = read_file(path, limit);
  if (!file.problem.empty()) {
    reading.findings.error(at, "the file " + path + " could not be read: " + file.problem);
    return false;
  }
  reading.brought.add_value(file.text);
  text = std::move(file.text);
  return true;
}

/// "in 3 days", or hours when it is less than that.
std::string in_time(std::chrono::seconds left) {
  const auto days = std::chrono::floor<std::chrono::days>(left).count();
  if (days > 0) return "in " + std::to_string(days) + " days";
  return "in " + std::to_string(std::chrono::floor<std::chrono::hours>(left).count()) + " hours";
}

/// `what`: "the certificate".
void look_at_end(const FileTerm& term, const std::string& what, const Node& at, Reading& reading) {
  if (reading.now > term.until)
    reading.findings.warning(at, what + " has expired");
  else if (term.is_due(reading.now))
    reading.findings.warning(at, what + " expires " + in_time(term.until - reading.now));
}

void look_at_times(const base::Certificate& certificate, const std::string& path, const Node& at, Reading& reading) {
  if (reading.now < certificate.not_before()) reading.findings.warning(at, "the certificate is not valid yet");
  FileTerm term;
  term.until = certificate.not_after();
  term.tell_before = tell_of_certificates_before;
  look_at_end(term, "the certificate", at, reading);
  reading.add(std::move(term), path);
}

/// The pair, when both files are there and fit together.
std::optional<base::Certificate> bring_pair(const Node& certificate, const std::string& certificate_path,
                                            const Node& key, const std::string& key_path, base::PemPair& pem,
                                            Reading& reading) {
  const bool have_certificate = bring(certificate, certificate_path, pem.certificates, reading);
  if (!bring(key, key_path, pem.key, reading) || !have_certificate) return std::nullopt;
  try {
    base::Certificate pair{pem};
    look_at_times(pair, certificate_path, certificate, reading);
    return pair;
  } catch (const base::CertificateError& error) {
    reading.findings.error(error.in_key() ? key : certificate, error.what());
    return std::nullopt;
  }
}

/// What is old is no reason to refuse the configuration: it is not stapled.
void bring_ocsp(const Node& at, CertificateFiles& files, const base::Certificate& certificate, Reading& reading) {
  if (!bring(at, files.ocsp, files.pem.ocsp_response, reading)) return;
  try {
    const base::OcspResponse response{files.pem.ocsp_response, certificate.leaf(), certificate.issuer()};
    if (certificate.issuer() != nullptr) response.check_signature(certificate.issuer());
    if (!response.is_good())
      reading.findings.warning(at, "the authority says that the certificate is not good any more");
    if (response.valid_until() < reading.now)
      reading.findings.warning(at, "the OCSP response is too old to be of use: fetch a new one");
  } catch (const base::CertificateError& error) {
    reading.findings.error(at, error.what());
  }
}

/// A renewal must not fail because the authority has given its responder up, as Let's Encrypt has.
void look_at_responder(const Node& certificate, const CertificateFiles& files, const base::Certificate& pair,
                       Reading& reading) {
  const Node& at = *certificate.find("ocsp_fetch");
  if (!files.ocsp.empty()) reading.findings.error(at, "\"ocsp\" and \"ocsp_fetch\" exclude each other");
  try {
    const base::OcspQuestion question{pair};
  } catch (const base::CertificateError& error) {
    reading.findings.warning(at, error.what());
  }
}

/// Host names and kinds of keys that a listener has certificates for.
using Served = std::set<std::pair<std::string, int>>;

void look_at_names(const base::Certificate& certificate, Served& served, const Node& at, Reading& reading) {
  bool used = served.empty() || certificate.names().empty();
  for (const std::string& name : certificate.names()) used = served.emplace(name, certificate.kind()).second || used;
  if (!used)
    reading.findings.warning(at, "is never used: its names have a certificate with the same kind of key before it");
}

void bring(const Node& node, CertificateFiles& files, Served& served, Reading& reading) {
  const Node* certificate = node.find("certificate");
  const Node* key = node.find("key");
  const Node* ocsp = node.find("ocsp");
  if (certificate == nullptr || key == nullptr) return;
  const auto pair = bring_pair(*certificate, files.certificate, *key, files.key, files.pem, reading);
  if (pair) look_at_names(*pair, served, *certificate, reading);
  if (pair && files.ocsp_fetch) look_at_responder(node, files, *pair, reading);
  if (pair && ocsp != nullptr) bring_ocsp(*ocsp, files, *pair, reading);
}

void bring_authorities(const Node& at, const std::string& path, std::string& pem, Reading& reading) {
  if (!bring(at, path, pem, reading)) return;
  try {
    FileTerm term;
    term.kind = FileTerm::Kind::authority;
    term.until = end_of(base::certificates_in(pem), reading.now);
    term.tell_before = tell_of_certificates_before;
    look_at_end(term, "an authority in it", at, reading);
    reading.add(std::move(term), path);
  } catch (const base::CertificateError& error) {
    reading.findings.error(at, error.what());
    pem.clear();
  }
}

void bring_revocation_lists(const Node& at, const std::string& path, const std::string& ca_pem, std::string& pem,
                            Reading& reading) {
  if (!bring(at, path, pem, reading, max_crl_bytes)) return;
  try {
    const auto authorities = base::authorities_in(ca_pem);
    const auto lists = base::revocation_lists_in(pem);
    for (const base::RevocationListPtr& list : lists) base::check_signature(list.get(), authorities);
    FileTerm term = term_of(lists);
    if (term.until < reading.now)
      reading.findings.warning(at, "a revocation list is out of date: certificates of its authority are refused");
    else if (term.is_due(reading.now))
      reading.findings.warning(at, "a revocation list is out of date " + in_time(term.until - reading.now));
    reading.add(std::move(term), path);
  } catch (const base::CertificateError& error) {
    reading.findings.error(at, error.what());
  }
}

void bring(const Node& node, ClientCertificates& clients, Reading& reading) {
  if (!clients.subject_header.empty() && base::iequals(clients.subject_header, clients.fingerprint_header))
    reading.findings.error(node, "\"subject_header\" and \"fingerprint_header\" name the same field");
  if (const Node* ca = node.find("ca")) {
    if (clients.ca.empty() && ca->kind == Node::Kind::string)
      reading.findings.error(*ca, "found \"\", expected a path");
    bring_authorities(*ca, clients.ca, clients.ca_pem, reading);
  }
  if (const Node* crl = node.find("crl"))
    bring_revocation_lists(*crl, clients.crl, clients.ca_pem, clients.crl_pem, reading);
}

void bring_ticket_keys(const Node& keys, ListenerTls& tls, Reading& reading) {
  for (std::size_t i = 0; i < tls.ticket_keys.size(); ++i) {
    std::string bytes;
    if (!bring(keys.items[i], tls.ticket_keys[i], bytes, reading)) continue;
    if (bytes.size() != ticket_key_bytes)
      reading.findings.error(keys.items[i], "the file has " + std::to_string(bytes.size()) + " bytes, expected " +
                                                std::to_string(ticket_key_bytes) + " random ones: openssl rand 80");
    tls.ticket_key_bytes.push_back(std::move(bytes));
  }
}

void bring(const Node& node, ListenerTls& tls, Reading& reading) {
  const Node* certificates = node.find("certificates");
  Served served;
  for (std::size_t i = 0; i < tls.certificates.size(); ++i)
    bring(certificates->items[i], tls.certificates[i], served, reading);
  if (certificates != nullptr && tls.certificates.empty())
    reading.findings.error(*certificates, "found an empty array, expected at least one certificate");
  if (const Node* keys = node.find("ticket_keys")) bring_ticket_keys(*keys, tls, reading);
  const Node* clients = node.find("client_certificates");
  if (clients != nullptr && tls.client_certificates) bring(*clients, *tls.client_certificates, reading);
}

void bring(const Node& node, UpstreamTls& tls, Reading& reading) {
  if (const Node* ca = node.find("ca")) bring_authorities(*ca, tls.ca, tls.ca_pem, reading);
  if (const Node* crl = node.find("crl")) bring_revocation_lists(*crl, tls.crl, tls.ca_pem, tls.crl_pem, reading);
  const Node* certificate = node.find("certificate");
  const Node* key = node.find("key");
  if (tls.certificate.empty() != tls.key.empty())
    reading.findings.error(node, "\"certificate\" and \"key\" come together or not at all");
  else if (certificate != nullptr && key != nullptr)
    bring_pair(*certificate, tls.certificate, *key, tls.key, tls.pem, reading);
}

}  // namespace

void bring_tls_files(const Node& root, Settings& settings, Findings& findings, Brought& brought) {
  const Node* listeners = root.find("listeners");
  for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
    Listener& listener = settings.listeners[i];
    const std::string name = listener.name.empty() ? to_string(listener.address) : listener.name;
    Reading reading{findings, brought, settings.file_terms, name, {}};
    if (listener.tls) bring(*listeners->items[i].find("tls"), *listener.tls, reading);
  }
  const Node* upstreams = root.find("upstreams");
  for (auto& [name, upstream] : settings.upstreams) {
    const Node* node = upstreams == nullptr ? nullptr : upstreams->find(name);
    const Node* tls = node == nullptr ? nullptr : node->find("tls");
    Reading reading{findings, brought, settings.file_terms, {}, name};
    if (tls != nullptr) bring(*tls, upstream.tls, reading);
  }
}

}  // namespace headgate::config
