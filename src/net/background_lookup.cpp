#include "net/background_lookup.hpp"

#include <pthread.h>
#include <signal.h>

#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

namespace headgate::net {
namespace {

/// It ends sooner: with an answer, with a time limit of its own, or when it is woken.
constexpr std::chrono::milliseconds longest_wait{60'000};

}  // namespace

BackgroundLookup::BackgroundLookup(boost::asio::io_context& context, std::unique_ptr<NameLookup> lookup,
                                   const Endpoint& endpoint, NameLookup::Told told)
    : context_{context},
      told_{std::make_shared<NameLookup::Told>(std::move(told))},
      lookup_{std::move(lookup)},
      thread_{[this, endpoint] { run(endpoint); }} {}

BackgroundLookup::~BackgroundLookup() {
  stopping_ = true;
  lookup_->wake();
  thread_.join();
}

void BackgroundLookup::run(const Endpoint& endpoint) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals are the control thread's
  lookup_->begin(endpoint, [this](Result<FoundAddresses> found) { answer_ = std::move(found); });
  while (!answer_ && !stopping_) lookup_->wait(longest_wait);
  if (stopping_) return;
  boost::asio::post(context_, [told = std::weak_ptr{told_}, answer = *answer_] {
    if (const auto wanted = told.lock()) (*wanted)(answer);
  });
}

}  // namespace headgate::net
