// One suite for both databases. PostgreSQL joins when MINGLU_TEST_POSTGRESQL_URL is set: tests/support/postgres.sh.
#include "store/ledger.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "store/ledger_test_support.hpp"

namespace minglu::store {
namespace {

class LedgerTest : public ::testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Ledger> open() { return must(Ledger::open(place_.spec())); }
  LedgerPlace place_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Databases, LedgerTest, ::testing::ValuesIn(ledger_backends()),
                         [](const auto& info) { return info.param; });

CommitRequest note(int i) { return {.kind = "note", .payload_json = "{\"i\":" + std::to_string(i) + "}"}; }

BatchRow batch_of(const std::string& digest) {
  return {.source = "amr",
          .source_date = "2026-01-31",
          .digest = digest,
          .file_name = "商事主体（一月）.csv",
          .bytes = 1234,
          .rows_in = 10,
          .accepted = 6,
          .rejected = 1,
          .duplicate = 2,
          .superseded = 1};
}

TEST_P(LedgerTest, AnEmptyLedgerHasAGenesisHead) {
  auto ledger = open();
  EXPECT_EQ(ledger->backend_name(), GetParam());
  const LedgerHead head = must(ledger->head());
  EXPECT_EQ(head.seq, 0);
  EXPECT_EQ(head.hash, kGenesisHash);
  EXPECT_TRUE(must(ledger->batches()).empty());
  const ChainReport report = must(ledger->verify_chain());
  EXPECT_EQ(report.commits, 0);
  EXPECT_FALSE(report.first_bad_seq);
  EXPECT_EQ(must(ledger->schema_version()), 5);
  EXPECT_EQ(ledger->find_commit(1).error().code, ErrorCode::kNotFound);
}

TEST_P(LedgerTest, CommitsFollowEachOtherWithoutGaps) {
  auto ledger = open();
  std::string last_hash(kGenesisHash);
  for (int i = 1; i <= 5; ++i) {
    const CommitReceipt receipt = must(ledger->commit(note(i)));
    EXPECT_EQ(receipt.seq, i);
    const CommitRow row = must(ledger->find_commit(i));
    EXPECT_EQ(row.prev_hash, last_hash);
    EXPECT_EQ(row.hash, receipt.hash);
    EXPECT_EQ(row.created_at, receipt.created_at);
    EXPECT_EQ(row.payload_json, note(i).payload_json);
    last_hash = receipt.hash;
  }
  EXPECT_EQ(must(ledger->head()).hash, last_hash);
  EXPECT_EQ(must(ledger->verify_chain()).commits, 5);
}

TEST_P(LedgerTest, KeepsEverythingOfACommitAcrossReopening) {
  const CommitRequest request = {
      .kind = "ingest",
      .payload_json = R"({"quote":"it's \"so\" :named","名称":"深圳市甲乙有限公司 ＡＢＣ"})",
      .ids_needed = {{"unit", 100}, {"record", 7}},
      .batches = {batch_of("d1"), batch_of("d2")},
      .decisions = {{.kind = "merge", .subject = "amr:1|tax:2", .actor = "王芳", .payload_json = "{}"}}};
  CommitReceipt receipt;
  {
    auto ledger = open();
    receipt = must(ledger->commit(request));
  }
  auto ledger = open();
  EXPECT_EQ(must(ledger->head()).hash, receipt.hash);
  EXPECT_EQ(must(ledger->find_commit(1)).payload_json, request.payload_json);
  const auto batches = must(ledger->batches());
  ASSERT_EQ(batches.size(), 2U);
  BatchRow expected = batch_of("d2");
  expected.seq = 1;
  EXPECT_EQ(batches[1], expected);
  const auto decisions = must(ledger->decisions());
  ASSERT_EQ(decisions.size(), 1U);
  EXPECT_EQ(decisions[0].subject, "amr:1|tax:2");
  EXPECT_EQ(decisions[0].actor, "王芳");
  const auto leases = must(ledger->leases());
  ASSERT_EQ(leases.size(), 2U);
  EXPECT_EQ(leases[0], (LeaseRow{1, "record", 1, 7}));
  EXPECT_EQ(leases[1], receipt.leases.at("unit"));
  EXPECT_FALSE(must(ledger->verify_chain()).first_bad_seq);
}

TEST_P(LedgerTest, LeasesRangesThatFollowEachOther) {
  auto ledger = open();
  EXPECT_EQ(
      must(ledger->commit({.kind = "a", .payload_json = "{}", .ids_needed = {{"unit", 10}}})).leases["unit"].first_id,
      1);
  LedgerTx tx = must(ledger->begin());
  EXPECT_EQ(must(tx.next_id("unit")), 11);
  EXPECT_EQ(must(tx.lease_ids("unit", 5)), 11);
  EXPECT_EQ(tx.lease_ids("unit", 5).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(must(tx.lease_ids("record", 1)), 1);
  EXPECT_EQ(tx.lease_ids("other", 0).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(tx.lease_ids("Unit!", 1).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(tx.lease_ids("unit2", INT64_MAX).error().code, ErrorCode::kInvalidArgument);
  must(tx.commit({.kind = "b", .payload_json = "{}"}));
  EXPECT_EQ(
      must(ledger->commit({.kind = "c", .payload_json = "{}", .ids_needed = {{"unit", 1}}})).leases["unit"].first_id,
      16);
}

TEST_P(LedgerTest, DroppingATransactionLeavesNothing) {
  auto ledger = open();
  {
    LedgerTx tx = must(ledger->begin());
    EXPECT_EQ(tx.seq(), 1);
    EXPECT_EQ(tx.prev_hash(), kGenesisHash);
    EXPECT_EQ(must(tx.lease_ids("unit", 50)), 1);
  }
  LedgerTx tx = must(ledger->begin());
  EXPECT_EQ(tx.seq(), 1);
  EXPECT_EQ(must(tx.next_id("unit")), 1);
  const CommitReceipt receipt = must(tx.commit(note(1)));
  EXPECT_EQ(receipt.created_at, must(ledger->head()).created_at);
  EXPECT_EQ(tx.commit(note(2)).error().code, ErrorCode::kFailedPrecondition);
}

TEST_P(LedgerTest, ABatchIsTakenInOnce) {
  auto ledger = open();
  must(ledger->commit({.kind = "ingest", .payload_json = "{}", .batches = {batch_of("d1")}}));
  const auto again =
      ledger->commit({.kind = "ingest", .payload_json = "{}", .batches = {batch_of("d0"), batch_of("d1")}});
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::kConflict) << again.error().message;
  EXPECT_EQ(must(ledger->head()).seq, 1);
  EXPECT_EQ(must(ledger->batches()).size(), 1U);
  {
    LedgerTx tx = must(ledger->begin());
    EXPECT_EQ(tx.commit({.kind = "ingest", .payload_json = "{}", .batches = {batch_of("d1")}}).error().code,
              ErrorCode::kConflict);
  }
  const auto found = must(ledger->find_batch("amr", "d1", "2026-01-31"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->seq, 1);
  EXPECT_EQ(found->file_name, "商事主体（一月）.csv");
  EXPECT_FALSE(must(ledger->find_batch("amr", "d1", "2026-02-28")).has_value());
  EXPECT_FALSE(must(ledger->find_batch("amr'; DROP TABLE batch; --", "d1", "2026-01-31")).has_value());
  EXPECT_EQ(must(ledger->commit(note(2))).seq, 2);
}

TEST_P(LedgerTest, RefusesMalformedRequests) {
  auto ledger = open();
  BatchRow unbalanced = batch_of("d1");
  unbalanced.accepted = 7;
  BatchRow negative = batch_of("d1");
  negative.accepted = -1;
  BatchRow extreme = batch_of("d1");
  extreme.accepted = extreme.rejected = INT64_MAX;
  const std::vector<CommitRequest> bad = {
      {.kind = "", .payload_json = "{}"},
      {.kind = "In Gest", .payload_json = "{}"},
      {.kind = std::string(65, 'a'), .payload_json = "{}"},
      {.kind = "a", .payload_json = ""},
      {.kind = "a", .payload_json = "{"},
      {.kind = "a", .payload_json = "[]"},
      {.kind = "a", .payload_json = "{ }"},
      {.kind = "a", .payload_json = R"({"b":1,"a":2})"},
      {.kind = "a", .payload_json = R"({"a":1,"a":2})"},
      {.kind = "a", .payload_json = "{\"a\":\"\xff\"}"},
      {.kind = "a", .payload_json = "{}", .ids_needed = {{"unit", 0}}},
      {.kind = "a", .payload_json = "{}", .batches = {unbalanced}},
      {.kind = "a", .payload_json = "{}", .batches = {negative}},
      {.kind = "a", .payload_json = "{}", .batches = {extreme}},
      {.kind = "a", .payload_json = "{}", .batches = {BatchRow{}}},
      {.kind = "a", .payload_json = "{}", .decisions = {{.kind = "merge", .subject = std::string("a\0b", 3)}}},
      {.kind = "a", .payload_json = "{}", .decisions = {{.kind = "merge", .payload_json = "{ }"}}},
  };
  for (size_t i = 0; i < bad.size(); ++i) {
    const auto receipt = ledger->commit(bad[i]);
    ASSERT_FALSE(receipt.ok()) << i;
    EXPECT_EQ(receipt.error().code, ErrorCode::kInvalidArgument) << i << " " << receipt.error().message;
  }
  EXPECT_EQ(must(ledger->head()).seq, 0);
  EXPECT_EQ(must(ledger->commit(note(1))).seq, 1);
}

TEST_P(LedgerTest, KnownTimeNeverRunsBackwards) {
  int64_t now_us = 1'769'846'400'000'000;  // 2026-01-31T08:00:00Z
  LedgerSpec spec = place_.spec();
  spec.now_us = [&] { return now_us; };
  auto ledger = must(Ledger::open(spec));
  EXPECT_EQ(must(ledger->commit(note(1))).created_at, "2026-01-31T08:00:00.000000Z");
  now_us -= 3'600'000'000;
  EXPECT_EQ(must(ledger->commit(note(2))).created_at, "2026-01-31T08:00:00.000000Z");
  now_us += 86'400'000'001;
  EXPECT_EQ(must(ledger->commit(note(3))).created_at, "2026-02-01T07:00:00.000001Z");
  EXPECT_EQ(must(ledger->seq_known_at("2026-01-30")), 0);
  EXPECT_EQ(must(ledger->seq_known_at("2026-01-31")), 2);
  EXPECT_EQ(must(ledger->seq_known_at("2026-01-31T08:00:00.000000Z")), 2);
  EXPECT_EQ(must(ledger->seq_known_at("2026-01-31T07:59:59.999999Z")), 0);
  EXPECT_EQ(must(ledger->seq_known_at("2026-02")), 3);
  EXPECT_EQ(ledger->seq_known_at("昨天").error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(must(ledger->verify_chain()).first_bad_seq);
}

TEST_P(LedgerTest, EightThreadsCommitWithoutGaps) {
  auto ledger = open();
  constexpr int kThreads = 8;
  constexpr int kEach = 25;
  std::atomic<int> failures{0};
  std::vector<std::vector<CommitReceipt>> receipts(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        CommitRequest request = note(t * 1000 + i);
        request.ids_needed = {{"unit", t + 1}};
        // Every fifth is refused, and must not disturb its group.
        if (i % 5 == 4) request.batches = {batch_of("same for all"), batch_of("same for all")};
        auto receipt = ledger->commit(request);
        if (receipt.ok() != (i % 5 != 4)) ++failures;
        if (receipt.ok()) receipts[static_cast<size_t>(t)].push_back(std::move(receipt).value());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures.load(), 0);
  std::map<int64_t, std::string> by_seq;
  std::map<int64_t, int64_t> ranges;
  for (const auto& of_thread : receipts) {
    int64_t last = 0;
    for (const CommitReceipt& receipt : of_thread) {
      EXPECT_GT(receipt.seq, last);
      last = receipt.seq;
      EXPECT_TRUE(by_seq.emplace(receipt.seq, receipt.hash).second);
      const LeaseRow& lease = receipt.leases.at("unit");
      EXPECT_TRUE(ranges.emplace(lease.first_id, lease.count).second);
    }
  }
  ASSERT_EQ(by_seq.size(), static_cast<size_t>(kThreads * kEach / 5 * 4));
  EXPECT_EQ(by_seq.rbegin()->first, static_cast<int64_t>(by_seq.size()));
  int64_t next_id = 1;
  for (const auto& [first, count] : ranges) {
    EXPECT_EQ(first, next_id);
    next_id = first + count;
  }
  for (const auto& [seq, hash] : by_seq) EXPECT_EQ(must(ledger->find_commit(seq)).hash, hash);
  const ChainReport report = must(ledger->verify_chain());
  EXPECT_FALSE(report.first_bad_seq) << report.reason;
  EXPECT_EQ(report.commits, static_cast<int64_t>(by_seq.size()));
}

TEST_P(LedgerTest, TransactionsAndCommitsOfSeveralOwnersTakeTurns) {
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  open();
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      auto ledger = open();  // a connection of its own, as another process would have
      for (int i = 0; i < 15; ++i) {
        if (t % 2 == 0) {
          failures += !ledger->commit(note(i)).ok();
          continue;
        }
        auto tx = ledger->begin();
        failures += !tx.ok() || !tx->lease_ids("unit", 3).ok() || !tx->commit(note(i)).ok();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures.load(), 0);
  auto ledger = open();
  EXPECT_EQ(must(ledger->head()).seq, 60);
  const ChainReport report = must(ledger->verify_chain());
  EXPECT_FALSE(report.first_bad_seq) << report.reason;
}

TEST_P(LedgerTest, ReadersSeeOnlyWhatIsCommitted) {
  auto ledger = open();
  must(ledger->commit(note(1)));
  LedgerTx tx = must(ledger->begin());
  must(tx.lease_ids("unit", 5));
  EXPECT_EQ(must(ledger->head()).seq, 1);
  EXPECT_TRUE(must(ledger->leases()).empty());
  must(tx.commit(note(2)));
  EXPECT_EQ(must(ledger->head()).seq, 2);
  EXPECT_EQ(must(ledger->leases()).size(), 1U);
}

TEST_P(LedgerTest, StreamsCommitsInOrderAndStopsOnAnError) {
  auto ledger = open();
  for (int i = 1; i <= 600; ++i) must(ledger->commit(note(i)));  // more than two chunks
  int64_t expected = 299;
  ASSERT_TRUE(ledger
                  ->for_each_commit(300,
                                    [&](const CommitRow& row) {
                                      EXPECT_EQ(row.seq, ++expected);
                                      EXPECT_GE(must(ledger->head()).seq, row.seq);  // may read while reading
                                      return ok_status();
                                    })
                  .ok());
  EXPECT_EQ(expected, 600);
  int calls = 0;
  const Status stopped = ledger->for_each_commit(
      1, [&](const CommitRow&) -> Status { return ++calls == 3 ? Status{base::not_found("enough")} : ok_status(); });
  EXPECT_EQ(stopped.error().message, "enough");
  EXPECT_EQ(calls, 3);
}

TEST_P(LedgerTest, VerifyFindsEveryKindOfTampering) {
  const std::vector<std::pair<std::string, int64_t>> tamperings = {
      {"UPDATE commit_log SET payload = '{\"i\":9}' WHERE seq = 2", 2},
      {"UPDATE commit_log SET created_at = '2020-01-01T00:00:00.000000Z' WHERE seq = 3", 3},
      {"UPDATE commit_log SET kind = 'other' WHERE seq = 1", 1},
      {"UPDATE commit_log SET hash = 'f' WHERE seq = 4", 4},
      {"UPDATE batch SET accepted = accepted + 1, rejected = rejected - 1 WHERE seq = 2", 2},
      {"UPDATE batch SET file_name = 'x' WHERE seq = 2", 2},
      {"UPDATE decision SET actor = 'nobody' WHERE seq = 2", 2},
      {"DELETE FROM decision WHERE seq = 2", 2},
      {"UPDATE id_lease SET id_count = id_count + 1 WHERE seq = 2", 2},
      {"INSERT INTO id_lease (seq, kind, first_id, id_count) VALUES (3, 'unit', 900, 1)", 3},
      {"DELETE FROM commit_log WHERE seq = 4", 4},
      {"DELETE FROM commit_log WHERE seq = 3", 3},
      {"UPDATE ledger_head SET hash = 'f'", 4},
      {"UPDATE ledger_head SET seq = 5", 5},
  };
  for (const auto& [statement, first_bad] : tamperings) {
    LedgerPlace place{GetParam()};
    auto ledger = must(Ledger::open(place.spec()));
    must(ledger->commit(note(1)));
    must(ledger->commit({.kind = "ingest",
                         .payload_json = "{}",
                         .ids_needed = {{"unit", 5}},
                         .batches = {batch_of("d1")},
                         .decisions = {{.kind = "merge", .subject = "s", .actor = "a"}}}));
    must(ledger->commit(note(3)));
    must(ledger->commit(note(4)));
    ASSERT_FALSE(must(ledger->verify_chain()).first_bad_seq);
    place.execute(statement);
    const ChainReport report = must(ledger->verify_chain());
    ASSERT_TRUE(report.first_bad_seq.has_value()) << statement;
    EXPECT_EQ(*report.first_bad_seq, first_bad) << statement;
    EXPECT_FALSE(report.reason.empty());
  }
}

TEST_P(LedgerTest, RefusesTheSchemaOfANewerProgram) {
  open();
  place_.execute("UPDATE meta SET value = '999' WHERE key = 'schema_version'");
  const auto refused = Ledger::open(place_.spec());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
  place_.execute("UPDATE meta SET value = 'rubbish' WHERE key = 'schema_version'");
  EXPECT_EQ(Ledger::open(place_.spec()).error().code, ErrorCode::kDataLoss);
}

TEST_P(LedgerTest, AWriterThatWaitsTooLongIsToldToRetry) {
  auto holder = open();
  LedgerSpec spec = place_.spec();
  spec.wait_ms_max = 50;
  auto other = must(Ledger::open(spec));
  LedgerTx tx = must(holder->begin());
  const auto refused = other->commit(note(1));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable) << refused.error().message;
  must(tx.commit(note(1)));
  EXPECT_EQ(must(other->commit(note(2))).seq, 2);
}

TEST(LedgerOpen, RefusesUnknownUrls) {
  for (const std::string url : {"", "sqlite:", "mysql://x", "ledger.db"}) {
    EXPECT_EQ(Ledger::open({.url = url}).error().code, ErrorCode::kInvalidArgument) << url;
  }
}

TEST(LedgerOpen, SaysWhenTheDatabaseCannotBeReached) {
  const auto refused = Ledger::open({.url = "postgresql://nobody:secret-word@127.0.0.1:1/none?connect_timeout=2"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable) << refused.error().message;
  EXPECT_EQ(refused.error().message.find("secret-word"), std::string::npos);
}

TEST(LedgerOpen, RefusesAFileThatIsNotALedger) {
  const LedgerPlace place{"sqlite"};
  place.write_file(std::string(5000, 'x'));
  const auto refused = Ledger::open(place.spec());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kDataLoss) << refused.error().message;
}

TEST(LedgerPostgresql, HealsALostConnection) {
  if (ledger_backends().size() < 2) GTEST_SKIP() << "no PostgreSQL: run through tests/support/postgres.sh";
  LedgerPlace place{"postgresql"};
  auto ledger = must(Ledger::open(place.spec()));
  must(ledger->commit(note(1)));
  const std::string kill_others =
      "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = "
      "'client backend'";
  place.execute(kill_others);
  EXPECT_EQ(must(ledger->head()).seq, 1);
  EXPECT_EQ(must(ledger->commit(note(2))).seq, 2);
  {
    LedgerTx tx = must(ledger->begin());
    place.execute(kill_others);
    const auto broken = tx.commit(note(3));
    ASSERT_FALSE(broken.ok());
    EXPECT_EQ(broken.error().code, ErrorCode::kUnavailable) << broken.error().message;
  }
  EXPECT_EQ(must(ledger->commit(note(3))).seq, 3);
  EXPECT_FALSE(must(ledger->verify_chain()).first_bad_seq);
}

TEST(CanonicalJson, IsOneFormAndIdempotent) {
  const std::string canonical = must(canonical_json(" { \"b\" : [1, 2.50, null], \"a\" : \"\\u540d录\" } "));
  EXPECT_EQ(canonical, "{\"a\":\"名录\",\"b\":[1,2.5,null]}");
  EXPECT_EQ(must(canonical_json(canonical)), canonical);
  EXPECT_EQ(canonical_json("{").error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace minglu::store
