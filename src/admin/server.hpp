// The listener for operators. It follows the configuration: it starts, moves and stops with reloads.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>

#include "admin/proxy.hpp"
#include "config/settings.hpp"
#include "headgate/endpoint.hpp"

namespace headgate::admin {

/// Everything on the thread that runs the context.
class Server {
 public:
  /// Both outlive it. Nothing is opened yet.
  Server(boost::asio::io_context& context, Proxy& proxy);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Opens the address that `wanted` has and this has not; it takes no connections yet. Returns why it cannot, or
  /// nothing.
  std::string prepare(const std::optional<config::Admin>& wanted);
  /// What was prepared serves; a listener of before that is not wanted any more closes, its requests still answered.
  void commit();
  void roll_back();

  /// Where it listens; nullopt: nowhere.
  [[nodiscard]] std::optional<Endpoint> address() const;

 private:
  class Listener;
  boost::asio::io_context& context_;
  Proxy& proxy_;
  std::optional<config::Admin> wanted_;
  std::shared_ptr<Listener> prepared_;
  std::shared_ptr<Listener> listener_;
};

}  // namespace headgate::admin
