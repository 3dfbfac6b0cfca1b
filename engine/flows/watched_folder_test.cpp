// Real files in a real folder, a real register behind it.
#include "flows/watched_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <mutex>

#include "flows/flows_test_support.hpp"
#include "flows/watched_move.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;
using std::chrono_literals::operator""ms;
using Kind = WatchEvent::Kind;

constexpr auto kPatience = 20'000ms;

class Watched : public ::testing::Test {
 protected:
  void TearDown() override { stop(); }

  [[nodiscard]] fs::path watch() const { return folder_.path() / "watch"; }
  [[nodiscard]] fs::path place(const std::string& name) const { return watch() / "scjg_reg" / name; }
  static std::string feed(int number) {
    return kRegisterHead + register_row(uscc_of(number), "深圳市第" + std::to_string(number) + "有限公司");
  }
  static std::string name(int year) { return "scjg_reg_20" + std::to_string(year) + "-01.csv"; }

  void open_register() {
    auto opened = RegisterService::start({folder_.path() / "home", "", catalog(), 2});
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    service_ = std::move(opened).value();
  }
  void start(std::chrono::milliseconds settle = 50ms) {
    if (!service_) open_register();
    WatchSpec spec;
    spec.folder = watch();
    spec.settle = settle;
    spec.scan = 200ms;
    spec.retry = 300ms;
    spec.on_event = [this](const WatchEvent& event) {
      const std::lock_guard guard(mutex_);
      events_.push_back(event);
    };
    auto started = WatchedFolder::start(*service_, std::move(spec));
    ASSERT_TRUE(started.ok()) << started.error().message;
    watched_ = std::move(started).value();
  }
  void stop() {
    if (watched_) watched_->stop();
    if (service_) service_->stop();
    watched_.reset();
    service_.reset();
  }
  void drain() { ASSERT_TRUE(watched_->drain(kPatience)); }
  /// As a careful sender does: written elsewhere, then renamed in.
  void deliver(const std::string& file_name, const std::string& bytes) const {
    const fs::path outside = folder_.write("outside/" + file_name, bytes);
    fs::rename(outside, place(file_name));
  }
  void write_in_place(const std::string& file_name, const std::string& bytes) const {
    std::ofstream(place(file_name), std::ios::binary | std::ios::app) << bytes;
  }
  std::vector<Kind> kinds() {
    const std::lock_guard guard(mutex_);
    std::vector<Kind> out;
    for (const WatchEvent& event : events_) out.push_back(event.kind);
    return out;
  }
  size_t batches() { return service_->home().ledger().batches()->size(); }

  TempFolder folder_;
  std::unique_ptr<RegisterService> service_;
  std::unique_ptr<WatchedFolder> watched_;
  std::mutex mutex_;
  std::vector<WatchEvent> events_;
};

TEST_F(Watched, ARenamedFileIsTakenVisibleAndMoved) {
  start(60'000ms);  // only the rename can make it complete
  deliver(name(10), feed(1));
  drain();
  EXPECT_FALSE(fs::exists(place(name(10))));
  EXPECT_EQ(read_all(place("taken/" + name(10))), feed(1));
  EXPECT_EQ(kinds(), std::vector<Kind>{Kind::kTaken});
  EXPECT_EQ(service_->snapshot()->state()->units().size(), 1U);
  const std::vector<JobInfo> jobs = service_->jobs();
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].kind, "import");
  EXPECT_EQ(jobs[0].source, "scjg_reg");
  EXPECT_EQ(jobs[0].results.at("rows"), 1);
  const auto commit = service_->home().ledger().find_commit(1);
  EXPECT_NE(commit->payload_json.find("\"origin\":\"watched_folder\""), std::string::npos) << commit->payload_json;
  EXPECT_NE(commit->payload_json.find("\"file_name\":\"" + name(10)), std::string::npos) << commit->payload_json;
}

TEST_F(Watched, AFileThatGrowsWaitsUntilItIsDone) {
  start(400ms);
  std::string whole;
  for (int i = 1; i <= 5; ++i) {
    const std::string piece = i == 1 ? feed(1) : register_row(uscc_of(i), "深圳市甲" + std::to_string(i) + "有限公司");
    write_in_place(name(10), piece);
    whole += piece;
    std::this_thread::sleep_for(150ms);
  }
  drain();
  EXPECT_EQ(kinds(), std::vector<Kind>{Kind::kTaken});
  EXPECT_EQ(read_all(place("taken/" + name(10))), whole);
  EXPECT_EQ(service_->home().ledger().batches()->front().rows_in, 5);
}

TEST_F(Watched, WhatStandsThereAtTheStartIsTakenInOrder) {
  open_register();
  fs::create_directories(watch() / "scjg_reg");
  for (const int year : {12, 10, 11}) write_in_place(name(year), feed(year));
  start();
  drain();
  const auto batches = service_->home().ledger().batches();
  ASSERT_EQ(batches->size(), 3U);
  EXPECT_EQ((*batches)[0].source_date, "2010-01-31");
  EXPECT_EQ((*batches)[2].source_date, "2012-01-31");
}

