// One call of grpc.health.v1.Health/Check on a connection of its own, without the connection: bytes go in and out.
//
//   GrpcCheck check{...};
//   for (;;) {
//     const std::string out = check.take_output();
//     if (check.done()) break;            // check.failure() says what is wrong
//     send out
//     check.receive(what came);           // or check.closed()
//   }
#pragma once

#include <nghttp2/nghttp2.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace headgate::upstream {

class GrpcCheck {
 public:
  struct Call {
    std::string authority;
    std::string_view scheme;  ///< "http", "https"
    std::string service;      ///< empty: the whole server
    std::chrono::milliseconds timeout;
  };

  explicit GrpcCheck(const Call& call);
  GrpcCheck(const GrpcCheck&) = delete;
  GrpcCheck& operator=(const GrpcCheck&) = delete;

  std::string take_output();
  void receive(std::string_view bytes);
  /// The peer sends nothing more.
  void closed();

  [[nodiscard]] bool done() const { return done_; }
  /// Once it is done; empty: the backend serves.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  /// Of HTTP; 0: none came.
  [[nodiscard]] std::uint16_t http_status() const { return http_status_; }

 private:
  struct Callbacks;
  struct Delete {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  };
  void submit(const Call& call);
  void broke_off();
  void finish(std::string failure);
  void note_field(std::string_view name, std::string_view value);
  void stream_ended(std::uint32_t code);
  [[nodiscard]] std::string judge() const;

  std::string request_;
  std::size_t sent_ = 0;  ///< of the request
  std::string body_;
  std::size_t read_ = 0;  ///< bytes, of all kinds
  std::uint16_t http_status_ = 0;
  int grpc_status_ = -1;  ///< -1: none came
  std::string grpc_message_;
  bool greeted_ = false;  ///< the peer's SETTINGS have come
  bool done_ = false;
  std::string failure_;
  std::unique_ptr<nghttp2_session, Delete> session_;
};

}  // namespace headgate::upstream
