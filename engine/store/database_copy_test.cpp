// On SQLite always; the part about PostgreSQL when a server is given (tests/support/postgres.sh).
#include "store/database_copy.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "store/account_store.hpp"
#include "store/audit_store.hpp"
#include "store/ledger_schema.hpp"
#include "store/ledger_test_support.hpp"

namespace minglu::store {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "minglu_copy_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  [[nodiscard]] fs::path operator/(std::string_view name) const { return path_ / name; }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string url_of(const fs::path& file) { return "sqlite:" + file.string(); }

void commit_some(Ledger& ledger, int count) {
  for (int i = 0; i < count; ++i) {
    const LedgerHead head = must(ledger.head());
    CommitRequest request{.kind = "ingest", .payload_json = R"({"n":")" + std::string(200, 'x') + "\"}"};
    request.ids_needed = {{"unit", 3}};
    request.batches = {{.source = "来源" + std::to_string(head.seq), .digest = "d", .rows_in = 1, .accepted = 1}};
    request.decisions = {{.kind = "merge", .subject = "甲|乙", .actor = "王"}};
    must(ledger.commit(request));
  }
}

std::map<std::string, std::string> bytes_of(const fs::path& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::directory_iterator(folder))
    out[entry.path().filename()] = base::sha256_hex(must(base::read_file(entry.path())));
  return out;
}

TEST(DatabaseCopy, PartsAreTheWholeSchema) {
  std::set<std::string> created;
  for (const LedgerMigration& migration : ledger_migrations()) {
    for (const std::string_view statement : migration.statements) {
      constexpr std::string_view kCreate = "CREATE TABLE ";
      if (!statement.starts_with(kCreate)) continue;
      const std::string_view rest = statement.substr(kCreate.size());
      created.emplace(rest.substr(0, rest.find(' ')));
    }
  }
  std::set<std::string> copied;
  for (const DatabasePart part : kDatabaseParts) {
    for (const std::string_view table : tables_of(part)) EXPECT_TRUE(copied.emplace(table).second) << table;
  }
  EXPECT_EQ(copied, created);
}

TEST(DatabaseCopy, OfAnOpenLedgerIsOneMomentWhileWritersGoOn) {
  const Folder folder;
  const auto ledger = must(Ledger::open({.url = url_of(folder / "ledger.db")}));
  commit_some(*ledger, 5);
  std::thread writer([&] { commit_some(*ledger, 200); });
  for (int i = 0; i < 10; ++i) {
    const fs::path copy = folder / ("copy" + std::to_string(i));
    const Status copied = copy_sqlite({folder / "ledger.db", copy, false});
    ASSERT_TRUE(copied.ok()) << copied.error().message;
    const auto opened = must(Ledger::open({.url = url_of(copy)}));
    const ChainReport chain = must(opened->verify_chain());
    EXPECT_FALSE(chain.first_bad_seq) << chain.reason;
    EXPECT_GE(chain.commits, 5);
    EXPECT_EQ(must(opened->batches()).size(), static_cast<size_t>(chain.commits));
  }
  writer.join();
}

TEST(DatabaseCopy, OfAClosedDatabaseLeavesNoTrace) {
  const Folder folder;
  commit_some(*must(Ledger::open({.url = url_of(folder / "ledger.db")})), 3);
  const Folder other;
  const auto before = bytes_of(folder.path());
  ASSERT_EQ(before.size(), 1U);
  ASSERT_TRUE(copy_sqlite({folder / "ledger.db", other / "copy", true}).ok());
  EXPECT_EQ(bytes_of(folder.path()), before);
  EXPECT_EQ(must(must(Ledger::open({.url = url_of(other / "copy")}))->head()).seq, 3);
}

TEST(DatabaseCopy, ReadsWhatAKilledProcessLeftInItsLog) {
  const Folder folder;
  const Folder killed;
  {
    const auto ledger = must(Ledger::open({.url = url_of(folder / "ledger.db")}));
    commit_some(*ledger, 3);
    fs::copy(folder.path(), killed.path(), fs::copy_options::recursive);  // as a kill would leave it
  }
  ASSERT_TRUE(fs::exists(killed / "ledger.db-wal"));
  const std::string log = must(base::read_file(killed / "ledger.db-wal"));
  ASSERT_TRUE(copy_sqlite({killed / "ledger.db", folder / "copy", true}).ok());
  EXPECT_EQ(must(must(Ledger::open({.url = url_of(folder / "copy")}))->head()).seq, 3);
  EXPECT_EQ(must(base::read_file(killed / "ledger.db-wal")), log);  // still says that a process died
}

