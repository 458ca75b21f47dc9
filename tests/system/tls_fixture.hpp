#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/prerequisites.hpp"
#include "support/proxy_under_test.hpp"
#include "support/test_certificate.hpp"

namespace headgate::testing {

/// Files of a certificate and a proxy that uses them.
class Tls : public ::testing::Test {
 protected:
  void SetUp() override {
    HEADGATE_NEEDS("curl", "openssl");
    install(make_certificate({"a.test"}));
  }
  void install(const base::PemPair& pem, const std::string& name = "site") const {
    replace_file(folder_ / (name + ".pem"), pem.certificates);
    replace_file(folder_ / (name + ".key"), pem.key);
  }
  [[nodiscard]] Config secured(const Config& config) const {
    return config.with("/listeners/0/tls/certificates/0/certificate", folder_ / "site.pem")
        .with("/listeners/0/tls/certificates/0/key", folder_ / "site.key");
  }
  /// curl's output for that path of a.test; `more`: options.
  [[nodiscard]] Finished curl(const ProxyUnderTest& proxy, const std::string& path,
                              const std::vector<std::string>& more = {}) const {
    const std::string port = proxy.address().substr(proxy.address().rfind(':') + 1);
    std::vector<std::string> command{"curl",       "-sS",
                                     "--max-time", "20",
                                     "--cacert",   folder_ / "site.pem",
                                     "--resolve",  "a.test:" + port + ":127.0.0.1"};
    command.insert(command.end(), more.begin(), more.end());
    command.push_back("https://a.test:" + port + path);
    return run(command);
  }
  [[nodiscard]] static Finished s_client(const ProxyUnderTest& proxy, const std::string& options) {
    return run({"sh", "-c", "echo | openssl s_client -connect " + proxy.address() + " -servername a.test " + options});
  }

  TemporaryFolder folder_;
};

}  // namespace headgate::testing
