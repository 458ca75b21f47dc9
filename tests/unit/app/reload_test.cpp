#include "app/reload.hpp"

#include <gtest/gtest.h>

#include "runtime_fixture.hpp"

namespace headgate::app {
namespace {

using observe::json;

class ReloadTest : public WithLog {
 protected:
  ReloadTest() {
    write("old");
    config::Loaded loaded = load(testing::read_file(path_));
    hash_ = loaded.hash;
    EXPECT_TRUE(runtime_.apply(std::move(*loaded.settings), loaded.hash).empty());
    reloader_.emplace(path_, runtime_, log_, loaded.hash);
  }
  void write(std::string_view body, std::string_view more = "") {
    testing::write_file(path_, config_text(folder_ / "logs", body, more));
  }
  /// Whether it was applied; the output goes to `out_` and `err_`.
  bool reload(ReloadTrigger trigger = ReloadTrigger::file) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const auto files = reloader_->reload(trigger);
    out_ = ::testing::internal::GetCapturedStdout();
    err_ = ::testing::internal::GetCapturedStderr();
    return files.has_value();
  }
  json receipt() { return log_lines().back(); }
  std::string served() { return Client{runtime_.listeners().at(0).second}.get(); }

  std::string path_ = folder_ / "config.json";
  std::string hash_;
  Runtime runtime_{log_, 1};
  std::optional<Reloader> reloader_;
  std::string out_;
  std::string err_;
};

TEST_F(ReloadTest, AppliesAChangedFileAndLeavesAReceipt) {
  write("new");

  EXPECT_TRUE(reload());

  EXPECT_EQ(served(), "new");
  const json line = receipt();
  EXPECT_EQ(line["cause"], "RELOAD_APPLIED");
  EXPECT_EQ(line["outcome"], "applied");
  EXPECT_EQ(line["trigger"], "file");
  EXPECT_EQ(line["reload_id"], 1);
  EXPECT_EQ(line["file"], path_);
  EXPECT_EQ(line["hash"], load(testing::read_file(path_)).hash);
  EXPECT_GE(line["duration_ms"].get<double>(), 0.0);
  EXPECT_EQ(out_, "reload 1: applied " + line["hash"].get<std::string>() + "\n");
  EXPECT_EQ(err_, "");
}

TEST_F(ReloadTest, SaysWhenNothingHasChanged) {
  EXPECT_FALSE(reload(ReloadTrigger::signal));

  EXPECT_EQ(served(), "old");
  EXPECT_EQ(receipt()["outcome"], "unchanged");
  EXPECT_EQ(receipt()["trigger"], "signal");
  EXPECT_EQ(out_, "reload 1: unchanged " + hash_ + "\n");
}

TEST_F(ReloadTest, RefusesAFileWithMistakesAndNamesThemAll) {
  write("new", R"(, "wrokers": 1, "watch": "maybe")");

  EXPECT_FALSE(reload());

  EXPECT_EQ(served(), "old");
  const json line = receipt();
  EXPECT_EQ(line["cause"], "RELOAD_FAILED");
  EXPECT_EQ(line["level"], "error");
  EXPECT_EQ(line["outcome"], "refused");
  const std::string detail = line["detail"];
  EXPECT_NE(detail.find("/wrokers"), std::string::npos) << detail;
  EXPECT_NE(detail.find("/watch"), std::string::npos) << detail;
  EXPECT_EQ(err_, detail + "\n");
  EXPECT_TRUE(out_.starts_with("reload 1: refused ")) << out_;
}

TEST_F(ReloadTest, RefusesAFileThatIsGone) {
  std::filesystem::remove(path_);

  EXPECT_FALSE(reload());

  EXPECT_EQ(served(), "old");
  EXPECT_EQ(receipt()["outcome"], "refused");
}

TEST_F(ReloadTest, RefusesWhatCannotBeTakenIntoService) {
  const testing::Socket stranger = testing::listen_on("127.0.0.1:0");
  testing::write_file(path_, config_text(folder_ / "logs", "new", "", testing::local_address(stranger)));

  EXPECT_FALSE(reload());

  EXPECT_EQ(served(), "old");
  EXPECT_EQ(receipt()["outcome"], "refused");
  EXPECT_NE(err_.find("Address already in use"), std::string::npos) << err_;
}

TEST_F(ReloadTest, TriesARefusedFileAgain) {
  write("new", R"(, "wrokers": 1)");
  EXPECT_FALSE(reload());
  EXPECT_FALSE(reload());

  write("new");
  EXPECT_TRUE(reload());

  EXPECT_EQ(receipt()["reload_id"], 3);
  EXPECT_EQ(served(), "new");
}

TEST_F(ReloadTest, GoesBackToTheOldFile) {
  write("new");
  EXPECT_TRUE(reload());
  write("old");

  EXPECT_TRUE(reload());

  EXPECT_EQ(served(), "old");
}

TEST_F(ReloadTest, NamesWhatNeedsARestart) {
  write("new", R"(, "workers": 64, "watch": false)");

  EXPECT_TRUE(reload());

  const std::string detail = receipt()["detail"];
  EXPECT_NE(detail.find("workers: takes effect at the next start"), std::string::npos) << detail;
  EXPECT_NE(detail.find("watch: takes effect at the next start"), std::string::npos) << detail;
}

TEST_F(ReloadTest, SaysThatAKeptListenerKeepsItsSocketOptions) {
  std::string text = config_text(folder_ / "logs", "new");
  text.insert(text.find("}]"), R"(, "backlog": 7, "defer_accept": false)");
  testing::write_file(path_, text);

  EXPECT_TRUE(reload());

  const std::string detail = receipt()["detail"];
  EXPECT_NE(detail.find("listener \"web\": backlog takes effect at the next start"), std::string::npos) << detail;
  EXPECT_NE(detail.find("listener \"web\": defer_accept takes effect at the next start"), std::string::npos) << detail;
}

TEST_F(ReloadTest, NamesAnAddedListenerBeforeTheReceipt) {
  const std::string added = "unix:" + folder_ / "more.sock";
  std::string text = config_text(folder_ / "logs", "new");
  text.insert(text.find("}]") + 1, R"(, {"name": "more", "address": ")" + added + R"("})");
  testing::write_file(path_, text);

  EXPECT_TRUE(reload());

  EXPECT_TRUE(out_.starts_with("listening on " + added + " (more)\nreload 1: applied ")) << out_;
}

TEST_F(ReloadTest, NamesThePortThatTheKernelChoseForAnAddedListener) {
  testing::write_file(path_, config_text(folder_ / "logs", "new", "", "127.0.0.2:0"));

  EXPECT_TRUE(reload());

  EXPECT_TRUE(out_.starts_with("listening on " + runtime_.listeners().at(0).second + " (web)\n")) << out_;
}

TEST_F(ReloadTest, TakesAnEmptyFileForOneThatIsBeingWritten) {
  testing::write_file(path_, "");
  std::filesystem::last_write_time(path_, std::filesystem::file_time_type::clock::now() - 1h);

  EXPECT_TRUE(reloader_->looks_half_written());
}

TEST_F(ReloadTest, TakesABrokenFileForOneThatIsBeingWrittenWhileItIsNew) {
  const std::string whole = testing::read_file(path_);
  testing::write_file(path_, whole.substr(0, whole.size() / 2));

  std::filesystem::last_write_time(path_, std::filesystem::file_time_type::clock::now() + 1h);
  EXPECT_TRUE(reloader_->looks_half_written());

  std::filesystem::last_write_time(path_, std::filesystem::file_time_type::clock::now() - 1h);
  EXPECT_FALSE(reloader_->looks_half_written());
}

TEST_F(ReloadTest, DoesNotWaitForAWholeFileNorForOneThatIsGone) {
  write("new");
  EXPECT_FALSE(reloader_->looks_half_written());

  std::filesystem::remove(path_);
  EXPECT_FALSE(reloader_->looks_half_written());
}

TEST_F(ReloadTest, TakesNewLogSettings) {
  testing::write_file(path_, config_text(folder_ / "elsewhere", "new"));

  EXPECT_TRUE(reload());
  log_.cycle();

  EXPECT_FALSE(observe::lines_of(folder_ / "elsewhere/log_2026_11_24_07.log").empty());
}

TEST_F(ReloadTest, ReturnsTheFilesThatTheConfigurationRefersTo) {
  testing::write_file(folder_ / "body.txt", "from a file");
  write("${file:" + folder_ / "body.txt}");

  const auto files = [&] {
    ::testing::internal::CaptureStdout();
    auto result = reloader_->reload(ReloadTrigger::file);
    (void)::testing::internal::GetCapturedStdout();
    return result;
  }();

  EXPECT_EQ(files, (std::vector<std::string>{folder_ / "body.txt"}));
  EXPECT_EQ(served(), "from a file");
}

TEST_F(ReloadTest, RefusesWithoutAFile) {
  reloader_.emplace("", runtime_, log_, hash_);

  EXPECT_FALSE(reload(ReloadTrigger::signal));

  EXPECT_EQ(receipt()["outcome"], "refused");
}

}  // namespace
}  // namespace headgate::app
