// What the tests of backups share: a small register with accounts, audit trail and key, and the calls that must
// succeed. For tests only. Thread-safety: none needed. Each case has a register of two units at first; its backups
// stand beside its home.
#pragma once

#include <string>

#include "flows/backup_flow.hpp"
#include "flows/flows_test_support.hpp"
#include "store/account_store.hpp"
#include "store/audit_store.hpp"

namespace minglu::flows::testing_support {

inline const std::string kSealKey(32, 'k');

inline void overwrite(const fs::path& file, const std::string& bytes) {
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

inline void fill_accounts(const std::string& accounts_url, const std::string& audit_url) {
  const auto accounts = store::AccountStore::open({.database = {.url = accounts_url}, .seal_key = kSealKey});
  ASSERT_TRUE(accounts.ok());
  ASSERT_TRUE((*accounts)->create_user({.login = "wang", .roles = {"city"}}).ok());
  const auto audit = store::AuditStore::open({.url = audit_url});
  ASSERT_TRUE(audit.ok());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE((*audit)->append({.actor = "王", .operation = "get_unit"}).ok());
}

class BackupCase : public ::testing::Test {
 protected:
  void SetUp() override {
    feed_more(1);
    const std::string directory = "sqlite:" + home_.directory().string();
    fill_accounts(directory + "/accounts.db", directory + "/audit.db");
    ASSERT_TRUE(base::write_file_durably(home_.directory() / "seal.key", kSealKey).ok());
  }

  [[nodiscard]] fs::path folder() const { return home_.folder().path() / "backups"; }
  [[nodiscard]] HomeSpec spec_of(const std::string& name) const {
    return {home_.folder().path() / name, "", catalog(), 2};
  }
  [[nodiscard]] HomeSpec home_spec() const { return {home_.directory(), "", catalog(), 2}; }

  static std::string feed_text(int number) {
    return kRegisterHead + register_row(uscc_of(number), "深圳市第" + std::to_string(number) + "有限公司") +
           register_row(uscc_of(1000 + number), "深圳市另" + std::to_string(number) + "有限公司");
  }
  void feed_more(int number) {
    home_.feed("scjg_reg", "scjg_reg_2024-01.csv", feed_text(number), "2024-01-" + std::to_string(10 + number));
    home_.resolve();
  }

  struct Options {
    bool with_index = false;
    uint64_t keep = 0;
  };
  BackupReport make_backup() { return make_backup(Options{}); }
  BackupReport make_backup(const Options& options) {
    auto made = back_up({home_spec(), folder(), options.with_index, options.keep});
    EXPECT_TRUE(made.ok()) << made.error().message;
    return made.ok() ? std::move(made).value() : BackupReport{};
  }

  static void expect_secrets(const fs::path& home) {
    EXPECT_EQ(read_all(home / "seal.key"), kSealKey);
    EXPECT_EQ(fs::status(home / "seal.key").permissions(), fs::perms::owner_read | fs::perms::owner_write);
    const auto accounts = store::AccountStore::open(
        {.database = {.url = "sqlite:" + (home / "accounts.db").string()}, .seal_key = kSealKey});
    ASSERT_TRUE(accounts.ok());
    EXPECT_EQ((*accounts)->users().size(), 1U);
    const auto audit = store::AuditStore::open({.url = "sqlite:" + (home / "audit.db").string()});
    ASSERT_TRUE(audit.ok());
    EXPECT_EQ((*audit)->verify()->entries, 3);
  }

  /// A register whose ledger, accounts and trail stand in PostgreSQL; returns its state hash.
  static std::string fill_postgresql(const HomeSpec& spec) {
    const auto home = Home::open(spec);
    EXPECT_TRUE(home.ok()) << home.error().message;
    if (!home.ok()) return "";
    const TempFolder feeds;
    const auto taken =
        ingest_file(**home, {*(*home)->knowledge().sources().find("scjg_reg"),
                             feeds.write("scjg_reg_2024-01.csv", feed_text(1)), base::parse_iso_date("2024-01-31")});
    EXPECT_TRUE(taken.ok()) << taken.error().message;
    const auto resolved = resolve_register(**home, {});
    EXPECT_TRUE(resolved.ok());
    fill_accounts(spec.ledger_url, spec.ledger_url);
    EXPECT_TRUE(base::write_file_durably(spec.directory / "seal.key", kSealKey).ok());
    return resolved.ok() ? resolved->state_hash : "";
  }

  TestHome home_;
};

}  // namespace minglu::flows::testing_support
