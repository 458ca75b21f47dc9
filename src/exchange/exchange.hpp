// One request, from its head to the last byte of its response.
//
//   admit -> route -> pick an endpoint -> send (head, body) -> read the head -> relay the body
//                        ^------------- retry -----------------+---> or a tunnel
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.hpp"
#include "exchange/downstream.hpp"
#include "exchange/exchange_log.hpp"
#include "exchange/replay_buffer.hpp"
#include "exchange/retry_budget.hpp"
#include "exchange/retry_rules.hpp"
#include "exchange/snapshot.hpp"
#include "exchange/workspace.hpp"
#include "http/grpc_refusal.hpp"
#include "net/pause.hpp"
#include "upstream/attempt_report.hpp"
#include "upstream/cluster.hpp"

namespace headgate::exchange {

class Tunnel;

class Exchange {
 public:
  /// All outlive the exchange; the downstream's request head is complete.
  Exchange(Environment& environment, const Snapshot& snapshot, Downstream& client, Workspace& workspace);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange();

  base::Task<void> run();

 private:
  void choose_request_id();
  [[nodiscard]] BodyLimits body_limits() const;
  base::Task<void> answer_here();
  base::Task<void> refuse_unrouted(const route::Lookup& found);
  base::Task<void> redirect_to_https();
  base::Task<void> answer_simply(http::SimpleResponse answer);
  base::Task<void> redirect(const route::Route& route, std::string_view path);
  base::Task<void> respond(const route::Route& route);
  base::Task<void> refuse(Error error, std::string_view extra_fields = {});

  // forward.cpp
  base::Task<void> forward();
  class SlotWait;
  enum class Line : bool { at_its_end, in_turn };
  Error take_slot(upstream::Slot& slot, Line line);
  base::Task<Error> wait_for_slot();
  base::Task<Error> attempt(bool reconnect);
  std::string_view preface();
  /// A request that becomes a tunnel needs a connection of its own.
  [[nodiscard]] upstream::Purpose purpose() const;
  base::Task<Error> lease(bool reconnect);
  base::Task<Error> connect();
  base::Task<Error> send_request();
  void answered();
  base::Task<Error> pass_interim();
  base::Task<void> leave();

  // open_tunnel.cpp
  std::optional<Error> admit_tunnel();
  std::optional<Error> refuse_tunnel();
  base::Task<Error> reach();
  /// Of RFC 8441, which stands here as the upgrade that it is in HTTP/1.1.
  [[nodiscard]] bool is_extended_connect() const { return request_.major_version == 2 && request_.wants_upgrade; }
  [[nodiscard]] Error check_switch() const;
  /// Of a response that has come.
  [[nodiscard]] bool opens_tunnel() const {
    return workspace_.response.status == 101 || request_.method == Method::connect;
  }
  base::Task<void> tunnel();
  base::Task<void> run_tunnel(net::TunnelEnd client);
  void keep_names();

  // retry.cpp
  void report(const Error& error);
  void count_attempt(const Error& error);
  [[nodiscard]] bool wants_retry() const;
  [[nodiscard]] std::uint16_t status_for_rules() const;
  [[nodiscard]] Error flaw() const;
  base::Task<std::optional<Error>> prepare_retry(Error error, http::BodyPiece first, RetryBudget::Request& counted);
  base::Task<Error> move_on(Error error, RetryBudget::Request& counted);
  [[nodiscard]] NextStep next_step(Error& error, RetryBudget::Request& counted) const;
  Error find_following_slot();
  base::Task<void> end_attempt(Error error);
  base::Task<void> give_up(Error error, http::BodyPiece first);
  std::int64_t pause_ticks();
  base::Task<void> back_off(std::int64_t ticks);
  void limit_try();
  void try_expired();

  // upload.cpp
  void keep_body_for_retries();
  http::BodyPiece without_reserved_trailers(http::BodyPiece piece);
  http::BodyPiece first_piece();
  base::Task<Error> send_rest(base::Task<Error> head, http::BodyPiece first);
  base::Task<void> upload();
  void limit_trial();
  base::Task<void> end_upload();
  base::Task<void> cut_upload();

  // relay.cpp
  base::Task<void> relay(http::BodyPiece first);
  [[nodiscard]] ResponseExtras response_extras() const;
  void report_status();
  base::Task<void> relay_rest(base::Task<Error> sent, bool last, bool ends_with_status);
  Error note_end(Error error);
  [[nodiscard]] bool may_end_with_status() const;
  void end_of_response(const Error& error);
  base::Task<void> break_off(Error error, bool ends_with_status);
  void note_reset();
  /// What a call is told that fails so.
  [[nodiscard]] base::GrpcStatus grpc_status(const Error& error) const;

  [[nodiscard]] std::string_view host_to_send() const;
  void client_gone(const Error& error);

  Environment& environment_;
  const Snapshot& snapshot_;
  Downstream& client_;
  Workspace& workspace_;
  RequestHead& request_;
  const route::Route* route_ = nullptr;
  const config::Retry* retry_ = nullptr;
  RetryBudget* budget_ = nullptr;
  upstream::Cluster* cluster_ = nullptr;
  upstream::Pool* pool_ = nullptr;
  upstream::Tried tried_;
  upstream::AttemptReport report_;
  upstream::Slot slot_;  ///< before the call: who waits for it may use the call's connection
  upstream::CallPtr call_;
  net::ConnectCanceller connecting_;  ///< also while it waits for a slot
  std::optional<net::Deadline> try_timeout_;
  std::optional<net::Deadline> trial_patience_;
  std::optional<net::Pause> pause_;
  base::Task<void> upload_;
  ReplayBuffer replay_;
  std::optional<http::GrpcRefusal> refusal_;  ///< what the response is, if it is one
  Error upload_error_ = Error::none();        ///< the upload failed, and the attempt with it
  std::uint32_t retries_ = 0;
  bool reconnected_ = false;  ///< this attempt is the free retry with its endpoint
  bool try_expired_ = false;
  bool client_gone_ = false;
  Error gone_for_{Cause::client_closed};
  std::optional<std::uint32_t> reset_code_;  ///< with which the backend has ended the last attempt
  http::RequestIdSource::Id made_id_;
  std::string_view request_id_;
  std::string_view upgrade_;  ///< protocols that are offered to the upstream
  Tunnel* tunnel_ = nullptr;  ///< while it runs
  ExchangeLog log_;
};

}  // namespace headgate::exchange
