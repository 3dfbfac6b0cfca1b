// What a killed process leaves behind in a SQLite ledger, and what opening it does about that.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "store/ledger.hpp"

namespace minglu::store {
namespace {

namespace fs = std::filesystem;

class LedgerRecovery : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("minglu_ledger_recovery_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  [[nodiscard]] Result<std::unique_ptr<Ledger>> open(const std::string& name) const {
    return Ledger::open({.url = "sqlite:" + (folder_ / name).string()});
  }
  fs::path folder_;
};

// The log of a killed process is readable before it is on the disk. What is answered by it must not be lost later, so
// opening moves it into the database file, which syncs the log first: the file alone then holds every commit.
TEST_F(LedgerRecovery, OpeningMakesDurableWhatAKilledProcessLeftInTheLog) {
  {
    const auto killed = open("killed.db").value();
    ASSERT_TRUE(killed->commit({.kind = "ingest", .payload_json = "{}"}).ok());
    fs::copy(folder_ / "killed.db", folder_ / "left.db");
    fs::copy(folder_ / "killed.db-wal", folder_ / "left.db-wal");
  }
  const auto reopened = open("left.db").value();
  ASSERT_EQ(reopened->head()->seq, 1);
  fs::copy(folder_ / "left.db", folder_ / "file_alone.db");
  EXPECT_EQ(open("file_alone.db").value()->head()->seq, 1);
}

}  // namespace
}  // namespace minglu::store
