#include "support/npm_packages.hpp"

#include <filesystem>

#include "support/prerequisites.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::testing {
namespace {

NpmPackages install() {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path{HEADGATE_BINARY}.parent_path() / "npm";
  NpmPackages packages{folder, missing_programs({"node", "npm"})};
  if (!packages.missing.empty()) return packages;
  fs::create_directories(folder);
  // One process at a time, as ctest runs several. The copy is made last: it stands for all that it names.
  const std::string script =
      "cmp -s \"$1\" done.json || { cp \"$1\" package.json && npm install --no-audit --no-fund --no-package-lock "
      "--ignore-scripts && cp \"$1\" done.json; }";
  const Finished finished = run({"flock", folder / "lock", "sh", "-c", script, "sh",
                                 std::string(HEADGATE_SOURCE_DIR) + "/tests/system/peers/package.json"},
                                {folder}, 90s);
  if (finished.exit_code != 0) packages.missing = "npm cannot install its packages: " + finished.err;
  return packages;
}

}  // namespace

const NpmPackages& npm_packages() {
  static const NpmPackages packages = install();
  return packages;
}

}  // namespace headgate::testing
