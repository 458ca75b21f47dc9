// Exchange: what comes after an attempt that failed.
#include <string>
#include <utility>

#include "exchange/exchange.hpp"
#include "exchange/retry_backoff.hpp"
#include "http/grpc.hpp"

namespace headgate::exchange {

/// Tells the endpoint's health. The success of an attempt that is no trial is told at the end of its response.
void Exchange::report(const Error& error) {
  count_attempt(error);
  if (error.failed()) {
    note_reset();
    refusal_.reset();  // of a response that is none
    if (upstream::is_endpoint_failure(error.cause)) report_.failed({error, 0});
  } else if (const std::uint16_t status = status_for_rules(); pool_->traffic().is_failure(status)) {
    report_.failed({flaw(), status});
  } else if (report_.is_trial()) {
    report_.succeeded();  // now: an endless response must not keep the breaker half-open
  }
}

void Exchange::count_attempt(const Error& error) {
  observe::BackendCounters& counters = pool_->counters();
  counters.responses[error.failed() ? 0 : observe::status_class(workspace_.response.status)].add();
  if (retries_ != 0) counters.retries.add();
}

/// Of a response that has come.
bool Exchange::wants_retry() const {
  if (refusal_) return retry_->on.grpc.has(refusal_->status);
  const std::uint16_t status = workspace_.response.status;
  return status >= 400 && config::contains(retry_->on.status, status);
}

/// The response's, or the one that the status of a refused gRPC call stands for.
std::uint16_t Exchange::status_for_rules() const {
  return refusal_ ? http::http_status_of(refusal_->status) : workspace_.response.status;
}

/// What is wrong with a response that counts as a failure.
Error Exchange::flaw() const {
  if (refusal_) return {Cause::upstream_grpc_status, base::name_of(refusal_->status)};
  return Cause::upstream_status;
}

/// After an attempt that failed, or whose response is worth another one: what the next attempt begins with, or nullopt
/// when the request is over.
base::Task<std::optional<Error>> Exchange::prepare_retry(Error error, http::BodyPiece first,
                                                         RetryBudget::Request& counted) {
  const NextStep next = next_step(error, counted);
  const Error unplaced = next == NextStep::another_endpoint ? find_following_slot() : Error::none();
  // A response that is there, though a bad one, is better than a wait for the chance of another one.
  const bool may_wait = unplaced.cause == Cause::queue_full && error.failed();
  if (next == NextStep::give_up || (unplaced.failed() && !may_wait)) {
    co_await give_up(error, first);
    co_return std::nullopt;
  }
  co_await end_attempt(error);
  reconnected_ = next == NextStep::reconnect;
  if (reconnected_) co_return Error::none();
  co_return co_await move_on(error, counted);
}

/// To another endpoint. Nobody holds a place on it, or a trial, through the pause: it may be somebody else's turn
/// meanwhile, or the endpoint may go out.
base::Task<Error> Exchange::move_on(Error error, RetryBudget::Request& counted) {
  counted.retry();
  cluster_->counters().retries.add();
  slot_.release();
  co_await back_off(pause_ticks());
  if (client_gone_) co_return Error{Cause::client_closed};
  const Error placed = take_slot(slot_, Line::at_its_end);
  const bool nobody_left = placed.cause == Cause::no_healthy_backend;
  co_return (nobody_left && error.failed()) ? error : placed;
}

/// Whether there is one; it is not kept.
Error Exchange::find_following_slot() {
  tried_.add(slot_.index());
  upstream::Slot following;
  const Error error = take_slot(following, Line::at_its_end);
  report_.withdraw();
  return error;
}

NextStep Exchange::next_step(Error& error, RetryBudget::Request& counted) const {
  FailedAttempt failed;
  failed.error = error.failed() ? error : flaw();
  failed.status = error.failed() ? std::uint16_t{0} : workspace_.response.status;
  failed.refusal = refusal_;
  failed.method = request_.method;
  failed.nothing_sent = !call_ || call_->nothing_sent();
  failed.body_lost = replay_.lost();
  failed.reconnected = reconnected_;
  failed.retries = retries_;
  const NextStep next = after(failed, *retry_);
  const bool affordable = next != NextStep::another_endpoint || counted.may_retry(retry_->budget_percent);
  if (!affordable) {
    cluster_->counters().retries_refused.add();
    error.detail = "retry.budget_percent permits no further attempt now";
  }
  return affordable ? next : NextStep::give_up;
}

/// Before another one.
base::Task<void> Exchange::end_attempt(Error error) {
  const bool by_status = !error.failed() && !refusal_;
  log_.retried(error.failed() ? error : flaw(), by_status ? workspace_.response.status : std::uint16_t{0});
  co_await end_upload();
  upload_error_ = Error::none();  // that attempt's
  call_.reset();
  try_expired_ = false;
}

/// No further attempt: a response that was worth one goes out as it came.
base::Task<void> Exchange::give_up(Error error, http::BodyPiece first) {
  if (!error.failed()) co_return co_await relay(first);
  co_await end_upload();
  call_.reset();
  slot_.release();
  co_await refuse(error);
}

std::int64_t Exchange::pause_ticks() {
  if (refusal_ && refusal_->pushback) {
    ++retries_;
    return in_ticks(*refusal_->pushback, net::DeadlineWheel::tick, environment_.random());
  }
  const auto time = backoff(retry_->backoff, retries_++, environment_.random());
  return in_ticks(time, net::DeadlineWheel::tick, environment_.random());
}

base::Task<void> Exchange::back_off(std::int64_t ticks) {
  if (ticks == 0 || client_gone_) co_return;
  pause_.emplace(pool_->wheel());
  co_await pause_->wait((ticks - 1) * net::DeadlineWheel::tick);  // the wheel adds the tick that has begun
  pause_.reset();
}

void Exchange::limit_try() {
  try_timeout_.emplace(
      pool_->wheel(), [](void* self) { static_cast<Exchange*>(self)->try_expired(); }, this);
  try_timeout_->arm(retry_->per_try_timeout);
}

void Exchange::try_expired() {
  // The client takes this time, not the endpoint; it begins anew at the end of the upload.
  if (upload_.started() && !upload_.done()) return try_timeout_->arm(retry_->per_try_timeout);
  try_expired_ = true;
  if (call_)
    call_->cancel();
  else
    connecting_.cancel();
}

}  // namespace headgate::exchange
