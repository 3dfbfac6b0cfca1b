#include "match/live_matcher.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/rng.hpp"
#include "match/match_test_support.hpp"

namespace minglu::match {
namespace {

using linkage_test::tables;
using Row = std::array<std::string, 5>;  // id, name, person, address, source

/// Invented firms, each listed one to four times with slips, in a few streets so that keys become common.
std::vector<Row> make_rows(uint64_t seed, size_t firms) {
  constexpr std::array kBrands{"星禾", "云岭", "沐川", "启舟", "泽原", "恒野", "润石", "安渡"};
  constexpr std::array kTrades{"电子科技", "贸易", "物流", "食品", "建筑工程"};
  constexpr std::array kPersons{"陈知远", "林若水", "何千里", "周慕云", "吴清和", "郑怀安"};
  base::Rng rng(seed);
  const auto pick = [&](const auto& list) { return std::string(list[rng.below(list.size())]); };
  std::vector<Row> rows;
  for (size_t firm = 0; firm < firms; ++firm) {
    const std::string brand = pick(kBrands) + pick(kBrands);
    const std::string trade = pick(kTrades);
    const std::string person = pick(kPersons);
    const std::string address = "深圳市福田区新洲路" + std::to_string(rng.below(30) + 1) + "号";
    for (uint64_t copy = rng.below(4); copy < 4; ++copy) {
      std::string name = "深圳市" + brand + trade + "有限公司";
      if (rng.chance(0.2)) name = brand + trade;
      Row row{std::to_string(rows.size()), name, rng.chance(0.2) ? pick(kPersons) : person,
              rng.chance(0.1) ? "" : address, rng.chance(0.5) ? "a" : "b"};
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

table::RawBatch batch_of(const std::vector<Row>& rows, size_t begin, size_t end) {
  table::RawBatch batch;
  batch.names = {"id", "name", "person", "address", "source"};
  batch.columns.resize(batch.names.size());
  for (size_t i = begin; i < end; ++i) {
    batch.row_numbers.push_back(i + 1);
    for (size_t c = 0; c < batch.columns.size(); ++c) batch.columns[c].append(rows[i][c]);
  }
  return batch;
}

LinkModel model_of(std::string_view clean) {
  LinkModel model = parse_link_model(R"({"id": "id", "source": "source", "comparisons": [
      {"kind": "company_name", "columns": ["name"]}, {"kind": "person_name", "columns": ["person"]},
      {"kind": "address", "columns": ["address"]}]})")
                        .value();
  model.thresholds = {.link_bits = -2, .review_bits = -6, .margin_bits = 1};  // a small town: names prove little
  if (!clean.empty()) model.clean_sources = {std::string(clean)};
  return model;
}

/// Learns on the base rows; small buckets, so that keys are joined.
constexpr LinkageSpec kSpec{.threads = 2, .pairs_per_record_max = 3};

Records base_records(const LinkModel& model, const std::vector<Row>& rows, size_t count) {
  Records records(model, tables(), 2);
  EXPECT_TRUE(records.append(batch_of(rows, 0, count), Side::kLeft).ok());
  records.finish();
  return records;
}

void learn(LinkModel& model, const std::vector<Row>& rows, size_t count) {
  model.learned = link_records(base_records(model, rows, count), model, kSpec).learned;
}

std::set<std::set<std::string>> partition(const LiveMatcher& live) {
  std::map<uint32_t, std::set<std::string>> groups;
  for (uint32_t record = 0; record < live.records().size(); ++record) {
    if (live.contains(record)) groups[live.group_of(record)].insert(live.records().id(record));
  }
  std::set<std::set<std::string>> out;
  for (auto& [root, members] : groups) out.insert(std::move(members));
  return out;
}

/// Adds rows [base, end) and takes `gone` rows out again, in an order drawn from the seed.
std::set<std::set<std::string>> run(const LinkModel& model, const std::vector<Row>& rows, size_t base, size_t gone,
                                    uint64_t seed) {
  LiveMatcher live(base_records(model, rows, base), model, kSpec);
  std::vector<size_t> order;
  for (size_t i = base; i < rows.size(); ++i) order.push_back(i);
  base::Rng rng(seed);
  for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[rng.below(i)]);
  std::map<size_t, uint32_t> number;
  for (size_t i = 0; i < base; ++i) number[i] = static_cast<uint32_t>(i);
  std::set<size_t> removed;
  for (const size_t row : order) {
    number[row] = live.add(batch_of(rows, row, row + 1), Side::kLeft).value().record;
    // Rows that shall be gone in the end go at a drawn moment, some of them from the base.
    for (size_t i = 0; i < gone; ++i) {
      const size_t leaving = i * 7 % rows.size();
      if (removed.count(leaving) == 0 && number.count(leaving) > 0 && rng.chance(0.05)) {
        live.remove(number[leaving]);
        removed.insert(leaving);
      }
    }
  }
  for (size_t i = 0; i < gone; ++i) {
    if (removed.insert(i * 7 % rows.size()).second) live.remove(number[i * 7 % rows.size()]);
  }
  return partition(live);
}

TEST(LiveMatcher, BuiltFromRecordsGroupsAsTheBulk) {
  const std::vector<Row> rows = make_rows(1, 150);
  LinkModel model = model_of("");
  learn(model, rows, rows.size());
  const Records records = base_records(model, rows, rows.size());
  const Linkage bulk = link_records(records, model, kSpec);
  const LiveMatcher live(base_records(model, rows, rows.size()), model, kSpec);
  for (uint32_t record = 0; record < records.size(); ++record) {
    EXPECT_EQ(live.group_of(record), bulk.grouping.group[record]);
  }
}

TEST(LiveMatcher, KeysOfTheEpochFindWhatTheBulkFinds) {
  const std::vector<Row> rows = make_rows(2, 150);
  LinkModel model = model_of("");
  const Records records = base_records(model, rows, rows.size());
  BlockingEpoch epoch;
  const CandidateIndex index = CandidateIndex::build(records, {.pairs_per_record_max = 3}, &epoch);
  EXPECT_GT(index.report().common_keys[1], 0U);  // joined keys are at work
  std::vector<std::vector<uint64_t>> keys(records.size());
  BlockingEpoch::Scratch scratch;
  for (uint32_t record = 0; record < records.size(); ++record) epoch.final_keys(records, record, scratch, keys[record]);
  CandidateIndex::Scratch seen;
  std::vector<uint32_t> found;
  for (uint32_t record = 0; record < records.size(); ++record) {
    index.candidates(record, seen, found);
    std::vector<uint32_t> expected;
    for (uint32_t other = 0; other < record; ++other) {
      std::vector<uint64_t> both;
      std::set_intersection(keys[record].begin(), keys[record].end(), keys[other].begin(), keys[other].end(),
                            std::back_inserter(both));
      if (!both.empty()) expected.push_back(other);
    }
    EXPECT_EQ(found, expected) << record;
  }
}

TEST(LiveMatcher, AnyOrderOfAdditionsAndRemovalsEndsInTheSameGroups) {
  size_t linked = 0;  // so that the test does not compare records that all stay alone
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    const std::vector<Row> rows = make_rows(seed, 90);
    LinkModel model = model_of(seed % 2 == 0 ? "a" : "");
    const size_t base = rows.size() / 2;
    learn(model, rows, base);
    const auto first = run(model, rows, base, 25, 100);
    linked += rows.size() - 25 - first.size();
    for (uint64_t order = 101; order < 105; ++order) EXPECT_EQ(run(model, rows, base, 25, order), first) << seed;
  }
  EXPECT_GT(linked, 100U);
}

TEST(LiveMatcher, ARecordTakenOutLeavesTheRestAsIfItHadNeverCome) {
  const std::vector<Row> rows = make_rows(9, 60);
  LinkModel model = model_of("");
  const size_t base = rows.size() - 5;
  learn(model, rows, base);
  LiveMatcher live(base_records(model, rows, base), model, kSpec);
  const auto before = partition(live);
  std::vector<uint32_t> added;
  for (size_t row = base; row < rows.size(); ++row) {
    added.push_back(live.add(batch_of(rows, row, row + 1), Side::kLeft).value().record);
  }
  for (const uint32_t record : added) live.remove(record);
  EXPECT_EQ(partition(live), before);
}

TEST(LiveMatcher, RefusesMoreThanOneRow) {
  const std::vector<Row> rows = make_rows(3, 20);
  LinkModel model = model_of("");
  learn(model, rows, rows.size());
  LiveMatcher live(base_records(model, rows, rows.size()), model, kSpec);
  EXPECT_FALSE(live.add(batch_of(rows, 0, 2), Side::kLeft).ok());
}

}  // namespace
}  // namespace minglu::match
