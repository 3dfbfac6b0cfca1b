// What opening a home repairs after a crash.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "base/file.hpp"
#include "flows/ingest_flow.hpp"
#include "flows/rebuild_flow.hpp"
#include "flows/resolve_flow.hpp"

namespace minglu::flows {
namespace {

namespace fs = std::filesystem;

class CatchUp : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = fs::temp_directory_path() / ("minglu_catch_up_" + std::to_string(::getpid()) + name);
    fs::create_directories(folder_);
    const fs::path feed = folder_ / "scjg_reg_2024-01.csv";
    std::ofstream(feed) << "统一社会信用代码,企业名称,法定代表人,住所\n"
                           "91440300MA5CAMC40R,深圳市测试有限公司,张三,深圳市南山区科技路1号\n"
                           ",深圳市另一家有限公司,李四,深圳市福田区福华路2号\n";
    const auto home = open();
    const auto source = home->knowledge().sources().find("scjg_reg");
    const auto report = ingest_file(*home, {*source, feed, base::parse_iso_date("2024-01-31")});
    ASSERT_TRUE(report.ok()) << report.error().message;
    ASSERT_TRUE(resolve_register(*home, {}).ok());
    whole_ = derived();
    ASSERT_EQ(whole_.size(), 4U);
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::unique_ptr<Home> open() const {
    auto home = Home::open({folder_ / "home", "", fs::path(MINGLU_SOURCE_DIR) / "catalog", 0});
    EXPECT_TRUE(home.ok()) << home.error().message;
    return std::move(home).value();
  }
  [[nodiscard]] std::map<std::string, std::string> derived() const {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "home" / "index")) {
      if (entry.is_regular_file()) out[entry.path().filename()] = base::read_file(entry.path()).value();
    }
    return out;
  }
  [[nodiscard]] fs::path index(const char* name) const { return folder_ / "home" / "index" / name; }

  fs::path folder_;
  std::map<std::string, std::string> whole_;
};

TEST_F(CatchUp, MakesCutShortEmptyAndMissingFilesAgainWithTheSameBytes) {
  for (const char* name : {"records/1.seg", "units/2.seg", "state/2.dir"}) {
    for (const uintmax_t size : {uintmax_t{0}, uintmax_t{7}, fs::file_size(index(name)) - 1}) {
      fs::resize_file(index(name), size);
      ASSERT_TRUE(catch_up(*open()).ok()) << name << " of " << size << " bytes";
      EXPECT_EQ(derived(), whole_) << name << " of " << size << " bytes";
    }
    fs::remove(index(name));
    ASSERT_TRUE(catch_up(*open()).ok()) << name;
    EXPECT_EQ(derived(), whole_) << name;
  }
}

TEST_F(CatchUp, ReadsEveryByteOnlyAfterAnInterruption) {
  std::string bytes = whole_["2.dir"];
  bytes[16] = static_cast<char>(bytes[16] ^ 1);  // in the first section: only its checksum shows it
  ASSERT_TRUE(base::write_file_durably(index("state/2.dir"), bytes).ok());
  {
    const auto home = open();
    EXPECT_FALSE(home->was_interrupted());
    ASSERT_TRUE(catch_up(*home).ok());
    EXPECT_EQ(derived()["2.dir"], bytes);
  }
  std::ofstream(folder_ / "home" / "ledger.db-wal").flush();  // what a killed process leaves
  const auto home = open();
  EXPECT_TRUE(home->was_interrupted());
  ASSERT_TRUE(catch_up(*home).ok());
  EXPECT_EQ(derived(), whole_);
}

TEST_F(CatchUp, RemovesUploadsThatWereNeverAnsweredAndKeepsAcceptedOnes) {
  const fs::path uploads = folder_ / "home" / "uploads";
  fs::create_directories(uploads / "accepted");
  for (const char* name : {"scjg_reg_2024-03-01.live.csv", "scjg_reg_2024-03-02.live.csv.part", "accepted/feed.csv"})
    std::ofstream(uploads / name) << "x";
  (void)open();
  EXPECT_FALSE(fs::exists(uploads / "scjg_reg_2024-03-01.live.csv"));
  EXPECT_FALSE(fs::exists(uploads / "scjg_reg_2024-03-02.live.csv.part"));
  EXPECT_TRUE(fs::exists(uploads / "accepted" / "feed.csv"));
}

TEST_F(CatchUp, RemovesTemporaryFilesAndFilesOfNoCommit) {
  for (const char* name : {"records/3.seg", "records/3.seg.part", "findings/3.csv.part", "state/9.dir"})
    std::ofstream(index(name)) << "half";
  ASSERT_TRUE(catch_up(*open()).ok());
  EXPECT_EQ(derived(), whole_);
}

}  // namespace
}  // namespace minglu::flows
