#include "flows/doctor_flow.hpp"

#include <gtest/gtest.h>

#include "flows/restore_test_support.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;
using Grade = HealthGrade;

class Doctor : public BackupCase {
 protected:
  void SetUp() override {
    BackupCase::SetUp();
    fs::permissions(home_.directory(), fs::perms::owner_all);
    fs::permissions(home_.directory() / "seal.key", fs::perms::owner_read | fs::perms::owner_write);
  }
  HealthCheck ask(const std::string& name) { return ask(name, home_spec()); }
  static HealthCheck ask(const std::string& name, const HomeSpec& spec) {
    const auto checks = examine(spec);
    EXPECT_TRUE(checks.ok()) << checks.error().message;
    for (const HealthCheck& check : *checks) {
      EXPECT_EQ(check.advice.empty(), check.grade == Grade::kOk) << check.name;
      if (check.name == name) return check;
    }
    return {};
  }
  [[nodiscard]] fs::path in_home(const char* path) const { return home_.directory() / path; }
};

TEST_F(Doctor, FindsAServedRegisterWellAndChangesNothing) {
  const auto before = digests(home_.directory() / "index");
  const auto checks = examine(home_spec());
  ASSERT_TRUE(checks.ok());
  for (const HealthCheck& check : *checks) EXPECT_NE(check.grade, Grade::kWrong) << check.name << ": " << check.detail;
  EXPECT_EQ(digests(home_.directory() / "index"), before);
  EXPECT_NE(ask("owner").detail.find(std::to_string(::getpid())), std::string::npos) << ask("owner").detail;
  EXPECT_EQ(ask("ledger").detail, "2 commits, chain whole");
  EXPECT_EQ(ask("audit").detail, "3 entries, chain whole");
  home_.close();
  EXPECT_EQ(ask("owner").grade, Grade::kOk);
  EXPECT_FALSE(fs::exists(in_home("ledger.db-wal")));
}

TEST_F(Doctor, NamesWhatIsMissingOrDamaged) {
  overwrite(in_home("index/units/2.seg"), "x");
  EXPECT_EQ(ask("index").grade, Grade::kWrong);
  EXPECT_NE(ask("index").detail.find("units/2.seg"), std::string::npos);
  fs::remove(in_home("index/units/2.seg"));
  EXPECT_EQ(ask("index").grade, Grade::kWarning);
  const auto raw = home_->archive().find(store::ArchiveKind::kRaw, home_->ledger().batches()->front().digest);
  fs::remove(*raw);
  EXPECT_EQ(ask("archive").grade, Grade::kWrong);
}

TEST_F(Doctor, SeesADamagedLedgerAndTrail) {
  home_.close();
  overwrite(in_home("audit.db"), std::string(8192, 'x'));
  EXPECT_EQ(ask("database").grade, Grade::kWrong);
  fs::remove(in_home("audit.db"));
  EXPECT_EQ(ask("ledger").grade, Grade::kOk);
  overwrite(in_home("ledger.db"), std::string(8192, 'x'));
  EXPECT_EQ(ask("database").grade, Grade::kWrong);
}

TEST_F(Doctor, SeesOpenSecrets) {
  EXPECT_EQ(ask("secrets").grade, Grade::kOk) << ask("secrets").detail;
  fs::permissions(home_.directory(), fs::perms::others_read, fs::perm_options::add);
  EXPECT_EQ(ask("secrets").grade, Grade::kWarning);
  fs::permissions(in_home("seal.key"), fs::perms::others_read, fs::perm_options::add);
  EXPECT_EQ(ask("secrets").grade, Grade::kWrong);
  fs::remove(in_home("seal.key"));
  EXPECT_EQ(ask("secrets").grade, Grade::kWrong);
}

TEST_F(Doctor, SeesWhatIsUnfinishedOrBehind) {
  home_.feed("scjg_reg", "scjg_reg_2024-02.csv", feed_text(5));
  EXPECT_EQ(ask("lag").grade, Grade::kWarning);
  home_.resolve();
  EXPECT_EQ(ask("lag").grade, Grade::kOk);
  fs::create_directories(in_home("uploads/old"));
  fs::last_write_time(in_home("uploads/old"), fs::file_time_type::clock::now() - std::chrono::hours(100));
  EXPECT_EQ(ask("unfinished").grade, Grade::kWarning);
  fs::remove_all(in_home("uploads"));
  home_.close();
  std::ofstream(in_home("index/units/9.seg.part")) << "x";
  EXPECT_EQ(ask("unfinished").grade, Grade::kWarning);
  std::ofstream(in_home("ledger.db-wal")).flush();
  EXPECT_EQ(ask("owner").grade, Grade::kWarning);
}

TEST_F(Doctor, TellsTheAgeOfBackupsAndDrills) {
  EXPECT_EQ(ask("backup").grade, Grade::kWarning);
  make_backup();
  EXPECT_EQ(ask("backup").grade, Grade::kOk);
  EXPECT_EQ(ask("drill").grade, Grade::kWarning);
  ASSERT_TRUE(drill({.from = folder(), .scratch = home_.folder().path() / "scratch", .home = home_spec()}).ok());
  EXPECT_EQ(ask("drill").grade, Grade::kOk);
  BackupNote note = **read_backup_note(home_.directory());
  note.backup_us -= int64_t{30} * 3600 * 1'000'000;
  note.drill_us -= int64_t{40} * 24 * 3600 * 1'000'000;
  ASSERT_TRUE(write_backup_note(home_.directory(), note).ok());
  EXPECT_EQ(ask("backup").detail.substr(0, 31), "the last backup is 30 hours old");
  EXPECT_EQ(ask("backup").grade, Grade::kWarning);
  EXPECT_EQ(ask("drill").grade, Grade::kWarning);
  fs::remove_all(folder());
  EXPECT_EQ(ask("backup").grade, Grade::kWarning);
}

TEST_F(Doctor, SaysWhenThereIsNoRegisterOrDatabase) {
  EXPECT_EQ(ask("home", spec_of("none")).grade, Grade::kWrong);
  fs::create_directory(in_home(kRestoringFolder));
  EXPECT_EQ(ask("home").grade, Grade::kWrong);
  fs::remove(in_home(kRestoringFolder));
  HomeSpec remote = home_spec();
  remote.ledger_url = "postgresql://nobody@127.0.0.1:9/none?connect_timeout=1";
  EXPECT_EQ(ask("database", remote).grade, Grade::kWrong);
}

}  // namespace
}  // namespace minglu::flows
