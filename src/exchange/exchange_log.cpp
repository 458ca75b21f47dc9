#include "exchange/exchange_log.hpp"

#include <string>

#include "base/coarse_time.hpp"

namespace headgate::exchange {
namespace {

std::int64_t microseconds(std::uint64_t from, std::uint64_t to) {
  return static_cast<std::int64_t>((to > from ? to - from : 0) / 1000);
}

void fill(observe::LogRecord& record, const RefusedHead& refused, std::size_t bytes_sent) {
  record.describe(refused.error);
  record.status = refused.status();
  record.request_id = refused.request_id;
  record.client = refused.client;
  record.method = refused.head.method_token;
  record.path = refused.target;
  record.host = refused.head.authority;
  if (record.host.empty()) {
    if (const Field* host = find(refused.head.fields, FieldId::host)) record.host = host->value;
  }
  record.total_us = microseconds(refused.began, base::coarse_nanoseconds());
  record.bytes_received = 0;
  record.bytes_sent = static_cast<std::int64_t>(bytes_sent);
}

void describe_source(observe::LogRecord& record, const base::ConnectionSource* source) {
  if (source == nullptr) return;
  record.proxy_alpn = source->alpn;
  record.proxy_authority = source->authority;
  record.proxy_unique_id = source->unique_id;
}

}  // namespace

ExchangeLog::ExchangeLog(observe::LogWriter& writer) : writer_{writer}, started_{base::exact_nanoseconds()} {}

void ExchangeLog::connect_begins() { connect_started_ = base::exact_nanoseconds(); }
void ExchangeLog::connected() { connect_us_ = microseconds(connect_started_, base::exact_nanoseconds()); }
void ExchangeLog::request_sent() { sent_ = base::exact_nanoseconds(); }

std::optional<std::uint64_t> ExchangeLog::response_begins() {
  if (sent_ == 0) return std::nullopt;
  const std::uint64_t ns = base::exact_nanoseconds() - sent_;
  first_byte_us_ = static_cast<std::int64_t>(ns / 1000);
  return ns;
}

void ExchangeLog::fill(observe::LogRecord& record, std::uint64_t duration) const {
  record.request_id = request_id;
  record.client = client;
  if (request != nullptr) {
    record.method = request->method_token;
    record.host = request->authority;
    record.path = request->target;
  }
  record.route = route;
  record.upstream = upstream;
  record.backend = backend;
  record.attempt = attempt_;
  record.total_us = microseconds(0, duration);
  record.connect_us = connect_us_;
  record.first_byte_us = first_byte_us_;
  if (downstream != nullptr) {
    record.bytes_received = static_cast<std::int64_t>(downstream->bytes_received() + tunnel_received_);
    record.bytes_sent = static_cast<std::int64_t>(downstream->bytes_sent() + tunnel_sent_);
  }
}

void ExchangeLog::write(observe::LogRecord& record, const Error& error) {
  record.describe(error);
  fill(record, base::exact_nanoseconds() - started_);
  writer_.failure(record);
}

void ExchangeLog::failure(const Error& error, std::uint16_t status) {
  if (cause_ == Cause::none) cause_ = error.cause;  // what follows, such as a client that leaves, is its consequence
  writer_.count(error.cause);
  if (!writer_.enabled(observe::default_level(error.cause))) return;
  observe::LogRecord record;
  record.status = status;
  write(record, error);
}

void ExchangeLog::retried(const Error& error, std::uint16_t backend_status) {
  writer_.count(error.cause);
  if (!writer_.enabled(observe::Level::warn)) return;
  observe::LogRecord record;
  record.level = observe::Level::warn;
  record.retried = true;
  record.describe(error);
  if (backend_status != 0) record.detail = "status " + std::to_string(backend_status);
  fill(record, base::exact_nanoseconds() - started_);
  writer_.failure(record);
}

void ExchangeLog::tunnel_begins(std::uint16_t status) {
  count(status, base::exact_nanoseconds() - started_);
  counters->tunnels.add();
  counted_ = true;
}

void ExchangeLog::tunnel_ended(std::string_view how, std::uint64_t bytes_received, std::uint64_t bytes_sent) {
  tunnel_ = how;
  tunnel_received_ = bytes_received;
  tunnel_sent_ = bytes_sent;
}

void ExchangeLog::count(std::uint16_t status, std::uint64_t duration) {
  counters->responses[observe::status_class(status)].add();
  counters->duration.record(duration);
  if (downstream == nullptr) return;
  counters->bytes_received.add(downstream->bytes_received());
  counters->bytes_sent.add(downstream->bytes_sent());
}

void ExchangeLog::finished(std::uint16_t status) {
  const std::uint64_t duration = base::exact_nanoseconds() - started_;
  if (counters != nullptr && !counted_) count(status, duration);
  if (!writer_.access_enabled()) return;
  observe::LogRecord record;
  fill(record, duration);
  record.cause = cause_;
  record.status = status;
  record.tunnel = tunnel_;
  if (downstream != nullptr) describe_source(record, downstream->client().source);
  if (request != nullptr) {
    record.protocol = protocol_name(*request);
    if (const Field* agent = find(request->fields, FieldId::user_agent)) record.user_agent = agent->value;
  }
  writer_.access(record);
}

void log_refused_head(observe::LogWriter& writer, const RefusedHead& refused) {
  writer.count(refused.error.cause);
  if (!writer.enabled(observe::default_level(refused.error.cause))) return;
  observe::LogRecord record;
  fill(record, refused, 0);
  writer.failure(record);
}

void finish_refused_head(observe::LogWriter& writer, observe::RouteCounters& counters, const RefusedHead& refused,
                         std::size_t bytes_sent) {
  counters.responses[observe::status_class(refused.status())].add();
  counters.duration.record(base::coarse_nanoseconds() - refused.began);
  counters.bytes_sent.add(bytes_sent);
  if (!writer.access_enabled()) return;
  observe::LogRecord record;
  fill(record, refused, bytes_sent);
  if (const Field* agent = find(refused.head.fields, FieldId::user_agent)) record.user_agent = agent->value;
  writer.access(record);
}

}  // namespace headgate::exchange
