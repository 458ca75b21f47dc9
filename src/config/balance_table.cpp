// How requests are spread over the backends of an upstream.
#include "config/container_types.hpp"
#include "config/option_table.hpp"
#include "config/settings.hpp"
#include "config/value_types.hpp"

namespace headgate::config {
namespace {

Table make_hash() {
  TableOf<Hash> t{
      "hash",
      "Both hashing strategies are consistent: a backend that goes or comes moves only its own share of the "
      "keys."};
  t.option(
      "key",
      choice<HashSource>({{"uri", HashSource::uri}, {"header", HashSource::header}, {"cookie", HashSource::cookie}}),
      &Hash::key,
      "What the key of `hash` is made of: path and query, a header field, or a cookie. A request without "
      "it is hashed by its client's address.");
  t.option("name", text("a name", hash_name_problem), &Hash::name, "Of the header field or cookie.");
  t.option("max_load_percent", integer(101, 1000, Zero::no_limit), &Hash::max_load_percent,
           "A backend with more than this share of the mean load passes its keys on to the next one: 125 is usual.");
  return t.done();
}

Table make_sticky() {
  TableOf<Sticky> t{
      "sticky",
      "The cookie is signed and names no address. It is set when a request comes without one that is valid "
      "and leads to a usable backend."};
  t.option("cookie", text("a cookie name", cookie_name_problem), &Sticky::cookie, "The cookie's name.");
  t.option("ttl", duration(1s, 8760h, Zero::off), &Sticky::ttl,
           "Its Max-Age, from the response that set it. 0: until the browser closes.");
  t.option("secret", optional(secret("a secret", secret_problem)), &Sticky::secret,
           "What it is signed with; the same on every instance, at least 16 bytes.")
      .otherwise("generated, and kept in the state store");
  t.option("same_site",
           choice<SameSite>({{"lax", SameSite::lax}, {"strict", SameSite::strict}, {"none", SameSite::none}}),
           &Sticky::same_site, "The SameSite attribute. `none` needs `secure`.");
  t.option("secure", boolean(), &Sticky::secure, "The Secure attribute: the browser sends it over https only.");
  t.option("http_only", boolean(), &Sticky::http_only, "The HttpOnly attribute: scripts do not see it.");
  t.option("path", text("a path such as \"/\"", cookie_path_problem), &Sticky::path, "The Path attribute.");
  return t.done();
}

Table make_queue() {
  TableOf<Queue> t{"queue", "Who does not get a place, or waits for too long, is answered with 503."};
  t.option("size", integer(1, 1'000'000, Zero::off), &Queue::size, "Requests that may wait, for each worker.");
  t.option("timeout", duration(1ms, 1h), &Queue::timeout, "How long one may wait.");
  return t.done();
}

}  // namespace

const Table& hash_table() {
  static const Table table = make_hash();
  return table;
}
const Table& sticky_table() {
  static const Table table = make_sticky();
  return table;
}
const Table& queue_table() {
  static const Table table = make_queue();
  return table;
}

}  // namespace headgate::config
