// One request on a connection of its own, without the connection: bytes go in and out. For probes.
//
//   SingleCall call{fields, body};
//   for (;;) {
//     const std::string out = call.take_output();
//     if (call.done()) break;             // call.failure() says what is wrong
//     send out
//     call.receive(what came);            // or call.closed()
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http2/library.hpp"

namespace headgate::http2 {

class SingleCall {
 public:
  using FieldList = std::vector<std::pair<std::string, std::string>>;

  /// `fields`: the pseudo fields first, all names in lower case.
  explicit SingleCall(const FieldList& fields, std::string body = {});
  SingleCall(const SingleCall&) = delete;
  SingleCall& operator=(const SingleCall&) = delete;

  std::string take_output();
  void receive(std::string_view bytes);
  /// The peer sends nothing more.
  void closed() { finish("it closed the connection before its answer"); }

  [[nodiscard]] bool done() const { return done_; }
  /// Once it is done; empty: the response is complete, or as much of it as is kept.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  /// Of the final response; 0: none came.
  [[nodiscard]] std::uint16_t status() const { return status_; }
  /// Head and trailers, without pseudo fields; at most 32 KiB of them.
  [[nodiscard]] const FieldList& fields() const { return fields_; }
  /// At most 64 KiB of it.
  [[nodiscard]] const std::string& body() const { return body_; }

 private:
  struct Callbacks;
  void broke_off();
  void finish(std::string failure);
  void note_field(std::string_view name, std::string_view value);

  std::string request_;
  std::size_t sent_ = 0;  ///< of the request's body
  std::size_t read_ = 0;  ///< bytes, of all kinds
  std::uint16_t status_ = 0;
  FieldList fields_;
  std::size_t fields_bytes_ = 0;
  std::string body_;
  bool greeted_ = false;  ///< the peer's SETTINGS have come
  bool done_ = false;
  std::string failure_;
  SessionPtr session_;
};

}  // namespace headgate::http2
