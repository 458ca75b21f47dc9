// What stands beside the traffic: error pages, name resolution, the admin listener, the state store.
#include "config/address.hpp"
#include "config/container_types.hpp"
#include "config/option_table.hpp"
#include "config/redis_url.hpp"
#include "config/settings.hpp"
#include "config/value_types.hpp"

namespace headgate::config {
namespace {

Table make_error_page() {
  TableOf<ErrorPage> t{
      "error_page",
      "What is missing keeps the built-in page. `${status}`, `${reason}` and `${request_id}` are filled in; "
      "write `$${` for them in this file, or take the text from a file: `\"${file:errors/503.html}\"`."};
  t.option("text/html", optional(text("a string", body_problem)), &ErrorPage::html, "For browsers.");
  t.option("application/json", optional(text("a string", body_problem)), &ErrorPage::json, "For programs.");
  t.option("text/plain", optional(text("a string", body_problem)), &ErrorPage::text, "For everybody else.");
  return t.done();
}

Table make_resolver() {
  TableOf<Resolver> t{"resolver", "Names are looked up again when their time to live is over."};
  t.option("nameservers", array(normalised("an address such as \"10.0.0.2\" or \"10.0.0.2:53\"", parse_nameserver)),
           &Resolver::nameservers, "Empty: those of the system.");
  t.option("timeout", duration(10ms, 1h), &Resolver::timeout, "Of one query.");
  t.option("min_ttl", duration(100ms, 24h), &Resolver::min_ttl, "A shorter time to live is taken for this.");
  t.option("max_ttl", duration(100ms, 24h), &Resolver::max_ttl, "A longer one is taken for this.");
  return t.done();
}

Table make_admin() {
  TableOf<Admin> t{"admin", ""};
  t.option("address", listen_address(), &Admin::address,
           "Keep it on loopback, or give it a `token`: who reaches it can drain backends.");
  t.option("token", optional(secret("a token", token_problem)), &Admin::token,
           "Requests must have `Authorization: Bearer TOKEN`, but for `/healthz` and `/readyz`.")
      .otherwise("none: everybody who reaches the address may");
  t.option("timeout", duration(10ms, 1h), &Admin::timeout,
           "For a request to come whole, and for its response to be taken.");
  t.option("idle_timeout", duration(10ms, 1h), &Admin::idle_timeout, "Of a connection between two requests.");
  t.option("connections", integer(1, 10'000), &Admin::connections, "Open at once; further ones are closed.");
  return t.done();
}

Table make_state() {
  TableOf<State> t{"state", ""};
  t.option(
      "store",
      choice<StateStore>({{"memory", StateStore::memory}, {"file", StateStore::file}, {"redis", StateStore::redis}}),
      &State::store, "`memory` is forgotten at a restart, `file` is not, `redis` is shared by instances.");
  t.option("path", text("a path", directory_problem), &State::path, "Of the `file` store.");
  t.option("redis", optional(object<Redis>(redis_table())), &State::redis, "Of the `redis` store.");
  return t.done();
}

Table make_redis() {
  TableOf<Redis> t{"redis",
                   "Requests never wait for Redis. While it is away, each instance goes on with what it knows."};
  t.option("url", redis_url(), &Redis::url,
           "`redis://[user]:password@host:port/database` or `unix:///path?database=N`.");
  t.option("prefix", text("a string", any_text), &Redis::prefix, "What all keys begin with.");
  t.option("timeout", duration(10ms, 1h), &Redis::timeout, "Of a connection attempt, and of a reply.");
  t.option("ttl", duration(1s, 8760h), &Redis::ttl, "After which an entry that nobody renews expires.");
  return t.done();
}

}  // namespace

const Table& error_page_table() {
  static const Table table = make_error_page();
  return table;
}
const Table& resolver_table() {
  static const Table table = make_resolver();
  return table;
}
const Table& admin_table() {
  static const Table table = make_admin();
  return table;
}
const Table& state_table() {
  static const Table table = make_state();
  return table;
}
const Table& redis_table() {
  static const Table table = make_redis();
  return table;
}

}  // namespace headgate::config
