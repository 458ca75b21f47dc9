// The proxy as the admin listener sees it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/proxy.hpp"
#include "app/reload.hpp"
#include "app/runtime.hpp"
#include "observe/log.hpp"

namespace headgate::app {

/// On the control thread.
class ProxyView final : public admin::Proxy {
 public:
  using Reload = std::function<admin::ReloadView()>;

  /// All references outlive it. `reload`: reads the configuration file, now.
  ProxyView(Runtime& runtime, const Reloader& reloader, const observe::Log& log, Reload reload);

  [[nodiscard]] admin::Readiness readiness() const override;
  [[nodiscard]] admin::StatusView status() const override;
  [[nodiscard]] std::vector<admin::RouteView> routes() const override;
  [[nodiscard]] observe::FailureTotals failures() const override { return log_.failures(); }
  [[nodiscard]] std::vector<admin::UpstreamView> upstreams() const override;
  [[nodiscard]] std::optional<admin::UpstreamView> upstream(std::string_view name) const override;
  [[nodiscard]] std::string configuration() const override;
  [[nodiscard]] std::chrono::milliseconds eject_for(std::string_view upstream) const override;

  bool drain(const admin::BackendName& backend, const std::string& who) override;
  bool enable(const admin::BackendName& backend, const std::string& who) override;
  void eject(const admin::BackendName& backend, std::chrono::milliseconds time, const std::string& who) override;
  admin::ReloadView reload() override { return reload_(); }

 private:
  [[nodiscard]] admin::ConfigurationView configuration_view() const;
  [[nodiscard]] admin::UpstreamView view_of(const config::Upstream& upstream, std::size_t index) const;
  [[nodiscard]] admin::BackendView view_of(const std::string& of, const config::Backend& backend) const;
  [[nodiscard]] upstream::EndpointHealth& health_of(const admin::BackendName& backend) const;

  Runtime& runtime_;
  const Reloader& reloader_;
  const observe::Log& log_;
  Reload reload_;
};

}  // namespace headgate::app
