// The option table: every key of the configuration file, once.
#pragma once

#include "config/option.hpp"

namespace headgate::config {

/// The root object, for Settings. All other tables hang below it.
const Table& root_table();

const Table& listener_table();
const Table& listener_tls_table();
const Table& client_certificates_table();
const Table& upstream_tls_table();
const Table& certificate_table();
const Table& route_table();
const Table& match_table();
const Table& weighted_upstream_table();
const Table& rewrite_table();
const Table& redirect_table();
const Table& respond_table();
const Table& header_changes_table();
const Table& upstream_table();
const Table& backend_table();
const Table& keep_alive_table();
const Table& upstream_timeouts_table();
const Table& hash_table();
const Table& sticky_table();
const Table& queue_table();
const Table& health_table();
const Table& active_health_table();
const Table& passive_health_table();
const Table& circuit_breaker_table();
const Table& retry_table();
const Table& backoff_table();
const Table& error_page_table();
const Table& resolver_table();
const Table& admin_table();
const Table& state_table();
const Table& redis_table();
const Table& paths_table();
const Table& forwarding_table();
const Table& limits_table();
const Table& timeouts_table();
const Table& http2_table();
const Table& upstream_http2_table();
const Table& logging_table();

}  // namespace headgate::config