TEST_F(Watched, ARefusedFileIsKeptWithItsReasonInTwoLanguages) {
  start();
  deliver("no_date.csv", feed(1));
  deliver(name(10), "");
  drain();
  EXPECT_EQ(batches(), 0U);
  EXPECT_EQ(kinds(), (std::vector<Kind>{Kind::kRefused, Kind::kRefused}));
  EXPECT_EQ(read_all(place("refused/no_date.csv")), feed(1));
  const std::string reason = read_all(place("refused/no_date.csv.txt"));
  EXPECT_NE(reason.find("原因：file \"no_date.csv\""), std::string::npos) << reason;
  EXPECT_NE(reason.find("Reason: file \"no_date.csv\""), std::string::npos) << reason;
  EXPECT_TRUE(fs::exists(place("refused/" + name(10) + ".txt")));
  for (const JobInfo& job : service_->jobs()) EXPECT_EQ(job.state, JobState::kFailed);
  deliver(name(10), feed(1));  // mended
  drain();
  EXPECT_EQ(batches(), 1U);
  EXPECT_TRUE(fs::exists(place("taken/" + name(10))));
  deliver("no_date.csv", feed(2));
  drain();
  EXPECT_EQ(read_all(place("refused/no_date-2.csv")), feed(2));
}

// Killed after the commit and before the move: the file stands where it stood.
TEST_F(Watched, NothingIsTakenTwiceAfterACrash) {
  start();
  deliver(name(10), feed(1));
  drain();
  ASSERT_EQ(batches(), 1U);
  stop();
  fs::rename(place("taken/" + name(10)), place(name(10)));
  start();
  drain();
  EXPECT_EQ(batches(), 1U);
  EXPECT_EQ(kinds(), (std::vector<Kind>{Kind::kTaken, Kind::kKnown}));
  EXPECT_TRUE(fs::exists(place("taken/" + name(10))));
}

// Killed after the file was archived and before the commit.
TEST_F(Watched, AFileArchivedBeforeACrashIsTakenOnce) {
  open_register();
  fs::create_directories(watch() / "scjg_reg");
  write_in_place(name(10), feed(1));
  ASSERT_TRUE(service_->home().archive().put(place(name(10))).ok());
  start();
  drain();
  EXPECT_EQ(batches(), 1U);
  EXPECT_EQ(kinds(), std::vector<Kind>{Kind::kTaken});
}

TEST_F(Watched, TheSameNameAgainOverwritesNothing) {
  start();
  for (const int number : {1, 2, 3}) {
    deliver(name(10), feed(number));
    drain();
  }
  EXPECT_EQ(read_all(place("taken/" + name(10))), feed(1));
  EXPECT_EQ(read_all(place("taken/scjg_reg_2010-01-2.csv")), feed(2));
  EXPECT_EQ(read_all(place("taken/scjg_reg_2010-01-3.csv")), feed(3));
}

TEST_F(Watched, LinksFoldersUnfinishedAndForeignFilesAreLeftAlone) {
  start();
  const fs::path secret = folder_.write("secret.csv", feed(1));
  fs::create_symlink(secret, place(name(10)));
  write_in_place(name(11) + ".part", feed(2));
  write_in_place("." + name(12), feed(3));
  fs::create_directories(place("folder"));
  fs::create_directories(watch() / "no_source");
  std::ofstream(watch() / "no_source" / name(13)) << feed(4);
  std::ofstream(watch() / name(14)) << feed(5);
  drain();
  std::this_thread::sleep_for(300ms);
  drain();
  EXPECT_EQ(kinds(), std::vector<Kind>{});
  EXPECT_TRUE(fs::is_symlink(place(name(10))));
  EXPECT_TRUE(fs::exists(watch() / "no_source" / name(13)));
  EXPECT_TRUE(fs::exists(watch() / name(14)));
  fs::rename(place(name(11) + ".part"), place(name(11)));
  drain();
  EXPECT_EQ(kinds(), std::vector<Kind>{Kind::kTaken});
}

TEST_F(Watched, AFileThatCannotBeMovedIsTakenOnceAndTriedAgain) {
  start();
  fs::create_directory_symlink(folder_.path(), place("taken"));  // a sender's trick: it is not followed
  deliver(name(10), feed(1));
  drain();
  EXPECT_EQ(kinds(), std::vector<Kind>{Kind::kWaits});
  EXPECT_EQ(batches(), 1U);
  fs::remove(place("taken"));
  for (int i = 0; i < 100 && fs::exists(place(name(10))); ++i) std::this_thread::sleep_for(50ms);
  drain();
  EXPECT_TRUE(fs::exists(place("taken/" + name(10))));
  EXPECT_EQ(batches(), 1U);
}

TEST_F(Watched, ManyFilesAreAllTakenOnce) {
  start();
  constexpr int kFiles = 30;
  for (int i = 0; i < kFiles; ++i) deliver("scjg_reg_2024-02_" + std::to_string(i) + ".csv", feed(100 + i));
  drain();
  EXPECT_EQ(batches(), static_cast<size_t>(kFiles));
  EXPECT_EQ(kinds(), std::vector<Kind>(kFiles, Kind::kTaken));
}

TEST(WatchedMove, KnowsUnfinishedNames) {
  for (const char* name : {"", ".x", "x.part", "x.csv.tmp", "x.filepart", "x.csv~"})
    EXPECT_TRUE(is_unfinished_name(name)) << name;
  for (const char* name : {"x", "x.csv", "part", "数据.xlsx"}) EXPECT_FALSE(is_unfinished_name(name)) << name;
}

}  // namespace
}  // namespace minglu::flows
