// One suite for both databases, as ledger_test.cpp.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "store/audit_store.hpp"
#include "store/ledger_test_support.hpp"

namespace minglu::store {
namespace {

class AuditTest : public ::testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<AuditStore> open() { return must(AuditStore::open(place_.spec())); }
  /// What somebody with database rights does; then what verify says.
  AuditCheck tampered(AuditStore& audit, const std::string& statement) {
    place_.execute(statement);
    return must(audit.verify());
  }
  LedgerPlace place_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Databases, AuditTest, ::testing::ValuesIn(ledger_backends()),
                         [](const auto& info) { return info.param; });

AuditEntry entry_of(int64_t i) {
  return {.at_us = 1'700'000'000'000'000 + i * 1'000'000,
          .actor_id = i % 3,
          .actor = "王芳" + std::to_string(i % 3),
          .role = "district",
          .remote = "10.1.2.3",
          .operation = i % 2 == 0 ? "get_unit" : "unmask_unit",
          .object = "unit:" + std::to_string(100 + i % 5),
          .outcome = i % 4 == 0 ? AuditOutcome::kDenied : AuditOutcome::kOk,
          .reason = "核实 it's :named",
          .detail_json = R"({"b":1,"a":"深圳"})"};
}

TEST_P(AuditTest, AnEmptyTrailIsWhole) {
  auto audit = open();
  EXPECT_EQ(must(audit->head()).seq, 0);
  EXPECT_EQ(must(audit->head()).hash, kGenesisHash);
  const AuditCheck check = must(audit->verify());
  EXPECT_EQ(check.entries, 0);
  EXPECT_FALSE(check.first_bad_seq) << check.reason;
  const AuditPage page = must(audit->page({}, {}));
  EXPECT_TRUE(page.entries.empty());
  EXPECT_FALSE(page.next_before_seq);
}

TEST_P(AuditTest, KeepsEveryFieldAcrossReopening) {
  AuditReceipt receipt;
  {
    auto audit = open();
    must(audit->append(entry_of(1)));
    receipt = must(audit->append(entry_of(4)));
    EXPECT_EQ(receipt.seq, 2);
  }
  auto audit = open();
  const AuditPage page = must(audit->page({}, {}));
  ASSERT_EQ(page.entries.size(), 2U);
  const AuditEntry& kept = page.entries[0];
  const AuditEntry given = entry_of(4);
  EXPECT_EQ(kept.seq, 2);
  EXPECT_EQ(kept.at_us, given.at_us);
  EXPECT_EQ(kept.actor_id, given.actor_id);
  EXPECT_EQ(kept.actor, given.actor);
  EXPECT_EQ(kept.role, given.role);
  EXPECT_EQ(kept.remote, given.remote);
  EXPECT_EQ(kept.operation, given.operation);
  EXPECT_EQ(kept.object, given.object);
  EXPECT_EQ(kept.outcome, AuditOutcome::kDenied);
  EXPECT_EQ(kept.reason, given.reason);
  EXPECT_EQ(kept.detail_json, R"({"a":"深圳","b":1})");
  EXPECT_EQ(kept.hash, receipt.hash);
  EXPECT_EQ(must(audit->head()).hash, receipt.hash);
  EXPECT_EQ(must(audit->verify()).entries, 2);
}

TEST_P(AuditTest, ManyThreadsGetEverySeqOnce) {
  auto audit = open();
  constexpr int kThreads = 16;
  constexpr int kEach = 25;
  std::array<std::vector<int64_t>, kThreads> seqs;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) seqs[static_cast<size_t>(t)].push_back(must(audit->append(entry_of(i))).seq);
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<int64_t> all;
  for (const auto& mine : seqs) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(all.size(), static_cast<size_t>(kThreads * kEach));
  EXPECT_EQ(*all.begin(), 1);
  EXPECT_EQ(*all.rbegin(), kThreads * kEach);
  const AuditCheck check = must(audit->verify());
  EXPECT_EQ(check.entries, kThreads * kEach);
  EXPECT_FALSE(check.first_bad_seq) << check.reason;
}

