// The admin API: from a request to what it asks for. Opens no socket.
#pragma once

#include "admin/proxy.hpp"
#include "admin/request.hpp"
#include "config/settings.hpp"

namespace headgate::admin {

Response answer(const Request& request, const config::Admin& settings, Proxy& proxy);

}  // namespace headgate::admin