TEST(DatabaseCopy, RefusesWhatIsNoDatabase) {
  const Folder folder;
  EXPECT_EQ(copy_sqlite({folder / "none.db", folder / "copy", false}).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(base::write_file_durably(folder / "bad.db", std::string(8192, 'x')).ok());
  EXPECT_EQ(copy_sqlite({folder / "bad.db", folder / "copy", false}).error().code, ErrorCode::kDataLoss);
}

void fill(const std::string& ledger_url, const std::string& account_url, const std::string& audit_url) {
  commit_some(*must(Ledger::open({.url = ledger_url})), 7);
  const auto accounts = must(AccountStore::open({.database = {.url = account_url}, .seal_key = std::string(32, 'k')}));
  const UserRow user = must(accounts->create_user({.login = "wang", .display_name = "王 '\"\\ 𠮷", .roles = {"city"}}));
  ASSERT_TRUE(accounts->create_session({.token_hash = std::string(64, 'a'), .user_id = user.id, .created_us = 1}).ok());
  const auto audit = must(AuditStore::open({.url = audit_url}));
  for (int i = 0; i < 4; ++i) must(audit->append({.actor = "王", .operation = "get_unit", .detail_json = "{\"a\":1}"}));
}

void expect_filled(const std::string& ledger_url, const std::string& account_url, const std::string& audit_url) {
  const auto ledger = must(Ledger::open({.url = ledger_url}));
  const ChainReport chain = must(ledger->verify_chain());
  EXPECT_EQ(chain.commits, 7);
  EXPECT_FALSE(chain.first_bad_seq) << chain.reason;
  EXPECT_EQ(must(ledger->leases()).back().first_id, 19);
  const auto accounts = must(AccountStore::open({.database = {.url = account_url}, .seal_key = std::string(32, 'k')}));
  ASSERT_TRUE(accounts->find_session(std::string(64, 'a')));
  EXPECT_EQ(accounts->find_session(std::string(64, 'a'))->user.display_name, "王 '\"\\ 𠮷");
  const AuditCheck check = must(must(AuditStore::open({.url = audit_url}))->verify());
  EXPECT_EQ(check.entries, 4);
  EXPECT_FALSE(check.first_bad_seq) << check.reason;
}

TEST(LedgerPostgresql, DumpsToFilesAndLoadsThemAgain) {
  if (ledger_backends().size() < 2) GTEST_SKIP() << "no PostgreSQL";
  const LedgerPlace full("postgresql");
  const LedgerPlace empty("postgresql");
  const std::string url = full.spec().url;
  fill(url, url, url);
  const Folder folder;
  const Status dumped = dump_postgresql(url, folder.path());
  ASSERT_TRUE(dumped.ok()) << dumped.error().message;
  const Status loaded = load_postgresql(folder.path(), empty.spec().url);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  expect_filled(empty.spec().url, empty.spec().url, empty.spec().url);
  expect_filled(url_of(folder / "ledger.db"), url_of(folder / "accounts.db"), url_of(folder / "audit.db"));
  EXPECT_EQ(load_postgresql(folder.path(), url).error().code, ErrorCode::kFailedPrecondition);
}

TEST(LedgerPostgresql, DumpIsOneMomentWhileWritersGoOn) {
  if (ledger_backends().size() < 2) GTEST_SKIP() << "no PostgreSQL";
  const LedgerPlace place("postgresql");
  const auto ledger = must(Ledger::open(place.spec()));
  commit_some(*ledger, 5);
  std::thread writer([&] { commit_some(*ledger, 100); });
  for (int i = 0; i < 4; ++i) {
    const Folder folder;
    const Status dumped = dump_postgresql(place.spec().url, folder.path());
    ASSERT_TRUE(dumped.ok()) << dumped.error().message;
    const ChainReport chain = must(must(Ledger::open({.url = url_of(folder / "ledger.db")}))->verify_chain());
    EXPECT_FALSE(chain.first_bad_seq) << chain.reason;
    EXPECT_GE(chain.commits, 5);
  }
  writer.join();
}

}  // namespace
}  // namespace minglu::store