TEST_P(AuditTest, TwoStoresOnOneDatabaseShareTheChain) {
  auto first = open();
  auto second = open();
  EXPECT_EQ(must(first->append(entry_of(1))).seq, 1);
  EXPECT_EQ(must(second->append(entry_of(2))).seq, 2);
  EXPECT_EQ(must(first->append(entry_of(3))).seq, 3);
  EXPECT_FALSE(must(first->verify()).first_bad_seq);
}

TEST_P(AuditTest, TimeNeverRunsBackwards) {
  auto audit = open();
  must(audit->append({.at_us = 2'000, .operation = "a"}));
  EXPECT_EQ(must(audit->append({.at_us = 1'000, .operation = "b"})).at_us, 2'000);
  EXPECT_GT(must(audit->append({.operation = "the store's own clock"})).at_us, 1'700'000'000'000'000);
  EXPECT_FALSE(must(audit->verify()).first_bad_seq);
}

TEST_P(AuditTest, EveryChangeIsFoundAndNamed) {
  const std::vector<std::string> changes = {
      "UPDATE audit_log SET actor = 'zhang' WHERE seq = 4",
      "UPDATE audit_log SET actor_id = actor_id + 1 WHERE seq = 4",
      "UPDATE audit_log SET at_us = at_us + 1 WHERE seq = 4",
      "UPDATE audit_log SET role = 'city' WHERE seq = 4",
      "UPDATE audit_log SET remote = '10.9.9.9' WHERE seq = 4",
      "UPDATE audit_log SET operation = 'me' WHERE seq = 4",
      "UPDATE audit_log SET object = 'unit:1' WHERE seq = 4",
      "UPDATE audit_log SET outcome = 'failed' WHERE seq = 4",
      "UPDATE audit_log SET outcome = 'rubbish' WHERE seq = 4",
      "UPDATE audit_log SET reason = '' WHERE seq = 4",
      "UPDATE audit_log SET detail = '{}' WHERE seq = 4",
      "UPDATE audit_log SET hash = (SELECT hash FROM audit_log WHERE seq = 5) WHERE seq = 4",
      "DELETE FROM audit_log WHERE seq = 4",
  };
  for (const std::string& change : changes) {
    const LedgerPlace place(GetParam());
    auto audit = must(AuditStore::open(place.spec()));
    for (int i = 1; i <= 8; ++i) must(audit->append(entry_of(i)));
    place.execute(change);
    const AuditCheck check = must(audit->verify());
    EXPECT_EQ(check.first_bad_seq, 4) << change << ": " << check.reason;
    EXPECT_EQ(check.entries, 3) << change;
  }
}

TEST_P(AuditTest, ACutOrLengthenedEndIsFound) {
  auto audit = open();
  for (int i = 1; i <= 5; ++i) must(audit->append(entry_of(i)));
  AuditCheck check = tampered(*audit, "UPDATE audit_head SET seq = 4");
  EXPECT_EQ(check.first_bad_seq, 5) << check.reason;
  check = tampered(*audit, "UPDATE audit_head SET seq = 5");
  EXPECT_FALSE(check.first_bad_seq) << check.reason;
  check = tampered(*audit, "DELETE FROM audit_log WHERE seq = 5");
  EXPECT_EQ(check.first_bad_seq, 5) << check.reason;
  place_.execute("DELETE FROM audit_head");
  EXPECT_EQ(audit->verify().error().code, ErrorCode::kDataLoss);
  EXPECT_EQ(audit->append(entry_of(6)).error().code, ErrorCode::kDataLoss);
}

TEST_P(AuditTest, PagesFollowEachOtherNewestFirst) {
  auto audit = open();
  for (int i = 1; i <= 25; ++i) must(audit->append(entry_of(i)));
  std::vector<int64_t> seqs;
  AuditPosition position{.rows_max = 10};
  for (int pages = 1;; ++pages) {
    const AuditPage page = must(audit->page({}, position));
    for (const AuditEntry& entry : page.entries) seqs.push_back(entry.seq);
    if (!page.next_before_seq) {
      EXPECT_EQ(pages, 3);
      break;
    }
    position.before_seq = *page.next_before_seq;
  }
  ASSERT_EQ(seqs.size(), 25U);
  EXPECT_EQ(seqs.front(), 25);
  EXPECT_TRUE(std::is_sorted(seqs.rbegin(), seqs.rend()));
  EXPECT_FALSE(must(audit->page({}, {.rows_max = 25})).next_before_seq);
  EXPECT_EQ(audit->page({}, {.rows_max = 0}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(audit->page({}, {.rows_max = 1001}).error().code, ErrorCode::kInvalidArgument);
}

TEST_P(AuditTest, FiltersMustAllHold) {
  auto audit = open();
  for (int i = 1; i <= 20; ++i) must(audit->append(entry_of(i)));
  const auto seqs = [&](const AuditFilter& filter) {
    std::vector<int64_t> out;
    for (const AuditEntry& entry : must(audit->page(filter, {})).entries) out.push_back(entry.seq);
    return out;
  };
  const auto at = [](int64_t i) { return entry_of(i).at_us; };
  EXPECT_EQ(seqs({.from_us = at(18)}), (std::vector<int64_t>{20, 19, 18}));
  EXPECT_EQ(seqs({.to_us = at(2)}), (std::vector<int64_t>{2, 1}));
  EXPECT_EQ(seqs({.from_us = at(5) - 1, .to_us = at(6) + 1}), (std::vector<int64_t>{6, 5}));
  EXPECT_TRUE(seqs({.from_us = at(20) + 1}).empty());
  EXPECT_TRUE(seqs({.to_us = at(1) - 1}).empty());
  EXPECT_EQ(seqs({.object = "unit:100"}), (std::vector<int64_t>{20, 15, 10, 5}));
  EXPECT_EQ(seqs({.object = "unit:100", .outcome = AuditOutcome::kDenied}), (std::vector<int64_t>{20}));
  EXPECT_EQ(seqs({.actor = "王芳0", .operation = "unmask_unit"}), (std::vector<int64_t>{15, 9, 3}));
  EXPECT_EQ(seqs({.actor_id = 0, .operation = "unmask_unit"}), (std::vector<int64_t>{15, 9, 3}));
  EXPECT_TRUE(seqs({.object = "' OR 1=1 --"}).empty());
}

TEST_P(AuditTest, HostileTextIsKeptAndCannotBreakTheTrail) {
  auto audit = open();
  AuditEntry entry = entry_of(1);
  entry.actor = std::string("a\0b\xFF", 4);
  entry.object = "'; DROP TABLE audit_log; --";
  entry.reason = std::string(kAuditTextBytesMax - 1, 'x') + "名录";
  must(audit->append(entry));
  const AuditEntry kept = must(audit->page({}, {})).entries.at(0);
  EXPECT_EQ(kept.actor, "a\uFFFDb\uFFFD");
  EXPECT_EQ(kept.object, entry.object);
  EXPECT_EQ(kept.reason, std::string(kAuditTextBytesMax - 1, 'x'));
  EXPECT_FALSE(must(audit->verify()).first_bad_seq);
  for (const char* detail : {"", "[]", "{", "7"}) {
    entry.detail_json = detail;
    EXPECT_EQ(audit->append(entry).error().code, ErrorCode::kInvalidArgument) << detail;
  }
  EXPECT_EQ(must(audit->head()).seq, 1);
}

TEST_P(AuditTest, DoesNotWaitForAnOpenTransactionOfTheLedger) {
  // On SQLite in a file of its own, as audit_store.hpp asks for; on PostgreSQL in the ledger's database.
  const LedgerPlace other(GetParam());
  auto ledger = must(Ledger::open((GetParam() == "sqlite" ? other : place_).spec()));
  auto audit = open();
  const LedgerTx resolve = must(ledger->begin());
  EXPECT_EQ(must(audit->append(entry_of(1))).seq, 1);
}

TEST_P(AuditTest, WalksFromAnyEntry) {
  auto audit = open();
  for (int i = 1; i <= 5; ++i) must(audit->append(entry_of(i)));
  std::vector<int64_t> seqs;
  must(audit->for_each(3, [&](const AuditEntry& entry) {
    seqs.push_back(entry.seq);
    return ok_status();
  }));
  EXPECT_EQ(seqs, (std::vector<int64_t>{3, 4, 5}));
  EXPECT_EQ(audit->for_each(1, [](const AuditEntry&) { return Status{base::unavailable("stop")}; }).error().code,
            ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace minglu::store
