#include "net/ticket_keys.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

namespace headgate::net {
namespace {

template <std::size_t N>
void take(std::array<unsigned char, N>& part, std::string_view& text) {
  std::copy_n(text.begin(), N, part.begin());
  text.remove_prefix(N);
}

}  // namespace

TicketKey TicketKey::from(std::string_view text) {
  TicketKey key{};
  take(key.name, text);
  take(key.mac, text);
  take(key.cipher, text);
  return key;
}

TicketKey TicketKey::random() {
  std::array<unsigned char, bytes> text;
  if (RAND_bytes(text.data(), bytes) != 1) throw std::runtime_error{"no random bytes for a session ticket's key"};
  const TicketKey key = from({reinterpret_cast<const char*>(text.data()), bytes});
  OPENSSL_cleanse(text.data(), bytes);
  return key;
}

TicketKeys::TicketKeys(std::vector<TicketKey> given) : given_{true} {
  for (const TicketKey& key : given) keys_.push_back({key, {}});
}

TicketKeys::~TicketKeys() {
  for (Aged& each : keys_) OPENSSL_cleanse(&each.key, sizeof each.key);
}

void TicketKeys::renew(Time now) {
  if (given_) return;
  while (!keys_.empty() && now - keys_.back().made > renewed_after + longest_session) {
    OPENSSL_cleanse(&keys_.back().key, sizeof(TicketKey));
    keys_.pop_back();
  }
  if (keys_.empty() || now - keys_.front().made >= renewed_after) keys_.push_front({TicketKey::random(), now});
}

TicketKey TicketKeys::to_seal(Time now) {
  const std::lock_guard lock{mutex_};
  renew(now);
  return keys_.front().key;
}

std::optional<TicketKeys::Opening> TicketKeys::to_open(std::span<const unsigned char> name, Time now) {
  const std::lock_guard lock{mutex_};
  renew(now);
  const auto found = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const Aged& each) { return std::ranges::equal(each.key.name, name); });
  if (found == keys_.end()) return std::nullopt;
  return Opening{found->key, found == keys_.begin()};
}

}  // namespace headgate::net
