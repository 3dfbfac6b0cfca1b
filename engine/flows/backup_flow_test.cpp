#include "flows/backup_flow.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "base/rng.hpp"
#include "flows/flows_test_support.hpp"
#include "flows/restore_test_support.hpp"
#include "store/account_store.hpp"
#include "store/audit_store.hpp"
#include "store/ledger_test_support.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

using Backups = BackupCase;

TEST_F(Backups, RestoreGivesTheSameHashesAccountsAndTrail) {
  const BackupReport made = make_backup();
  EXPECT_EQ(made.manifest.seq, home_.head().seq);
  EXPECT_EQ(made.manifest.history_hash, home_.head().hash);
  EXPECT_EQ(made.manifest.state_hash, home_.state_hash());
  EXPECT_EQ(made.manifest.audit_seq, 3);
  const auto check = verify_backup(folder(), "");
  ASSERT_TRUE(check.ok()) << check.error().message;
  EXPECT_EQ(check->problems, std::vector<std::string>());
  EXPECT_EQ(check->commits, made.manifest.seq);
  const auto back = restore({.from = folder(), .home = spec_of("back")});
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(back->state_hash, home_.state_hash());
  EXPECT_EQ(back->history_hash, home_.head().hash);
  expect_secrets(home_.folder().path() / "back");
  EXPECT_EQ(digests(home_.folder().path() / "back" / "archive"), digests(home_.directory() / "archive"));
  EXPECT_EQ(digests(home_.folder().path() / "back" / "index"), digests(home_.directory() / "index"));
}

TEST_F(Backups, OfPackedFilesAreWholeAndComeBack) {
  std::string bytes = kRegisterHead;
  for (int i = 100; i < 1500; ++i) bytes += register_row(uscc_of(i), "深圳市甲" + std::to_string(i) + "有限公司");
  home_.feed("scjg_reg", "scjg_reg_2025-01.csv", bytes);
  home_.resolve();
  size_t packed = 0;
  for (const auto& entry : fs::recursive_directory_iterator(home_.directory() / "archive"))
    packed += entry.path().extension() == store::kPackedSuffix ? 1 : 0;
  ASSERT_GT(packed, 0U) << "the feed was large enough to be packed";
  make_backup();
  const auto check = verify_backup(folder(), "");
  ASSERT_TRUE(check.ok()) << check.error().message;
  EXPECT_EQ(check->problems, std::vector<std::string>());
  const auto back = restore({.from = folder(), .home = spec_of("back")});
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(back->state_hash, home_.state_hash());
}

TEST_F(Backups, TheIndexMayComeAlong) {
  make_backup({.with_index = true});
  const auto back = restore({.from = folder(), .home = spec_of("back")});
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(back->state_hash, home_.state_hash());
  EXPECT_EQ(digests(home_.folder().path() / "back" / "index"), digests(home_.directory() / "index"));
}

TEST_F(Backups, ASecondOneAddsOnlyWhatIsNew) {
  make_backup();
  const BackupReport same = make_backup();
  EXPECT_EQ(same.files_added, 0U);
  feed_more(2);
  const BackupReport more = make_backup();
  EXPECT_EQ(more.files_added, 3U);  // the ledger, a feed, an outcome
  const auto first = restore({.from = folder(), .name = same.manifest.name, .home = spec_of("first")});
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(first->state_hash, same.manifest.state_hash);
  const auto last = restore({.from = folder(), .home = spec_of("last")});
  ASSERT_TRUE(last.ok()) << last.error().message;
  EXPECT_EQ(last->state_hash, home_.state_hash());
}

TEST_F(Backups, OldOnesAreForgottenWithTheFilesThatOnlyTheyHad) {
  const BackupReport first = make_backup();
  feed_more(2);
  const BackupReport second = make_backup({.keep = 1});
  EXPECT_EQ(second.forgotten, 1U);
  EXPECT_EQ(restore({.from = folder(), .name = first.manifest.name, .home = spec_of("x")}).error().code,
            ErrorCode::kNotFound);
  size_t objects = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder() / "objects")) objects += entry.is_regular_file();
  std::set<std::string> used;
  for (const store::BackupFile& file : second.manifest.files) used.insert(file.sha256);
  EXPECT_EQ(objects, used.size());
  EXPECT_EQ(verify_backup(folder(), "")->problems, std::vector<std::string>());
}

