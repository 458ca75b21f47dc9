#include "exchange/listener_plan.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "base/ascii.hpp"
#include "base/certificate.hpp"
#include "base/sha256.hpp"

namespace headgate::exchange {
namespace {

int version(config::TlsVersion wanted) {
  return wanted == config::TlsVersion::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
}

std::shared_ptr<net::TicketKeys> ticket_keys(const config::ListenerTls& settings, const KeptTls& kept) {
  if (settings.ticket_key_bytes.empty()) return kept.ticket_keys;
  std::vector<net::TicketKey> given;
  for (const std::string& bytes : settings.ticket_key_bytes) given.push_back(net::TicketKey::from(bytes));
  return std::make_shared<net::TicketKeys>(std::move(given));
}

using Staples = std::map<std::string, std::shared_ptr<net::FetchedStaple>>;

/// Null: its authority cannot be asked; the operator was warned when the configuration was read.
std::shared_ptr<net::FetchedStaple> fetched_staple(const base::Certificate& certificate) {
  try {
    return std::make_shared<net::FetchedStaple>(certificate);
  } catch (const base::CertificateError&) {
    return nullptr;
  }
}

std::vector<ListenerCertificate> plan_certificates(const config::ListenerTls& tls, const Staples& kept,
                                                   Staples& in_use) {
  std::vector<ListenerCertificate> certificates;
  for (const config::CertificateFiles& files : tls.certificates) {
    certificates.push_back({files.certificate, nullptr});
    if (!files.ocsp_fetch) continue;
    auto& staple = in_use[files.pem.certificates];
    if (const auto before = kept.find(files.pem.certificates); !staple && before != kept.end()) staple = before->second;
    if (!staple) staple = fetched_staple(base::Certificate{files.pem});
    certificates.back().staple = staple;
  }
  return certificates;
}

/// A slot that lives as long as what it is a part of.
std::map<std::size_t, std::shared_ptr<const net::StapleSlot>> slots_of(
    const std::vector<ListenerCertificate>& certificates) {
  std::map<std::size_t, std::shared_ptr<const net::StapleSlot>> slots;
  for (std::size_t i = 0; i < certificates.size(); ++i)
    if (const auto& staple = certificates[i].staple)
      slots.emplace(i, std::shared_ptr<const net::StapleSlot>{staple, &staple->slot});
  return slots;
}

net::TlsServerOptions server_options(const config::Listener& listener,
                                     const std::vector<ListenerCertificate>& certificates) {
  const config::ListenerTls& settings = *listener.tls;
  net::TlsServerOptions options;
  for (const config::CertificateFiles& files : settings.certificates) options.certificates.push_back(files.pem);
  options.fetched_staples = slots_of(certificates);
  options.min_version = version(settings.min_version);
  options.ciphers = settings.ciphers;
  options.cipher_suites = settings.cipher_suites;
  options.groups = settings.groups;
  options.session_lifetime = std::chrono::duration_cast<std::chrono::seconds>(settings.session_lifetime);
  if (const auto& clients = settings.client_certificates)
    options.client_verification = net::ClientVerification{clients->ca_pem, clients->required, clients->crl_pem};
  for (const config::Protocol protocol : listener.protocols)
    options.application_protocols.emplace_back(protocol == config::Protocol::http2 ? "h2" : "http/1.1");
  return options;
}

KeptTlsServer tls_server(const config::Listener& listener, const std::vector<ListenerCertificate>& certificates,
                         const KeptTls& kept) {
  const net::TlsServerOptions options = server_options(listener, certificates);
  base::Sha256 digest;
  digest.add(net::digest_of(options));
  for (const std::string& key : listener.tls->ticket_key_bytes) digest.add(key);
  std::string made_of = digest.finish();
  const auto before = kept.servers.find(to_string(listener.address));
  if (before != kept.servers.end() && before->second.digest == made_of) return before->second;
  return {std::move(made_of), std::make_shared<const net::TlsServer>(options, ticket_keys(*listener.tls, kept))};
}

Protocols protocols_of(const config::Listener& listener) {
  const auto speaks = [&](config::Protocol protocol) {
    return std::find(listener.protocols.begin(), listener.protocols.end(), protocol) != listener.protocols.end();
  };
  return {speaks(config::Protocol::http1), speaks(config::Protocol::http2)};
}

net::TlsClientOptions client_options(const config::Upstream& upstream) {
  const config::UpstreamTls& settings = upstream.tls;
  net::TlsClientOptions options;
  if (upstream.protocol != config::UpstreamProtocol::http1) options.application_protocols.emplace_back("h2");
  if (upstream.protocol == config::UpstreamProtocol::automatic) options.application_protocols.emplace_back("http/1.1");
  options.verify = settings.verify;
  options.ca_pem = settings.ca_pem;
  options.crl_pem = settings.crl_pem;
  if (!settings.certificate.empty()) options.certificate = settings.pem;
  options.min_version = version(settings.min_version);
  return options;
}

void append_line(std::string& out, const std::string& name, const std::string& value) {
  if (!name.empty()) out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string ListenerPlan::certificate_lines(const base::PeerCertificate& certificate) const {
  std::string lines;
  append_line(lines, subject_header, certificate.subject);
  append_line(lines, fingerprint_header, certificate.fingerprint);
  return lines;
}

ListenerPlans plan_listeners(const std::vector<config::Listener>& listeners, KeptTls& kept) {
  Staples staples;
  std::map<std::string, KeptTlsServer> servers;
  ListenerPlans plans;
  for (const config::Listener& listener : listeners) {
    const auto made = std::make_shared<ListenerPlan>();
    ListenerPlan& plan = *made;
    plan.address = to_string(listener.address);
    plans[plan.address] = made;
    plan.name = listener.name;
    plan.protocols = protocols_of(listener);
    plan.proxy_protocol = listener.proxy_protocol;
    if (listener.https_redirect) plan.https_port = static_cast<std::uint16_t>(listener.https_port);
    if (!listener.tls) continue;
    plan.certificates = plan_certificates(*listener.tls, kept.staples, staples);
    const KeptTlsServer& server = servers[plan.address] = tls_server(listener, plan.certificates, kept);
    plan.tls = server.server;
    plan.hsts = listener.tls->hsts;
    if (!listener.tls->client_certificates) continue;
    plan.subject_header = listener.tls->client_certificates->subject_header;
    plan.fingerprint_header = listener.tls->client_certificates->fingerprint_header;
  }
  kept.staples = std::move(staples);
  kept.servers = std::move(servers);
  return plans;
}

upstream::TlsClients plan_tls_clients(const std::map<std::string, config::Upstream>& upstreams, KeptTls& kept) {
  const auto by_tls = [](const config::Backend& backend) { return backend.address.tls; };
  upstream::TlsClients clients;
  std::map<std::string, std::shared_ptr<const net::TlsClient>> in_use;
  for (const auto& [name, upstream] : upstreams) {
    clients.emplace_back();
    if (std::none_of(upstream.backends.begin(), upstream.backends.end(), by_tls)) continue;
    const net::TlsClientOptions options = client_options(upstream);
    const auto before = kept.clients.find(name);
    const bool unchanged = before != kept.clients.end() && before->second->options() == options;
    clients.back() = unchanged ? before->second : std::make_shared<const net::TlsClient>(options);
    in_use.emplace(name, clients.back());
  }
  kept.clients = std::move(in_use);
  return clients;
}

std::vector<std::string> reserved_fields(const std::vector<config::Listener>& listeners) {
  std::vector<std::string> names;
  for (const config::Listener& listener : listeners) {
    if (!listener.tls || !listener.tls->client_certificates) continue;
    const config::ClientCertificates& told = *listener.tls->client_certificates;
    for (const std::string& name : {told.subject_header, told.fingerprint_header})
      if (!name.empty()) names.push_back(base::to_lower(name));
  }
  return names;
}

}  // namespace headgate::exchange
