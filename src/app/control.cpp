#include "app/control.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "admin/server.hpp"
#include "app/proxy_view.hpp"
#include "app/reload.hpp"

namespace headgate::app {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

/// An empty file is one that a busy machine has truncated and not written yet, more often than not.
constexpr milliseconds empty_time{1'000};
/// A file that is written without end is read all the same, after this long.
constexpr milliseconds longest_settle{2'000};
/// After the drain's end, for the cut connections to end in good order.
constexpr milliseconds cut_time{5'000};

}  // namespace

class Control::Loop {
 public:
  Loop(const ServeOptions& options, Runtime& runtime, observe::Log& log, std::string hash)
      : context_{runtime.control()},
        runtime_{runtime},
        log_{log},
        reloader_{options.config_path, runtime, log, std::move(hash)},
        view_{runtime, reloader_, log, [this] { return reload_for_admin(); }},
        admin_{context_, view_} {
    runtime.use(admin_);
    for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1}) signals_.add(signal);
  }
  ~Loop() {
    if (watch_descriptor_) watch_descriptor_->release();  // FileWatch closes it
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void run(std::unique_ptr<config::FileWatch> watch) {
    watch_ = std::move(watch);
    if (watch_) {
      watch_descriptor_.emplace(context_, watch_->fd());
      wait_for_change();
    }
    wait_for_signal();
    context_.run();
  }

 private:
  void wait_for_change() {
    watch_descriptor_->async_wait(asio::posix::descriptor_base::wait_read, [this](boost::system::error_code error) {
      if (error) return;
      if (watch_->take_changes()) settle();
      wait_for_change();
    });
  }

  void settle(milliseconds quiet = settle_time) {
    if (draining_) return;
    const auto now = asio::steady_timer::clock_type::now();
    if (!changed_since_) changed_since_ = now;
    settling_.expires_at(std::min(now + quiet, std::max(now, *changed_since_ + longest_settle)));
    settling_.async_wait([this, quiet](boost::system::error_code error) {
      if (error) return;
      changed_since_.reset();
      if (quiet == settle_time && reloader_.file_is_empty()) return settle(empty_time);
      reload(ReloadTrigger::file);
    });
  }

  /// Without the notice that a watched file gives, a signal in the middle of a write would have the half refused. Looks
  /// again once; signals that come meanwhile are answered by that.
  void hang_up() {
    if (looking_again_) return;
    if (draining_ || !reloader_.looks_half_written()) return reload(ReloadTrigger::signal);
    log_.event(observe::Level::info, Cause::none, "the configuration looks half written; it is read again in a moment",
               {{"file", reloader_.path()}});
    looking_again_ = true;
    again_.expires_after(reloader_.file_is_empty() ? empty_time : settle_time);
    again_.async_wait([this](boost::system::error_code error) {
      looking_again_ = false;
      if (!error) reload(ReloadTrigger::signal);
    });
  }

  void reload(ReloadTrigger trigger) {
    if (draining_) return;
    const auto files = reloader_.reload(trigger);
    if (watch_ && files) watch_->watch_others(*files);
    if (watch_ && reloader_.unreadable_for_now()) settle(empty_time);
  }

  admin::ReloadView reload_for_admin() {
    if (draining_) return {"refused", {}, observe::wall_clock_now(), {"draining"}};
    reload(ReloadTrigger::admin);
    return *reloader_.last();
  }

  void wait_for_signal() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (error) return;
      if (signal == SIGHUP)
        hang_up();
      else if (signal == SIGUSR1)
        log_.reopen();
      else
        stop(signal);
      wait_for_signal();
    });
  }

  void stop(int signal) {
    if (draining_) return cut();  // asked twice: do not wait any longer
    draining_ = true;
    settling_.cancel();
    again_.cancel();
    const milliseconds limit = runtime_.settings()->timeouts.drain;
    log_.event(observe::Level::info, Cause::proxy_draining, "draining",
               {{"signal", strsignal(signal)}, {"limit_ms", limit.count()}});
    runtime_.drain([this] { asio::post(context_, [this] { context_.stop(); }); });
    end_.expires_after(limit);
    end_.async_wait([this](boost::system::error_code error) {
      if (!error) cut();
    });
  }

  void cut() {
    runtime_.cut();
    end_.expires_after(cut_time);
    end_.async_wait([this](boost::system::error_code error) {
      if (!error) context_.stop();
    });
  }

  asio::io_context& context_;
  asio::signal_set signals_{context_};
  asio::steady_timer settling_{context_};  ///< of a changed file
  asio::steady_timer again_{context_};
  asio::steady_timer end_{context_};  ///< of the drain, then of what is left after the cut; nothing else may move it
  Runtime& runtime_;
  observe::Log& log_;
  Reloader reloader_;
  ProxyView view_;
  admin::Server admin_;
  std::unique_ptr<config::FileWatch> watch_;
  std::optional<asio::posix::stream_descriptor> watch_descriptor_;
  std::optional<asio::steady_timer::time_point> changed_since_;  ///< the first change that is not taken over yet
  bool looking_again_ = false;
  bool draining_ = false;
};

Control::Control(const ServeOptions& options, Runtime& runtime, observe::Log& log, std::string hash)
    : loop_{std::make_unique<Loop>(options, runtime, log, std::move(hash))} {}

Control::~Control() = default;

void Control::run(std::unique_ptr<config::FileWatch> watch) { loop_->run(std::move(watch)); }

}  // namespace headgate::app