// Ingests and decides while backups are made, as a server does; each backup must be whole and restorable.
TEST_F(Backups, AreWholeWhileTheRegisterIsInUse) {
  std::atomic<bool> is_done = false;
  std::thread writer([&] {
    for (int i = 2; i < 12; ++i) feed_more(i);
    is_done = true;
  });
  int count = 0;
  while (!is_done || count < 3) {
    make_backup({.with_index = count % 2 == 1});
    ++count;
  }
  writer.join();
  const auto pool = store::BackupPool::open(folder());
  ASSERT_TRUE(pool.ok());
  const std::vector<std::string> names = *pool->names();
  ASSERT_EQ(names.size(), static_cast<size_t>(count));
  for (size_t i = 0; i < names.size(); i += std::max<size_t>(names.size() / 4, 1)) {
    const auto check = verify_backup(folder(), names[i]);
    ASSERT_TRUE(check.ok()) << check.error().message;
    EXPECT_EQ(check->problems, std::vector<std::string>()) << names[i];
    const auto back = restore({.from = folder(), .name = names[i], .home = spec_of("back" + std::to_string(i))});
    EXPECT_TRUE(back.ok()) << back.error().message;
  }
}

TEST_F(Backups, EveryFlippedBitIsFoundAndNamedAndRefused) {
  make_backup();
  std::vector<fs::path> files;
  for (const char* part : {"objects", "manifests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(folder() / part)) {
      if (entry.is_regular_file() && entry.file_size() > 0) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  base::Rng rng(7);
  for (int i = 0; i < 100; ++i) {
    const fs::path& file = files[rng.below(files.size())];
    const std::string whole = read_all(file);
    std::string flipped = whole;
    const size_t bit = rng.below(whole.size() * 8);
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    overwrite(file, flipped);
    const auto back = restore({.from = folder(), .home = spec_of("back")});
    ASSERT_FALSE(back.ok()) << file << " bit " << bit;
    EXPECT_EQ(back.error().code, ErrorCode::kDataLoss) << back.error().message;
    EXPECT_NE(back.error().message.find(file.filename().string()), std::string::npos) << back.error().message;
    EXPECT_TRUE(fs::is_empty(home_.folder().path() / "back"));
    const auto check = verify_backup(folder(), "");
    EXPECT_TRUE(!check.ok() || !check->problems.empty()) << file << " bit " << bit;
    overwrite(file, whole);
  }
  EXPECT_TRUE(restore({.from = folder(), .home = spec_of("back")}).ok());
}

TEST_F(Backups, MissingAndCutFilesAreRefused) {
  const BackupReport made = make_backup();
  const store::BackupFile& raw = made.manifest.files.front();
  const fs::path object = folder() / "objects" / raw.sha256.substr(0, 2) / raw.sha256;
  const std::string whole = read_all(object);
  overwrite(object, whole.substr(0, whole.size() - 1));
  EXPECT_EQ(restore({.from = folder(), .home = spec_of("back")}).error().code, ErrorCode::kDataLoss);
  fs::remove(object);
  EXPECT_EQ(restore({.from = folder(), .home = spec_of("back")}).error().code, ErrorCode::kDataLoss);
  EXPECT_EQ(verify_backup(folder(), "")->problems.size(), 1U);
  make_backup();  // puts it there again
  EXPECT_TRUE(restore({.from = folder(), .home = spec_of("back")}).ok());
}

TEST_F(Backups, AHomeThatHoldsSomethingIsNotTouched) {
  make_backup();
  const auto before = digests(home_.directory());
  EXPECT_EQ(restore({.from = folder(), .home = {home_.directory(), "", catalog(), 2}}).error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(digests(home_.directory()), before);
}

TEST_F(Backups, ABrokenOffRestoreKeepsTheHomeShutUntilItIsRunAgain) {
  make_backup();
  ASSERT_TRUE(restore({.from = folder(), .home = spec_of("back")}).ok());
  const fs::path back = home_.folder().path() / "back";
  fs::create_directory(back / kRestoringFolder);  // as if it had stopped
  fs::remove(back / "ledger.db");
  EXPECT_EQ(Home::open(spec_of("back")).error().code, ErrorCode::kFailedPrecondition);
  const auto again = restore({.from = folder(), .home = spec_of("back")});
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->state_hash, home_.state_hash());
}

TEST_F(Backups, ADamagedRegisterIsNotBackedUp) {
  make_backup();
  feed_more(2);
  const auto batches = home_->ledger().batches();
  const auto raw = home_->archive().find(store::ArchiveKind::kRaw, batches->back().digest);
  const std::string whole = read_all(*raw);
  overwrite(*raw, whole + "x");
  const auto damaged = back_up({.home = home_spec(), .to = folder()});
  ASSERT_FALSE(damaged.ok());
  EXPECT_NE(damaged.error().message.find(batches->back().digest), std::string::npos) << damaged.error().message;
  fs::remove(*raw);
  EXPECT_EQ(back_up({.home = home_spec(), .to = folder()}).error().code, ErrorCode::kDataLoss);
  EXPECT_EQ(store::BackupPool::open(folder())->names()->size(), 1U);
}

TEST_F(Backups, AnotherCatalogComesOutOfTheBackup) {
  make_backup();
  const fs::path other = home_.folder().path() / "catalog";
  fs::copy(catalog(), other, fs::copy_options::recursive);
  std::ofstream(other / "access" / "parameters.csv", std::ios::app) << "\n";
  const auto back = restore({.from = folder(), .home = {home_.folder().path() / "back", "", other, 2}});
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_TRUE(back->catalog_differs);
  EXPECT_EQ(*digest_directory(home_.folder().path() / "back" / "catalog"), back->manifest.catalog);
}

TEST_F(Backups, ADrillProvesTheBackupAndIsNoted) {
  make_backup();
  EXPECT_EQ((*read_backup_note(home_.directory()))->drill_us, 0);
  const auto good = drill({.from = folder(), .scratch = home_.folder().path() / "scratch", .home = home_spec()});
  ASSERT_TRUE(good.ok()) << good.error().message;
  EXPECT_EQ(good->problems, std::vector<std::string>());
  EXPECT_EQ(good->units, 2U);
  EXPECT_EQ(good->audit_entries, 3);
  EXPECT_NE(read_all(good->report).find(home_.state_hash()), std::string::npos);
  EXPECT_TRUE(fs::is_empty(home_.folder().path() / "scratch"));
  const int64_t drilled_us = (*read_backup_note(home_.directory()))->drill_us;
  EXPECT_GT(drilled_us, 0);
  for (const auto& entry : fs::recursive_directory_iterator(folder() / "objects")) {
    if (entry.is_regular_file()) overwrite(entry.path(), "x" + read_all(entry.path()));
  }
  const auto bad = drill({.from = folder(), .scratch = home_.folder().path() / "scratch", .home = home_spec()});
  ASSERT_TRUE(bad.ok()) << bad.error().message;
  EXPECT_EQ(bad->problems.size(), 1U);
  EXPECT_NE(read_all(bad->report).find("FAILED"), std::string::npos);
  EXPECT_EQ((*read_backup_note(home_.directory()))->drill_us, drilled_us);
}

TEST_F(Backups, NameWhatIsWrong) {
  EXPECT_EQ(verify_backup(home_.folder().path() / "none", "").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(back_up({.home = {home_.folder().path() / "none", "", catalog(), 2}, .to = folder()}).error().code,
            ErrorCode::kNotFound);
  EXPECT_EQ(back_up({.home = home_spec(), .to = home_.directory()}).error().code, ErrorCode::kFailedPrecondition);
  make_backup();
  EXPECT_EQ(restore({.from = folder(), .name = "x", .home = spec_of("back")}).error().code, ErrorCode::kNotFound);
  const auto pool = store::BackupPool::create(folder());
  ASSERT_TRUE(pool.ok());
  EXPECT_EQ(back_up({.home = home_spec(), .to = folder()}).error().code, ErrorCode::kConflict);
}

TEST_F(Backups, OfPostgresqlGoBackIntoPostgresqlOrIntoSqlite) {
  if (store::ledger_backends().size() < 2) GTEST_SKIP() << "no PostgreSQL";
  const store::LedgerPlace full("postgresql");
  const store::LedgerPlace empty("postgresql");
  const std::string from = full.spec().url;
  const std::string to = empty.spec().url;
  const HomeSpec served{home_.folder().path() / "served", from, catalog(), 2};
  const std::string state = fill_postgresql(served);
  const auto made = back_up({.home = served, .to = folder()});
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made->manifest.ledger, "postgresql");
  EXPECT_EQ(made->manifest.state_hash, state);
  EXPECT_EQ(verify_backup(folder(), "")->problems, std::vector<std::string>());
  const auto sqlite = restore({.from = folder(), .home = spec_of("sqlite")});
  ASSERT_TRUE(sqlite.ok()) << sqlite.error().message;
  EXPECT_EQ(sqlite->state_hash, state);
  HomeSpec target = spec_of("postgresql");
  target.ledger_url = to;
  const auto back = restore({.from = folder(), .home = target});
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(back->state_hash, state);
  EXPECT_FALSE(fs::exists(target.directory / "ledger.db"));
  const auto accounts = store::AccountStore::open({.database = {.url = to}, .seal_key = kSealKey});
  ASSERT_TRUE(accounts.ok());
  EXPECT_EQ((*accounts)->users().size(), 1U);
  target.directory = home_.folder().path() / "again";
  target.ledger_url = from;  // it holds this very register: as after a crash between loading and the end
  EXPECT_TRUE(restore({.from = folder(), .home = target}).ok());
}

}  // namespace
}  // namespace minglu::flows
