#include "exchange/exchange_log.hpp"

#include "base/coarse_time.hpp"

namespace headgate::exchange {
namespace {

std::int64_t microseconds(std::uint64_t from, std::uint64_t to) {
  return static_cast<std::int64_t>((to > from ? to - from : 0) / 1000);
}

void fill(observe::LogRecord& record, const RefusedHead& refused, std::size_t bytes_sent) {
  record.describe(refused.error);
  record.status = refused.error.info().status;
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

}  // namespace

ExchangeLog::ExchangeLog(observe::LogWriter& writer)
    : writer_{writer}, exact_{writer.access_enabled()}, started_{now()} {}

std::uint64_t ExchangeLog::now() const { return exact_ ? base::exact_nanoseconds() : base::coarse_nanoseconds(); }

void ExchangeLog::connect_begins() { connect_started_ = now(); }
void ExchangeLog::connected() { connect_us_ = microseconds(connect_started_, now()); }
void ExchangeLog::request_sent() { sent_ = now(); }
void ExchangeLog::response_begins() { first_byte_us_ = microseconds(sent_, now()); }

void ExchangeLog::fill(observe::LogRecord& record) const {
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
  record.total_us = microseconds(started_, now());
  record.connect_us = connect_us_;
  record.first_byte_us = first_byte_us_;
  if (downstream != nullptr) {
    record.bytes_received = static_cast<std::int64_t>(downstream->bytes_received());
    record.bytes_sent = static_cast<std::int64_t>(downstream->bytes_sent());
  }
}

void ExchangeLog::write(observe::LogRecord& record, const Error& error) {
  record.describe(error);
  fill(record);
  writer_.failure(record);
}

void ExchangeLog::failure(const Error& error, std::uint16_t status) {
  if (cause_ == Cause::none) cause_ = error.cause;  // what follows, such as a client that leaves, is its consequence
  if (!writer_.enabled(observe::default_level(error.cause))) return;
  observe::LogRecord record;
  record.status = status;
  write(record, error);
}

void ExchangeLog::retried(const Error& error) {
  if (!writer_.enabled(observe::Level::warn)) return;
  observe::LogRecord record;
  record.level = observe::Level::warn;
  record.retried = true;
  write(record, error);
}

void ExchangeLog::access(std::uint16_t status) {
  if (!exact_) return;
  observe::LogRecord record;
  fill(record);
  record.cause = cause_;
  record.status = status;
  if (request != nullptr) {
    record.protocol = request->minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1";
    if (const Field* agent = find(request->fields, FieldId::user_agent)) record.user_agent = agent->value;
  }
  writer_.access(record);
}

void log_refused_head(observe::LogWriter& writer, const RefusedHead& refused) {
  if (!writer.enabled(observe::default_level(refused.error.cause))) return;
  observe::LogRecord record;
  fill(record, refused, 0);
  writer.failure(record);
}

void log_refused_access(observe::LogWriter& writer, const RefusedHead& refused, std::size_t bytes_sent) {
  if (!writer.access_enabled()) return;
  observe::LogRecord record;
  fill(record, refused, bytes_sent);
  if (const Field* agent = find(refused.head.fields, FieldId::user_agent)) record.user_agent = agent->value;
  writer.access(record);
}

}  // namespace headgate::exchange
