// One request, from its head to the last byte of its response.
//
//   admit -> route -> pick an endpoint -> send (head, body) -> read the head -> relay the body
//                        ^------------- retry -----------------'
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.hpp"
#include "exchange/downstream.hpp"
#include "exchange/exchange_log.hpp"
#include "exchange/snapshot.hpp"
#include "exchange/workspace.hpp"
#include "upstream/cluster.hpp"

namespace headgate::exchange {

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
  std::optional<Error> admit();
  base::Task<void> answer_here();
  base::Task<void> refuse_unrouted(const route::Lookup& found);
  base::Task<void> redirect(const route::Route& route, std::string_view path);
  base::Task<void> respond(const route::Route& route);
  base::Task<void> refuse(Error error, std::string_view extra_fields = {});

  base::Task<void> forward();
  base::Task<Error> attempt(std::size_t endpoint, bool reconnect);
  base::Task<Error> lease(bool reconnect);
  base::Task<Error> connect();
  base::Task<Error> send_request();
  http::BodyPiece first_piece();
  base::Task<Error> send_rest(base::Task<Error> head, http::BodyPiece first);
  base::Task<Error> pass_interim();
  base::Task<void> upload();
  base::Task<void> relay();
  base::Task<void> relay_rest(base::Task<Error> sent, bool last);
  void end_of_response(Error error);
  base::Task<void> refuse_answer(Error error);
  base::Task<void> end_upload();
  base::Task<void> cut_upload();

  [[nodiscard]] std::string_view host_to_send() const;
  void client_gone(Cause cause);

  Environment& environment_;
  const Snapshot& snapshot_;
  Downstream& client_;
  Workspace& workspace_;
  RequestHead& request_;
  const route::Route* route_ = nullptr;
  upstream::Cluster* cluster_ = nullptr;
  upstream::Pool* pool_ = nullptr;
  upstream::CallPtr call_;
  net::ConnectCanceller connecting_;
  base::Task<void> upload_;
  std::optional<http::BodyPiece> whole_body_;
  Error upload_error_ = Error::none();  ///< the upload failed, and the attempt with it
  bool body_consumed_ = false;
  bool client_gone_ = false;
  Cause gone_cause_ = Cause::client_closed;
  http::RequestIdSource::Id made_id_;
  std::string_view request_id_;
  ExchangeLog log_;
};

}  // namespace headgate::exchange
